"""``manage.py sandbox``: the imitation gateway, for trials and ``make run``."""

from __future__ import annotations

from argparse import Namespace

from django.core.management.base import BaseCommand, CommandError, CommandParser

from seven_dashboard.sandbox.options import add_arguments, from_namespace
from seven_dashboard.sandbox.server import run


class Command(BaseCommand):
    help = "Serve an imitation of the seven.io gateway (see docs/sandbox.md)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: object, **given: object) -> None:
        options = from_namespace(Namespace(**given))
        try:
            run(options, self._announce)
        except OSError as error:
            raise CommandError(
                f"The sandbox cannot listen on {options.host}:{options.port}: "
                f"{error.strerror or error}. Choose another with --port."
            ) from error

    def _announce(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
