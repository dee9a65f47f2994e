"""Charts read sums of days, by index, and never messages or campaigns' tallies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import Connection, Membership, Role, User, Workspace
from tests.filled import filled

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/analytics/",
    "/analytics/?source=here",
    "/analytics/countries/",
    "/analytics/countries/?source=here&key=AA",
    "/analytics/labels/",
    "/analytics/labels/?source=here&key=l7",
    "/analytics/subaccounts/",
    "/analytics/money/",
    "/analytics/gateway/",
    "/analytics/prices/",
    "/account/prices/changes/",
    "/account/prices/compare/",
    "/account/prices/AA-1/",
)
# More than a year, thirty countries, three channels; and as much of another workspace.
FILL = (
    """
    INSERT INTO messaging_daytally
      (workspace_id, day, channel, country, state, messages, parts, cost)
    SELECT w.id, current_date - d, c.channel, chr(65 + k / 26) || chr(65 + k % 26),
           'delivered', 100, 100, 7.5
    FROM accounts_workspace AS w, generate_series(0, 399) AS d,
         generate_series(0, 29) AS k, unnest(ARRAY['sms', 'rcs']) AS c(channel)
    """,
    """
    INSERT INTO messaging_labeltally
      (workspace_id, day, label, channel, messages, cost)
    SELECT w.id, current_date - d, 'l' || k, 'sms', 100, 7.5
    FROM accounts_workspace AS w, generate_series(0, 399) AS d,
         generate_series(0, 19) AS k
    """,
    """
    INSERT INTO accounts_usage (connection_id, dimension, day, key, sms, rcs, voice,
      hlr, mnp, inbound, cost, fetched_at, is_final)
    SELECT c.id, s.dimension, current_date - d, CASE WHEN s.dimension = 'date' THEN ''
             ELSE chr(65 + k / 26) || chr(65 + k % 26) END,
           100, 10, 1, 0, 0, 3, 7.5, now(), true
    FROM accounts_connection AS c, generate_series(0, 399) AS d,
         (VALUES ('date', 0), ('country', 29), ('label', 19), ('subaccount', 4))
           AS s(dimension, most),
         LATERAL generate_series(0, s.most) AS k
    """,
    """
    INSERT INTO accounts_balancereading (connection_id, amount, read_at)
    SELECT c.id, 100, now() - n * interval '1 day'
    FROM accounts_connection AS c, generate_series(0, 999) AS n
    """,
    """
    INSERT INTO accounts_price (connection_id, country, country_name, prefix, mcc, mncs,
      network, amount, seen_at)
    SELECT c.id, chr(65 + k / 26) || chr(65 + k % 26), 'Land ' || k, k + 1,
           CASE WHEN n = 0 THEN '' ELSE '262' END, CASE WHEN n = 0 THEN '' ELSE '01'
           END, CASE WHEN n = 0 THEN '' ELSE 'Net ' || n END, 0.07, now()
    FROM accounts_connection AS c, generate_series(0, 99) AS k,
         generate_series(0, 5) AS n
    """,
    """
    INSERT INTO accounts_pricechange (connection_id, country, country_name, prefix, mcc,
      mncs, network, before, amount, changed_at)
    SELECT c.id, chr(65 + k / 26) || chr(65 + k % 26), 'Land ' || k, k + 1, '', '', '',
           0.06, 0.07, now() - d * interval '1 day'
    FROM accounts_connection AS c, generate_series(0, 99) AS k,
         generate_series(0, 399) AS d
    """,
    """
    INSERT INTO accounts_pricecheck (connection_id, day, checked_at, prices, changes)
    SELECT c.id, current_date - d, now(), 600, 100
    FROM accounts_connection AS c, generate_series(0, 399) AS d
    """,
    "ANALYZE",
)
LARGE = {"messaging_daytally", "messaging_labeltally", "accounts_usage"}
LARGE |= {"accounts_pricechange"}
NEVER = ("messaging_message", "messaging_tally", "contacts_contact ")


@pytest.fixture(scope="module")
def browser(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Client]:
    """Fill two workspaces once for all tests of this module."""

    def fill() -> Client:
        user = User.objects.create_user("plans@example.com")
        for name in ("other", "large"):
            workspace = Workspace.objects.create(name=name, slug=name)
            Connection.objects.create(workspace=workspace, api_key=name, balance=9)
        Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
        with database.cursor() as cursor:
            for statement in FILL:
                cursor.execute(statement)
        client = Client()
        client.force_login(user)
        return client

    with filled(django_db_blocker, fill) as made:
        yield made


class Reads:
    """Explains what a page asks, and keeps the statements with their plans."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[dict[str, Any]]]] = []

    def __call__(self, execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            with database.execute_wrapper(_plainly), database.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                found = cursor.fetchone()[0]
            whole = json.loads(found) if isinstance(found, str) else found
            self.found.append((sql, list(_nodes(whole[0]["Plan"]))))
        return execute(sql, params, *more)


def _plainly(execute: Any, sql: str, params: Any, *more: Any) -> Any:
    return execute(sql, params, *more)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


@pytest.mark.parametrize("page", PAGES)
def test_page_reads_sums_of_its_days_by_index(browser: Client, page: str) -> None:
    from django.core.cache import cache

    cache.clear()
    reads = Reads()
    with database.execute_wrapper(reads):
        assert browser.get(page).status_code == 200
    sql = " ".join(statement for statement, _plan in reads.found)
    if page != "/":
        assert [name for name in NEVER if re.search(rf"\b{name}\b", sql)] == []
    scans = [node for _sql, plan in reads.found for node in plan]
    whole = {n["Relation Name"] for n in scans if n["Node Type"] == "Seq Scan"}
    assert whole & LARGE == set()
    # The forecast looks at 95 days of 60 rows each.
    assert max(_rows_read(plan) for _sql, plan in reads.found) < 6_000


def _rows_read(plan: list[dict[str, Any]]) -> float:
    return sum(
        float(node["Actual Rows"] * node["Actual Loops"])
        for node in plan
        if "Scan" in node["Node Type"]
    )
