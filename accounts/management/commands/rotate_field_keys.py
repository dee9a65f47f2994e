"""Encrypt every stored secret with the first key of FIELD_KEYS."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import rotation


class Command(BaseCommand):
    help = (
        "Encrypt API keys, signing keys and second factors with the first key of "
        "FIELD_KEYS. Put the new key first, restart, run this, then drop the old key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotation.rotate()
        if options["as_json"]:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self.stdout.write(
                f"{done.changed} secrets encrypted anew, {done.current} were current."
            )
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} secrets cannot be read with any key of FIELD_KEYS. "
                "Keep the old keys, or enter these secrets again."
            )
