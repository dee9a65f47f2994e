"""Somebody at the desk: looks at the balance, pays, and resumes what has stopped."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from itertools import count

import django
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
django.setup()

from django.db import Error, connection  # noqa: E402

from accounts.models import Connection, Poll  # noqa: E402
from accounts.tasks import poll  # noqa: E402
from messaging.models import Campaign  # noqa: E402
from messaging.services import campaigns  # noqa: E402
from seven_dashboard.errors import Refused  # noqa: E402


def main() -> None:
    for round_number in count():
        time.sleep(0.5)
        try:
            if round_number % 4 == 0:
                look_at_the_balance()
            for campaign in Campaign.objects.filter(state="paused", pause_reason="500"):
                campaigns.resume(campaign_id=campaign.pk, actor=None)
        except Refused:
            continue
        except Error:
            # The database was killed: look again with another connection.
            connection.close()


def look_at_the_balance() -> None:
    """Have it asked for anew; nobody insists."""
    for connection_id in Connection.objects.values_list("pk", flat=True):
        with suppress(OperationalError, OSError):
            poll.apply_async((str(connection_id), Poll.Kind.BALANCE), expires=1)


if __name__ == "__main__":
    main()
