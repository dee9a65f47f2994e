"""Contacts a second of a first pull from the sandbox, beside a bare listing."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from contacts.models import SyncRun

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "100000"))
KEY = "sandbox-bench-key"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    from bench.imports import own_database
    from seven_dashboard.sandbox import process

    sandbox = process.start()
    try:
        _fill(sandbox.control_url)
        with override_settings(SEVEN_BASE_URL=sandbox.base_url), own_database():
            report = _measure(sandbox.base_url)
    finally:
        sandbox.stop()
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def _fill(control_url: str) -> None:
    body = json.dumps({"key": KEY, "count": CONTACTS}).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"{control_url}/contacts", data=body, headers=headers)
    with urlopen(request, timeout=120) as answer:
        answer.read()


def _measure(base_url: str) -> dict[str, Any]:
    from contacts.models import SyncLink
    from contacts.services.sync import setups

    setup, person = _setup()
    bare = _listed(base_url)
    began = time.perf_counter()
    preview = _run(setup, is_preview=True)
    planned = CONTACTS / (time.perf_counter() - began)
    setups.approve(setup=setup, run=preview, actor=person)
    before_mb = _peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    _run(setup)
    cpu_s = time.process_time() - cpu
    first = CONTACTS / (time.perf_counter() - began)
    peak_mb = _peak_mb()
    began = time.perf_counter()
    again = _run(setup)
    second = CONTACTS / (time.perf_counter() - began)
    if any(again.tally.values()) or SyncLink.objects.count() != CONTACTS:
        raise RuntimeError(f"the second run did something: {again.tally}")
    return {
        "name": "sync",
        "peak_mb": peak_mb,
        "peak_before_mb": before_mb,
        "cpu_s_of_first_pull": round(cpu_s, 1),
        "rows": [
            _row("first pull of all contacts", first, bare),
            _row("preview of the first pull", planned, bare),
            _row("second run, nothing new", second, bare),
        ],
    }


def _setup() -> tuple[Any, Any]:
    from accounts.models import Connection, User, Workspace
    from contacts.services.sync import setups

    workspace = Workspace.objects.create(slug="bench", name="bench")
    Connection.objects.create(workspace=workspace, api_key=KEY)
    person = User.objects.create_user("bench@example.com")
    setup = setups.of(workspace)
    setups.change(setup=setup, actor=person, values={"ungrouped": "pull"})
    return setup, person


def _run(setup: Any, **options: bool) -> SyncRun:
    from contacts.services.sync import runs, setups

    run = setups.begin(setup=setup, actor=None, **options)
    runs.run(run.id)
    run.refresh_from_db()
    if run.state != run.State.FINISHED:
        raise RuntimeError(f"the run ended as {run.state}: {run.error}")
    return run


def _listed(base_url: str) -> float:
    """List all contacts with the bare client; return contacts a second."""
    from contacts.services.sync.listing import PAGE_SIZE
    from seven_dashboard.gateway.client import SevenClient
    from seven_dashboard.gateway.resources.contacts import ContactFilter

    client = SevenClient(base_url=base_url, api_key=KEY)
    began = time.perf_counter()
    count = sum(1 for _c in client.contacts.iter_all(ContactFilter(limit=PAGE_SIZE)))
    return count / (time.perf_counter() - began)


def _peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _row(what: str, value: float, bare: float) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value),
        "unit": "contacts/s",
        "beside": "bare listing",
        "beside_value": round(bare),
        "ratio": round(value / bare, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
