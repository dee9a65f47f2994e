"""A batch reads its own rows, also in a workspace that statistics do not know yet.

The planner takes such a workspace for one row, and would rather read all of it than
look up a batch. That nobody sees in a plan: it has to be counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts.models import (
    BulkChange,
    BulkJob,
    Contact,
    Direction,
    DuplicateSearch,
    Group,
    SyncGroup,
)
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import (
    bulk_acts,
    bulk_jobs,
    bulk_undos,
    duplicates,
    groups,
)
from contacts.services.sync import books, pages, setups
from contacts.sync_fields import Theirs
from tests.contacts.test_plans import FILL, nodes
from tests.filled import filled

pytestmark = pytest.mark.django_db
ROWS, BATCH, REMOTE = 50_000, 200, 77


@pytest.fixture(scope="module")
def grown(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Workspace]:
    """Fill a workspace after the statistics were taken from another one."""

    def fill() -> Workspace:
        other = Workspace.objects.create(name="Other", slug="other")
        grown = Workspace.objects.create(name="Grown", slug="grown", country="DE")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [other.pk])
            cursor.execute("ANALYZE contacts_contact")
            cursor.execute(FILL, [grown.pk])
            cursor.execute(
                "UPDATE contacts_contact SET home_phone = '0171 1000' || lpad("
                " (id %% 1000)::text, 3, '0') WHERE workspace_id = %s AND id %% 50 = 0",
                [grown.pk],
            )
        return grown

    with filled(django_db_blocker, fill) as made:
        yield made


class Counted:
    """Counts the rows that statements read, by running each once more before."""

    def __init__(self) -> None:
        self.read: dict[str, float] = {}

    def __call__(self, execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if "contacts_contact" in sql and not sql.startswith(("COPY", "CREATE")):
            self.read[sql[:200]] = self._rows(sql, params)
        return execute(sql, params, *more)

    def _rows(self, sql: str, params: Any) -> float:
        with transaction.atomic(), connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params or None)
            found = cursor.fetchone()[0]
            transaction.set_rollback(True)
        whole = json.loads(found) if isinstance(found, str) else found
        return sum(map(_touched, nodes(whole[0]["Plan"])))


def _touched(node: dict[str, Any]) -> float:
    """Return the rows that a scan or a loop looked at, thrown away ones included."""
    gone = node.get("Rows Removed by Filter", 0) + node.get(
        "Rows Removed by Join Filter", 0
    )
    read = node["Actual Rows"] if "Scan" in node["Node Type"] else 0
    return float((read + gone) * node["Actual Loops"])


def _job(workspace: Workspace, **options: Any) -> BulkJob:
    choice = Choice(Filter())
    return bulk_jobs.start(workspace=workspace, actor=None, choice=choice, **options)


def _middle(workspace: Workspace) -> list[Contact]:
    rows = Contact.objects.filter(workspace=workspace).order_by("id")
    return list(rows[ROWS // 2 : ROWS // 2 + BATCH])


def _do_and_undo(job: BulkJob, people: list[Contact]) -> None:
    assert bulk_acts.ACTS[job.act](job, [one.pk for one in people]) == BATCH
    changes = BulkChange.objects.filter(job=job).order_by("target_id")
    ids = list(changes.values_list("target_id", flat=True))
    assert bulk_undos.UNDOS[job.act](job, ids, None) == BATCH


def _remove(workspace: Workspace, people: list[Contact]) -> None:
    group = Group.objects.create(workspace=workspace, name="Some")
    bulk_acts.add(_job(workspace, act="add", group=group), [p.pk for p in people])
    _do_and_undo(_job(workspace, act="remove", group=group), people)


def _add_by_uuid(workspace: Workspace, people: list[Contact]) -> None:
    group = Group.objects.create(workspace=workspace, name="Ticked")
    uuids = [one.uuid for one in people]
    assert groups.add(group=group, uuids=uuids, actor=None) == BATCH
    assert Choice(Filter(), tuple(uuids)).count(workspace).n == BATCH


def _sync(workspace: Workspace, people: list[Contact]) -> None:
    group = Group.objects.create(workspace=workspace, name="There")
    SyncGroup.objects.create(
        workspace=workspace,
        group=group,
        remote_id=REMOTE,
        direction=Direction.BOTH,
        state=SyncGroup.State.LINKED,
    )
    book = books.open_book(setups.of(workspace))
    page = [
        Theirs(at, {"phone": one.phone, "city": "Bonn"}, [REMOTE])
        for at, one in enumerate(people, 1)
    ]
    assert pages.take(book, page)["changed_here"] == BATCH


def _set_city(workspace: Workspace, people: list[Contact]) -> None:
    _do_and_undo(_job(workspace, act="set", field="city", value="Bonn"), people)


def _set_own(workspace: Workspace, people: list[Contact]) -> None:
    _do_and_undo(_job(workspace, act="set", field="custom:nr", value="1"), people)


def _opt_out(workspace: Workspace, people: list[Contact]) -> None:
    _do_and_undo(_job(workspace, act="opt_out", reason="Asked"), people)


def _delete(workspace: Workspace, people: list[Contact]) -> None:
    _do_and_undo(_job(workspace, act="delete"), people)


BATCHES: dict[str, Callable[[Workspace, list[Contact]], None]] = {
    "remove": _remove,
    "set": _set_city,
    "set own": _set_own,
    "opt out": _opt_out,
    "delete": _delete,
    "ticked": _add_by_uuid,
    "sync": _sync,
}


@pytest.mark.parametrize("do", BATCHES.values(), ids=BATCHES)
def test_batch_reads_little_more_than_its_own_rows(
    grown: Workspace, do: Callable[[Workspace, list[Contact]], None]
) -> None:
    people, counted = _middle(grown), Counted()
    with transaction.atomic(), connection.execute_wrapper(counted):
        do(grown, people)
    assert counted.read
    assert {sql: n for sql, n in counted.read.items() if n > 20 * BATCH} == {}


def test_search_for_numbers_of_others_reads_the_workspace_a_few_times(
    grown: Workspace,
) -> None:
    search = DuplicateSearch.objects.create(workspace=grown, claim=uuid4())
    counted = Counted()
    with connection.execute_wrapper(counted):
        duplicates._find(search, 0)
    assert 0 < sum(counted.read.values()) < 5 * ROWS
