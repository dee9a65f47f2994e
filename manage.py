#!/usr/bin/env python
"""Django's door: any command works with nothing configured."""

from __future__ import annotations

import os
import sys

# These never touch the database, so they must not start one.
COMMANDS_WITHOUT_SERVICES = {
    "collectstatic",
    "compilemessages",
    "help",
    "makemessages",
    "sandbox",
    "up",
    "version",
    "--help",
    "--version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from django.core.management import execute_from_command_line

    from seven_dashboard import env, whereabouts
    from seven_dashboard.embedded import EmbeddedError

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "up":
        # The trial house, also beside a database of one's own.
        os.environ.setdefault("DEBUG", "1")
    try:
        if command not in COMMANDS_WITHOUT_SERVICES:
            whereabouts.start_embedded_services()
        execute_from_command_line(sys.argv)
    except (env.Misconfigured, EmbeddedError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
