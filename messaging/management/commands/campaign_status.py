from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from messaging.models import Campaign
from messaging.selectors import statuses


class Command(BaseCommand):
    help = "Say how far a campaign is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", help="the campaign's id")
        parser.add_argument("--json", action="store_true", help="end with one object")

    def handle(self, *args: Any, **options: Any) -> None:
        status = statuses.of(_campaign(options["id"]))
        if options["json"]:
            self.stdout.write(json.dumps(status))
            return
        self.stdout.write(f"{status['name']}: {status['state']}")
        for state, count in status["totals"].items():
            self.stdout.write(f"  {state}: {count}")


def _campaign(given: str) -> Campaign:
    try:
        return Campaign.objects.get(pk=UUID(given))
    except (ValueError, Campaign.DoesNotExist):
        raise CommandError(f"There is no campaign {given!r}.") from None
