"""``python -m seven_dashboard.sandbox``: the sandbox without Django."""

from __future__ import annotations

import sys

from seven_dashboard.sandbox.options import parse
from seven_dashboard.sandbox.server import run


def _announce(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run until told to stop; a busy port is one plain sentence."""
    options = parse()
    try:
        run(options, _announce)
    except OSError as error:
        sys.stderr.write(
            f"The sandbox cannot listen on {options.host}:{options.port}: "
            f"{error.strerror or error}. Choose another with --port.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
