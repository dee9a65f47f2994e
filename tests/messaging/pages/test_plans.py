"""Lists and reports of a large campaign read by index: 50,000 messages of 100,000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors import campaign_report, progress, recipients, summary_rows
from messaging.selectors.recipients import Filter
from messaging.services import summaries
from tests.contacts.test_plans import FILL, nodes
from tests.filled import filled

pytestmark = pytest.mark.django_db

MESSAGES = """
INSERT INTO messaging_message (workspace_id, campaign_id, contact_id, channel,
  recipient, country, variables, text, parts, state, skip_reason, error_code, attempts,
  foreign_id, gateway_id, looks, doubts, attempted_at, reported_at)
SELECT c.workspace_id, %s, c.id, 'sms',
  CASE WHEN mod(c.id, 5000) = 0 THEN '+43664' || (1000000 + c.id) ELSE c.phone END,
  CASE WHEN mod(c.id, 5000) = 0 THEN 'AT' ELSE 'DE' END, '{}', 'Hello', 1,
  CASE WHEN mod(c.id, 1000) = 1 THEN 'refused' WHEN mod(c.id, 10) = 0
       THEN 'undelivered' ELSE 'delivered' END, '',
  CASE WHEN mod(c.id, 1000) = 1 THEN 202 END, 1, '', '', 0, 0,
  now() - interval '1 hour', now()
FROM contacts_contact AS c WHERE c.workspace_id = %s
"""


@pytest.fixture(scope="module")
def large(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Campaign]:
    def fill() -> Campaign:
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [workspace.pk])
            for name in ("Before", "Now"):
                campaign = Campaign.objects.create(
                    workspace=workspace, name=name, state="finished"
                )
                cursor.execute(MESSAGES, [campaign.pk, workspace.pk])
            cursor.execute("ANALYZE contacts_contact")
            cursor.execute("ANALYZE messaging_message")
        return campaign

    with filled(django_db_blocker, fill) as made:
        yield made


def read_by(action: Any) -> tuple[float, set[str]]:
    """Return how many rows the queries of an action read, and tables read whole."""
    with CaptureQueriesContext(connection) as asked:
        action()
    count, whole = 0.0, set()
    for query in asked.captured_queries:
        if not query["sql"].lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0]
        for node in nodes(plan[0]["Plan"] if isinstance(plan, list) else plan):
            if "Scan" in str(node["Node Type"]):
                loops = float(str(node["Actual Loops"]))
                removed = float(str(node.get("Rows Removed by Filter", 0)))
                count += (float(str(node["Actual Rows"])) + removed) * loops
            if node["Node Type"] == "Seq Scan":
                whole.add(str(node["Relation Name"]))
    return count, whole


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(state="delivered"),
        Filter(state="refused"),
        Filter(reason="202"),
        Filter(country="DE"),
        Filter(country="AT"),
        Filter(state="refused", country="DE"),
        Filter(text="0171 1012345"),
        Filter(text="+49"),
        Filter(text="First77"),
        Filter(text="Lastc4ca4238a0b923820dcc509a6f75849b"),
        Filter(did="clicked"),
    ],
    ids=["all", "common state", "rare state", "reason", "common country"]
    + ["rare country", "both", "number", "prefix", "common name", "rare name", "did"],
)
def test_page_reads_little_and_by_index(large: Campaign, wanted: Filter) -> None:
    count, whole = read_by(lambda: recipients.page(large, wanted))
    assert not whole & {"messaging_message", "contacts_contact"}
    # A fifth of the rows at most; how much a name costs hangs on the statistics.
    assert count < 20_000


def test_page_in_the_middle_reads_no_more_than_it_shows(large: Campaign) -> None:
    first = recipients.page(large, Filter(country="DE"))
    count, _whole = read_by(
        lambda: recipients.page(large, Filter(country="DE"), after=first.after)
    )
    assert count < 500


def test_reasons_are_found_without_reading_the_rows(large: Campaign) -> None:
    assert recipients.codes_of(large) == [202]
    count, _whole = read_by(lambda: recipients.codes_of(large))
    assert count < 20


def test_page_of_the_report_reads_no_message(large: Campaign) -> None:
    summaries.work_out(large)
    found = progress.of_one(large)

    def look() -> None:
        campaign_report.of(large, summaries.of(large, found))

    with CaptureQueriesContext(connection) as asked:
        look()
    assert not [q for q in asked if '"messaging_message"' in q["sql"]]


def test_figures_read_a_campaign_a_few_times_and_no_other(large: Campaign) -> None:
    count, _whole = read_by(lambda: summary_rows.work_out(large, []))
    # States, reasons, networks, times, prices and the words of the gateway: six times.
    assert count < 6 * 50_000 + 20_000
