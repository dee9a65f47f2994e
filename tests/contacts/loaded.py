"""What a worker of `workers.py` has loaded before it is forked."""

from __future__ import annotations

import django

django.setup()

from contacts.services import (  # noqa: E402
    bulk_runs,
    import_checks,
    import_runs,
    import_undos,
    lookup_runs,
)
from contacts.services.sync import runs  # noqa: E402

__all__ = [
    "bulk_runs",
    "import_checks",
    "import_runs",
    "import_undos",
    "lookup_runs",
    "runs",
]
