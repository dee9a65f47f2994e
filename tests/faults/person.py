"""Somebody at the desk: pays and resumes what stopped for want of credit."""

from __future__ import annotations

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
django.setup()

from django.db import Error, connection  # noqa: E402

from messaging.models import Campaign  # noqa: E402
from messaging.services import campaigns  # noqa: E402
from seven_dashboard.errors import Refused  # noqa: E402


def main() -> None:
    while True:
        time.sleep(0.5)
        try:
            for campaign in Campaign.objects.filter(state="paused", pause_reason="500"):
                campaigns.resume(campaign_id=campaign.pk, actor=None)
        except Refused:
            continue
        except Error:
            # The database was killed: look again with another connection.
            connection.close()


if __name__ == "__main__":
    main()
