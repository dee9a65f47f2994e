"""Lists read by their indexes: PostgreSQL says so for 50,000 contacts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts.models import BulkJob, Contact, Group
from contacts.selectors import choices, counts, list_steps, lists
from contacts.selectors import contacts as selected
from contacts.selectors.criteria import Filter
from tests.filled import filled

pytestmark = pytest.mark.django_db

FILL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom)
SELECT %s, gen_random_uuid(), '+49171' || (1000000 + n), 'DE', 'First' || mod(n, 1000),
  'Last' || md5(n::text), '', 'p' || n || '@example.com', '', '', '', '', '',
  jsonb_build_object('nr', 'K' || n)
FROM generate_series(1, 50000) AS n
"""


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Group]:
    """Fill one workspace once for all tests of this module; give its group."""
    with filled(django_db_blocker, _fill) as group:
        yield group


def _fill() -> Group:
    workspace = Workspace.objects.create(name="Large", slug="large")
    group = Group.objects.create(workspace=workspace, name="Fifth")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [workspace.pk])
        cursor.execute(
            "INSERT INTO contacts_groupmembership (group_id, contact_id)"
            " SELECT %s, id FROM contacts_contact WHERE mod(id, 5) = 0",
            [group.pk],
        )
        cursor.execute(
            "INSERT INTO contacts_optout"
            " (workspace_id, phone, channel, source, reason, created_at)"
            " SELECT workspace_id, phone, '', 'reply', '', now()"
            " FROM contacts_contact WHERE mod(id, 100) = 0"
        )
        for table in ("contact", "groupmembership", "optout"):
            cursor.execute(f"ANALYZE contacts_{table}")
    return group


def nodes(plan: dict[str, object]) -> Iterator[dict[str, object]]:
    yield plan
    children = plan.get("Plans", [])
    assert isinstance(children, list)
    for child in children:
        yield from nodes(child)


def plan_of(rows: QuerySet[Contact]) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        sql, values = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    whole = json.loads(found) if isinstance(found, str) else found
    return list(nodes(whole[0]["Plan"]))


def page_of(workspace: Workspace, wanted: Filter) -> QuerySet[Contact]:
    return selected.matching(workspace, wanted).order_by("-pk")[:51]


def rows_read(plan: list[dict[str, object]]) -> float:
    return sum(
        float(str(node["Actual Rows"])) * float(str(node["Actual Loops"]))
        for node in plan
        if "Scan" in str(node["Node Type"])
    )


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(state="reachable"),
        Filter(state="opted_out"),
        Filter(text="0171 1012345"),
        Filter(text="p4711@example.com"),
        Filter(text="Last" + "c4ca4238a0b923820dcc509a6f75849b"),
        Filter(text="First77"),
    ],
    ids=["all", "reachable", "opted-out", "number", "e-mail", "name", "common-name"],
)
def test_list_reads_little_and_by_index(many: Group, wanted: Filter) -> None:
    plan = plan_of(page_of(many.workspace, wanted))
    whole = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    # A table of a few hundred opt-outs is best read whole.
    assert "contacts_contact" not in whole
    assert rows_read(plan) < 10_000


def test_newest_page_needs_no_sort(many: Group) -> None:
    kinds = [
        str(node["Node Type"]) for node in plan_of(page_of(many.workspace, Filter()))
    ]
    assert kinds == ["Limit", "Index Scan"]


def test_page_in_the_middle_reads_no_more_than_it_shows(many: Group) -> None:
    middle = Contact.objects.order_by("id")[25_000].pk
    rows = selected.matching(many.workspace, Filter()).filter(pk__lt=middle)
    assert rows_read(plan_of(rows.order_by("-pk")[:51])) <= 51


def test_group_page_walks_its_members(many: Group) -> None:
    plan = plan_of(page_of(many.workspace, Filter(group=many)))
    kinds = {str(node["Node Type"]) for node in plan}
    assert not kinds & {"Seq Scan", "Sort"}
    assert rows_read(plan) < 500


class Reads:
    """Explains the queries of contacts that run inside it, and keeps their plans."""

    def __init__(self) -> None:
        self.plans: list[list[dict[str, object]]] = []

    def __call__(self, execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if "contacts_contact" in sql and sql.startswith(("SELECT", "WITH")):
            with connection.execute_wrapper(_plainly), connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                found = cursor.fetchone()[0]
            whole = json.loads(found) if isinstance(found, str) else found
            self.plans.append(list(nodes(whole[0]["Plan"])))
        return execute(sql, params, *more)

    @property
    def rows(self) -> float:
        return sum(rows_read(plan) for plan in self.plans)


def _plainly(execute: Any, sql: str, params: Any, *more: Any) -> Any:
    return execute(sql, params, *more)


ASKED = {
    "all": Filter(),
    "nothing": Filter(text="qzqzqz"),
    "nothing of two letters": Filter(text="qz"),
    "common": Filter(text="example.com"),
    "two letters": Filter(text="fi"),
    "number": Filter(text="0171 1012345"),
    "own value": Filter(text="k4711"),
    "opted out": Filter(state="opted_out"),
    "reachable": Filter(state="reachable"),
    "rare country": Filter(country="LI"),
    "no number": Filter(number="without"),
    "added": Filter(added=dt.date(2999, 1, 1)),
    "changed": Filter(changed=dt.date(2999, 1, 1)),
    "own field": Filter(field="nr", how="is", value="K4711"),
    "own short value": Filter(field="nr", how="is", value="Q"),
}


@pytest.mark.parametrize("sort", lists.ORDERS)
def test_page_in_any_order_reads_a_bounded_number_of_rows(
    many: Group, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the proportion of the real bounds to a million.
    monkeypatch.setattr(list_steps, "WINDOW", 500)
    monkeypatch.setattr(list_steps, "MAX_GATHERED", 1_000)
    monkeypatch.setattr(list_steps, "MAX_SORTED", 1_500)
    monkeypatch.setattr(counts, "MAX_EXACT", 500)
    with connection.cursor() as cursor:
        # As autovacuum does soon after an import.
        cursor.execute("SELECT brin_summarize_new_values('contact_times')")
    read = {}
    for name, wanted in ASKED.items():
        reads = Reads()
        with connection.execute_wrapper(reads):
            lists.page(many.workspace, wanted, sort=sort)
        assert reads.plans
        read[name] = reads.rows
    assert {name: n for name, n in read.items() if n > 5_000} == {}


@pytest.mark.parametrize("state", ["", "reachable"])
def test_common_word_whose_matches_cluster_is_looked_up_once(
    many: Group, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fifth of all, and none among the newest.
    wanted = Filter(text="0171 101", state=state)
    monkeypatch.setattr(list_steps, "WINDOW", 500)
    monkeypatch.setattr(list_steps, "MAX_GATHERED", 1_000)
    reads = Reads()
    with connection.execute_wrapper(reads):
        found = lists.page(many.workspace, wanted)
    assert len(found.rows) == 50
    gathered = [plan for plan in reads.plans if has_cte(plan)]
    assert len(gathered) == 1
    opt_outs = [n for n in gathered[0] if n.get("Relation Name") == "contacts_optout"]
    assert all(int(str(node["Actual Loops"])) < 10 for node in opt_outs)


def has_cte(plan: list[dict[str, object]]) -> bool:
    return any(node["Node Type"] == "CTE Scan" for node in plan)


@pytest.mark.parametrize("in_group", [False, True], ids=["all", "group"])
def test_step_of_a_mass_change_reads_no_more_than_its_batch(
    many: Group, in_group: bool
) -> None:
    wanted = Filter(group=many) if in_group else Filter()
    middle = Contact.objects.order_by("id")[25_000].pk
    choice = choices.Choice(wanted)
    job = BulkJob(workspace=many.workspace, **choice.values(many.workspace))
    plan = plan_of(choices.walk(job, after=middle)[:1_000])
    kinds = {str(node["Node Type"]) for node in plan}
    assert not kinds & {"Seq Scan", "Sort"}
    # Every fifth is in the group, so five times as many contacts lie between.
    assert rows_read(plan) <= 6_500
