"""Run everything on this machine: what ``make run`` calls."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from seven_dashboard import env
from seven_dashboard.embedded import EmbeddedError
from seven_dashboard.supervisor.house import House
from seven_dashboard.supervisor.probes import CannotStart
from seven_dashboard.supervisor.screen import Screen


class Command(BaseCommand):
    help = (
        "Starts database, queue, sandbox gateway, workers and web server, starts "
        "again what dies, and stops all of it on Ctrl-C."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="default: PORT, else 8000")
        parser.add_argument(
            "--tied", action="store_true", help="stop when the parent process is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        screen = Screen(sys.stdout)
        try:
            port = options["port"] or env.number("PORT", 8000)
            House(screen, port=port, is_tied=options["tied"]).run()
        except (CannotStart, EmbeddedError, env.Misconfigured) as error:
            screen.line(f"\n{error}")
            raise SystemExit(1) from None
        finally:
            screen.close()
