"""What the sending benchmarks stand in: servers, a gateway, contacts, campaigns."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from accounts.models import Connection, Workspace
    from contacts.models import Group
    from messaging.models import Campaign

PROCESSES = 2
THREADS = 64
LATENCY_MS = 50
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
API_KEY = "sandbox-bench-key"
# More than any machine manages: the pace bounds nothing unless it is what is measured.
UNBOUNDED = Decimal(50_000)


@contextlib.contextmanager
def opened() -> Iterator[str]:
    """Start database, Redis and gateway, set Django up; yield the gateway's address."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        os.environ.setdefault("SEVEN_VAR_DIR", str(Path(folder) / "var"))
        os.environ |= {
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        }
        with _sandbox() as url:
            os.environ["SEVEN_BASE_URL"] = url
            try:
                _set_up()
                yield url
            finally:
                from seven_dashboard import embedded

                # Before their folder is taken away from under them.
                embedded.release()


def _set_up() -> None:
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", "--skip-checks", verbosity=0)


@contextlib.contextmanager
def _sandbox() -> Iterator[str]:
    from seven_dashboard.sandbox import process

    handle = process.start(
        *("--latency-ms", str(LATENCY_MS), "--no-fates", "--report-delay-s", "3600")
    )
    body = json.dumps({"key": API_KEY, "balance": 10_000_000}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        urlopen(Request(f"{handle.control_url}/account", body, headers)).close()
        yield handle.base_url
    finally:
        handle.stop()


def connected() -> Connection:
    """Return the connection of a fresh workspace."""
    from accounts.models import Connection, Workspace

    workspace = Workspace.objects.create(name="Bench", slug="bench")
    return Connection.objects.create(
        workspace=workspace, api_key=API_KEY, rate_per_s=UNBOUNDED
    )


def people(workspace: Workspace, count: int) -> Group:
    """Return a group of so many contacts that were not there before."""
    from django.db import connection as database

    from contacts.models import Contact, Group

    group = Group.objects.create(workspace=workspace, name=f"{count:,} people")
    before = Contact.objects.count()
    with database.cursor() as cursor:
        cursor.execute(
            """WITH fresh AS (
                 INSERT INTO contacts_contact
                   (uuid, workspace_id, phone, country, firstname, lastname, company,
                    email, home_phone, address, postal_code, city, notes, custom)
                 SELECT gen_random_uuid(), %s, '+49151' || lpad(i::text, 8, '0'), 'DE',
                        'Anna' || i, 'Schmidt', '', '', '', '', '', '', '', '{}'
                 FROM generate_series(%s, %s) AS i RETURNING id)
               INSERT INTO contacts_groupmembership (group_id, contact_id)
               SELECT %s, id FROM fresh""",
            [workspace.pk, before + 1, before + count, group.pk],
        )
        cursor.execute("ANALYZE contacts_contact")
        cursor.execute("ANALYZE contacts_groupmembership")
    return group


def launched(group: Group, text: str) -> Campaign:
    """Return a campaign that waits for its audience to be frozen."""
    from messaging.services import campaigns, drafts

    campaign = drafts.create(
        workspace=group.workspace, actor=None, name="B", text=text, groups=[group]
    )
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    return campaign


def pause_others(campaign: Campaign) -> None:
    """Leave this one campaign as the only one that is sending."""
    from messaging.models import Campaign as Campaigns

    Campaigns.objects.filter(state="sending").exclude(pk=campaign.pk).update(
        state="paused"
    )
    Campaigns.objects.filter(pk=campaign.pk).update(state="sending")


def started(*arguments: object) -> subprocess.Popen[str]:
    """Start a role of `bench._sending_roles` in a process of its own."""
    command = [sys.executable, "-m", "bench._sending_roles", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def result_of(role: subprocess.Popen[str]) -> float:
    """Return the figure that a role printed at its end."""
    printed, _ = role.communicate()
    if role.returncode:
        raise RuntimeError(f"a role failed with {role.returncode}")
    return float(printed.splitlines()[-1])


def settled() -> None:
    """Do what autovacuum does within minutes after a launch."""
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def together(*arguments: object) -> float:
    """Run a role in all processes at once; return the sum of their figures."""
    return sum(map(result_of, [started(*arguments) for _ in range(PROCESSES)]))
