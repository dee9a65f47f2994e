"""The engine beside the bare HTTP client: same gateway, processes and connections.

A sandbox answers in 50 ms. The bare client posts ready-made forms through `requests`
and reads nothing; the engine claims, renders, sends, reads and writes each row.
``python -m bench.sending`` takes about a minute.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import UUID

PROCESSES = 2
THREADS = 64
LATENCY_MS = 50
SECONDS = 8.0
ROWS = 40_000
FREEZE_ROWS = 200_000
API_KEY = "sandbox-bench-key"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        os.environ.setdefault("SEVEN_VAR_DIR", str(Path(folder) / "var"))
        os.environ |= {
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        }
        with _sandbox() as url:
            os.environ["SEVEN_BASE_URL"] = url
            rows = _measure(url)
    sys.stdout.write(json.dumps({"name": "sending", "rows": rows}) + "\n")


def _measure(url: str) -> list[dict[str, Any]]:
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", "--skip-checks", verbosity=0)
    connection_id, launch_per_s = _seed()
    bare = _together("bare", url)
    engine = _together("engine", connection_id)
    return [
        {
            "what": f"messages sent, {PROCESSES} processes, {LATENCY_MS} ms gateway",
            "value": engine,
            "unit": "/s",
            "beside": "bare requests client",
            "beside_value": bare,
            "ratio": engine / bare,
        },
        {
            "what": f"audience of {FREEZE_ROWS:,} frozen",
            "value": launch_per_s,
            "unit": "rows/s",
            "beside": "wanted",
            "beside_value": 20_000,
            "ratio": launch_per_s / 20_000,
        },
    ]


def _seed() -> tuple[str, float]:
    """Fill a fresh database; return the connection and how fast a launch froze."""
    from accounts.models import Connection, Workspace
    from contacts.models import Group
    from messaging.models import Campaign
    from messaging.services import audiences, campaigns, drafts

    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{time.time_ns()}")
    connection = Connection.objects.create(
        workspace=workspace, api_key=API_KEY, rate_per_s=Decimal(50_000)
    )
    group = Group.objects.create(workspace=workspace, name="All")
    _insert_contacts(workspace.pk, group.pk)

    def launched(text: str) -> Campaign:
        campaign = drafts.create(
            workspace=workspace, actor=None, name="B", text=text, groups=[group]
        )
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
        return campaign

    campaign = launched("Hello {{ firstname }}, your number is {{ phone }}")
    started = time.perf_counter()
    audiences.freeze(campaign.pk)
    per_s = FREEZE_ROWS / (time.perf_counter() - started)
    return str(connection.pk), per_s


def _insert_contacts(workspace: UUID, group: UUID) -> None:
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute(
            """WITH fresh AS (
                 INSERT INTO contacts_contact
                   (uuid, workspace_id, phone, country, firstname, lastname, company,
                    email, home_phone, address, postal_code, city, notes, custom)
                 SELECT gen_random_uuid(), %s, '+49151' || lpad(i::text, 8, '0'), 'DE',
                        'Anna' || i, 'Schmidt', '', '', '', '', '', '', '', '{}'
                 FROM generate_series(1, %s) AS i RETURNING id)
               INSERT INTO contacts_groupmembership (group_id, contact_id)
               SELECT %s, id FROM fresh""",
            [workspace, FREEZE_ROWS, group],
        )
        cursor.execute("ANALYZE contacts_contact")
        cursor.execute("ANALYZE contacts_groupmembership")


def _together(role: str, argument: str) -> float:
    """Run a role in several processes at once; return their messages a second."""
    command = [sys.executable, "-m", "bench.sending", role, argument]
    parts = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    return sum(float(part.communicate()[0].splitlines()[-1]) for part in parts)


def bare(url: str) -> float:
    """Post from THREADS threads for SECONDS; return messages a second."""
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=THREADS))
    counts = [0] * THREADS
    deadline = time.monotonic() + SECONDS

    def post(thread: int) -> None:
        number = 0
        while time.monotonic() < deadline:
            number += 1
            form = urlencode(
                {
                    "to": f"+49160{os.getpid() % 100:02d}{thread:02d}{number:05d}",
                    "text": f"Hello Anna{number}",
                    "foreign_id": f"{os.getpid()}-{thread}-{number}",
                }
            )
            request = requests.PreparedRequest()
            headers = {
                "X-Api-Key": API_KEY,
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            request.prepare(method="POST", url=f"{url}/sms", headers=headers, data=form)
            session.send(request, timeout=15).content  # noqa: B018
            counts[thread] += 1

    started = time.monotonic()
    threads = [threading.Thread(target=post, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def engine(connection_id: str) -> float:
    """Run the sending floor for SECONDS; return messages a second."""
    import django

    django.setup()
    from messaging.services import floor

    started = time.monotonic()
    report = floor.run(UUID(connection_id), budget_s=SECONDS)
    return report.accepted / (time.monotonic() - started)


@contextlib.contextmanager
def _sandbox() -> Iterator[str]:
    from seven_dashboard.sandbox import process

    handle = process.start(
        *("--latency-ms", str(LATENCY_MS), "--no-fates", "--report-delay-s", "3600")
    )
    body = json.dumps({"key": API_KEY, "balance": 1_000_000}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        urlopen(Request(f"{handle.control_url}/account", body, headers)).close()
        yield handle.base_url
    finally:
        handle.stop()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        role = {"bare": bare, "engine": engine}[sys.argv[1]]
        sys.stdout.write(f"{role(sys.argv[2])}\n")
    else:
        main()
