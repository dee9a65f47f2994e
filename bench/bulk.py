"""Mass changes of all of a million contacts, and pages that people open meanwhile.

Each act is done by a worker's process, taken back where it can be, and stands beside
one bare statement of the same effect: no steps, no undo kept, no trail. The export of
all that match has a benchmark of its own (``bench.exports``). ``BENCH_ROWS`` makes the
workspace smaller, ``BENCH_ACTS=set,own,delete`` names the acts (own: an own field).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from bench import _meters
from bench._rate_rows import row
from bench.exports import FILL
from bench.imports import own_database, worker_environment

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ACTS = os.environ.get("BENCH_ACTS", "add,remove,set,opt_out,delete,group")
WANTED_MS, MOST_MEMORY_MB = 200, 300
VISIT_EVERY_S = 0.2
MEMBERS = "INSERT INTO contacts_groupmembership (group_id, contact_id) "
# What each act would be as one statement.
BARE = {
    "add": f"{MEMBERS} SELECT %(group)s, id FROM contacts_contact",
    "remove": "DELETE FROM contacts_groupmembership WHERE group_id = %(group)s",
    "set": "UPDATE contacts_contact SET city = 'Hamburg'",
    "own": 'UPDATE contacts_contact SET custom = custom || \'{"punkte": "7"}\'',
    "opt_out": "INSERT INTO contacts_optout (workspace_id, phone, channel, source,"
    " reason, created_at) SELECT workspace_id, phone, '', 'manual', '', now()"
    " FROM contacts_contact",
    "delete": "DELETE FROM contacts_contact",
}
WORDS = {
    "add": "add to a group",
    "remove": "remove from a group",
    "set": "set a field",
    "own": "set an own field",
    "opt_out": "opt out",
    "delete": "delete",
}
_ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    # Otherwise Django keeps every query that it has made.
    settings = {"DEBUG": False, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**settings), own_database():
        bench = Bench()
        rows = [row for act in ACTS.split(",") for row in bench.rows_of(act)]
        rows += bench.meanwhile()
    report = {"name": "bulk", "contacts": ROWS, "runs": bench.runs, "rows": rows}
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


class Bench:
    """A workspace of many contacts, of which half are in a group."""

    def __init__(self) -> None:
        from accounts.models import Workspace
        from contacts.models import CustomField, Group

        self.workspace = Workspace.objects.create(name="Bench", slug="bench")
        CustomField.objects.create(
            workspace=self.workspace, slug="punkte", label="Punkte", kind="number"
        )
        make = Group.objects.create
        self.half = make(workspace=self.workspace, name="Half")
        self.all = make(workspace=self.workspace, name="All")
        _execute(FILL, [self.workspace.pk, ROWS])
        half = f"{MEMBERS} SELECT %s, id FROM contacts_contact WHERE mod(id, 2) = 0"
        _execute(half, [self.half.pk])
        _execute("VACUUM ANALYZE")
        self.visit = _visitor(self.workspace)
        self.pages_ms: list[float] = []
        self.runs: dict[str, dict[str, Any]] = {}
        at_rest = iter(range(40))
        self.rest_ms = _meters.times_ms(
            lambda: self.visit(""), lambda: next(at_rest, None) is not None, every_s=0
        )

    def rows_of(self, act: str) -> Iterator[dict[str, Any]]:
        """Do an act on all contacts, take it back, and measure it bare."""
        if act == "group":
            yield from self._group()
            return
        if act == "remove":
            _execute(f"{BARE['add']} ON CONFLICT DO NOTHING", {"group": self.all.pk})
        job = self._job(act)
        done = self._run(WORDS[act], job)
        undone = self._undo(WORDS[act], job)
        _tidy()
        bare = _rate(lambda: _bare(BARE[act], {"group": self.all.pk}))
        _tidy()
        yield _row(WORDS[act], done, "one statement", bare)
        yield _row(f"{WORDS[act]}: undo", undone, "the act itself", done)

    def meanwhile(self) -> Iterator[dict[str, Any]]:
        """Yield what pages and memory were while all of that went on."""
        pages = _meters.percentile(self.pages_ms, 0.95)
        rest = _meters.percentile(self.rest_ms, 0.95)
        most = max(run["peak_mb"] for run in self.runs.values())
        yield _row("pages meanwhile, p95", pages, "wanted", WANTED_MS, "ms")
        yield _row("pages meanwhile, p95", pages, "at rest", rest, "ms")
        yield _row("peak memory of the worker", most, "limit", MOST_MEMORY_MB, "MB")

    def _job(self, act: str) -> Any:
        from contacts.selectors.choices import Choice
        from contacts.selectors.criteria import Filter
        from contacts.services import bulk_jobs

        more: dict[str, dict[str, Any]] = {
            "add": {"group": self.all},
            "remove": {"group": self.all},
            "set": {"field": "city", "label": "City", "value": "Hamburg"},
            "own": {"field": "custom:punkte", "label": "Punkte", "value": "-7"},
        }
        return bulk_jobs.start(
            workspace=self.workspace,
            actor=None,
            choice=Choice(Filter()),
            act="set" if act == "own" else act,
            **more.get(act, {}),
        )

    def _undo(self, name: str, job: Any) -> float:
        from contacts.services import bulk_jobs

        job.refresh_from_db()
        undo = bulk_jobs.undo(job=job, actor=None)
        return self._run(f"{name}: undo", undo, page=_page_of(job))

    def _group(self) -> Iterator[dict[str, Any]]:
        """Delete a group that everybody is in."""
        from contacts.services import groups

        params = {"group": self.all.pk}
        _execute(f"{BARE['add']} ON CONFLICT DO NOTHING", params)
        bare = _rate(lambda: _bare(BARE["remove"], params))
        _tidy()
        job = groups.delete_later(group=self.all, actor=None)
        yield _row(
            "delete a group", self._run("delete a group", job), "one statement", bare
        )

    def _run(self, name: str, work: Any, *, page: str = "") -> float:
        """Let a process do a work; return contacts a second."""
        page = page or _page_of(work)
        command = [sys.executable, "-m", "bench._bulk_worker", work.KIND, str(work.id)]
        with subprocess.Popen(
            command,
            cwd=_ROOT,
            env=worker_environment(),
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            with _meters.Memory(worker.pid) as memory:
                pages_ms = _meters.times_ms(
                    lambda: self.visit(page),
                    lambda: worker.poll() is None,
                    every_s=VISIT_EVERY_S,
                )
            output, _nothing = worker.communicate()
        if worker.returncode:
            raise RuntimeError(f"failed: {name}")
        report = json.loads(output.splitlines()[-1])
        if report["done"] < ROWS:
            raise RuntimeError(f"{name}: only {report['done']} contacts")
        self._note(name, report, memory, pages_ms)
        return ROWS / float(report["total_s"])

    def _note(
        self,
        name: str,
        report: dict[str, Any],
        memory: _meters.Memory,
        pages_ms: list[float],
    ) -> None:
        self.pages_ms += pages_ms
        run = {
            **report,
            "rows_per_s": round(ROWS / report["total_s"]),
            "peak_mb": round(memory.peak),
            "memory_growth": round(memory.growth, 2),
            "page_visits": len(pages_ms),
            "page_p50_ms": round(_meters.percentile(pages_ms, 0.5)),
            "page_p95_ms": round(_meters.percentile(pages_ms, 0.95)),
            "page_slowest_ms": round(max(pages_ms, default=0)),
        }
        self.runs[name] = run
        sys.stderr.write(
            f"  {name}: {run['rows_per_s']:,} contacts/s, {run['peak_mb']} MB, pages"
            f" p95 {run['page_p95_ms']} ms, slowest {run['page_slowest_ms']}\n"
        )


def _visitor(workspace: Any) -> Callable[[str], None]:
    """Return a function that opens the next of some pages, and the job's own."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Membership, Role, User

    owner = User.objects.create_user("owner@bench.example")
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    client = Client()
    client.force_login(owner)
    half = workspace.groups.get(name="Half")
    contacts = reverse("contacts:contact_list")
    narrowed = ("", "sort=name", "q=last7777", "q=01710+12345", f"group={half.pk}")
    lists = [f"{contacts}?{words}" for words in narrowed]
    pages = cycle([*lists, reverse("contacts:group_list"), ""])

    def visit(job_page: str) -> None:
        page = next(pages) or job_page or contacts
        answer = client.get(page)
        if answer.status_code != 200:
            raise RuntimeError(f"{page} answers {answer.status_code}")

    return visit


def _page_of(job: Any) -> str:
    from django.urls import reverse

    return reverse("contacts:bulk_detail", args=[job.id])


def _execute(sql: str, params: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _tidy() -> None:
    """Do what autovacuum would do within some minutes."""
    for table in ("contact", "groupmembership", "optout"):
        _execute(f"VACUUM ANALYZE contacts_{table}")


def _bare(sql: str, params: Any) -> None:
    """Do a statement to all contacts and take it back."""
    from django.db import transaction

    with transaction.atomic():
        if "DELETE FROM contacts_contact" in sql:
            # As Django does: what points at a contact goes before it.
            _execute("DELETE FROM contacts_groupmembership")
        _execute(sql, params)
        # What a commit would still check.
        _execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def _rate(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return ROWS / (time.perf_counter() - began)


def _row(
    what: str, value: float, beside: str, beside_value: float, unit: str = "contacts/s"
) -> dict[str, Any]:
    return row(what, value, beside, beside_value, unit)


if __name__ == "__main__":
    sys.exit(main())
