"""Segments, and concerns of a check, read by index: 50,000 contacts, 100,000 messages.

In one file, so that the tables are filled once for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Connection, Workspace
from contacts.models import Group, Segment
from contacts.selectors.criteria import Filter
from messaging.models import Campaign
from messaging.selectors import concerns
from messaging.selectors.audience_parts import Parts, named
from messaging.selectors.audiences import Audience
from messaging.services import audiences, campaigns, drafts, forecasts
from tests.contacts.segments.test_truth import line
from tests.contacts.test_plans import FILL, page_of, plan_of, rows_read
from tests.filled import filled
from tests.messaging.pages.test_plans import read_by

pytestmark = pytest.mark.django_db

MESSAGES = """
INSERT INTO messaging_message (workspace_id, campaign_id, contact_id, channel,
  recipient, country, variables, text, parts, state, skip_reason, attempts, foreign_id,
  gateway_id, looks, doubts, attempted_at)
SELECT workspace_id, %s, id, 'sms', phone, 'DE', '{}', 'Hello', 1,
  CASE WHEN mod(id, 10) = 0 THEN 'undelivered' ELSE 'delivered' END, '', 1, '', '',
  0, 0, now() - %s * interval '1 day'
FROM contacts_contact WHERE workspace_id = %s AND mod(id, 50) > 0
"""
# Who had no number when a campaign was launched: their messages have none either.
WITHOUT_NUMBER = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts)
SELECT workspace_id, id, 'sms', '', '', '{}', '', 0, 'skipped', 'no_number', 0, '', '',
  0, 0
FROM messaging_campaign, generate_series(1, 20000) WHERE id = %s
"""
# People with a number, who were written to.
MEMBERS = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, id FROM contacts_contact WHERE workspace_id = %s AND mod(id, 1000) = 1
"""


@pytest.fixture(scope="module")
def large(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Workspace]:
    def fill() -> Workspace:
        workspace = Workspace.objects.create(name="Large", slug="large")
        group = Group.objects.create(workspace=workspace, name="Few")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [workspace.pk])
            cursor.execute(MEMBERS, [group.pk, workspace.pk])
            for name, days in (("Old", 40), ("New", 3)):
                campaign = Campaign.objects.create(
                    workspace=workspace, name=name, state="finished"
                )
                cursor.execute(MESSAGES, [campaign.pk, days, workspace.pk])
            cursor.execute(
                "UPDATE contacts_contact SET phone = '' WHERE mod(id, 50) = 0"
            )
            cursor.execute(WITHOUT_NUMBER, [campaign.pk])
            for table in ("contacts_contact", "contacts_groupmembership"):
                cursor.execute(f"ANALYZE {table}")
            cursor.execute("ANALYZE messaging_message")
        return workspace

    with filled(django_db_blocker, fill) as made:
        yield made


def plan(workspace: Workspace, *conditions: Any, match: str = "all") -> list[Any]:
    definition = {"match": match, "conditions": list(conditions)}
    segment = Segment(workspace=workspace, name="X", definition=definition)
    return list(plan_of(page_of(workspace, Filter(segment=segment))))


NEVER = line("last_sent", "never")
QUIET = line("last_sent", "not_within", 10)
RARE = line("lastname", "is", "Lastc4ca4238a0b923820dcc509a6f75849b")


@pytest.mark.parametrize(
    ("conditions", "match"),
    [
        ([NEVER], "all"),
        ([QUIET], "all"),
        ([line("last_sent", "within", 10)], "all"),
        ([line("last_state", "is", "undelivered")], "all"),
        ([line("delivered", "not_within", 10)], "all"),
        ([line("count", "at_least", [2, 50])], "all"),
        ([line("replied", "never")], "all"),
        ([line("firstname", "is", "First77")], "all"),
        ([RARE], "all"),
        ([line("firstname", "is", "First77"), QUIET], "any"),
        ([line("opt_out", "is_not", "sms"), NEVER], "all"),
    ],
    ids=["never", "quiet", "recent", "last", "delivered", "count", "no-reply"]
    + ["name", "rare", "either", "both"],
)
def test_page_reads_little_and_by_index(
    large: Workspace, conditions: list[Any], match: str
) -> None:
    found = plan(large, *conditions, match=match)
    whole = {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"}
    assert not whole & {"contacts_contact", "messaging_message"}
    assert rows_read(found) < 12_000


@pytest.mark.parametrize(
    "condition",
    [QUIET, line("delivered", "never"), line("count", "at_most", [2, 50])],
    ids=["quiet", "not delivered", "count"],
)
def test_whoever_has_no_number_is_not_looked_up_among_those_skipped(
    large: Workspace, condition: Any
) -> None:
    found = plan(large, condition)
    passed_over = sum(
        float(str(node.get("Rows Removed by Filter", 0)))
        * float(str(node["Actual Loops"]))
        for node in found
    )
    assert passed_over < 12_000


@pytest.mark.parametrize("op", ["reached", "not_reached"])
def test_campaign_is_found_by_index(large: Workspace, op: str) -> None:
    newest = Campaign.objects.get(workspace=large, name="New")
    found = plan(large, line("campaign", op, [str(newest.pk)]))
    assert not [node for node in found if node["Node Type"] == "Seq Scan"]
    assert rows_read(found) < 12_000


def test_small_group_is_found_from_its_members(large: Workspace) -> None:
    few = Group.objects.get(workspace=large)
    found = plan(large, line("group", "any", [str(few.pk)]))
    assert rows_read(found) < 500


def test_messages_are_asked_for_without_reading_them(large: Workspace) -> None:
    kinds = {node["Node Type"] for node in plan(large, NEVER)}
    assert "Index Only Scan" in kinds


FEW = 50
LARGE = {"messaging_message", "contacts_contact"}


def asked(rows: Any) -> list[Any]:
    return list(plan_of(rows))


def few(workspace: Workspace) -> Audience:
    group = Group.objects.get(workspace=workspace)
    return Audience(workspace, Parts(groups=named([group])))


def whole(found: list[Any]) -> set[str]:
    return {n["Relation Name"] for n in found if n["Node Type"] == "Seq Scan"}


def test_today_is_asked_number_by_number_in_the_index_alone(large: Workspace) -> None:
    question = concerns.about(large, concerns.TODAY)
    found = asked(few(large).reachable().filter(question))
    used = {n.get("Index Name"): n["Node Type"] for n in found}
    assert used["message_person"] == "Index Only Scan"
    assert not whole(found) & LARGE
    # A few rows for each of fifty members: no message of anybody else.
    assert rows_read(found) < 20 * FEW


@pytest.mark.parametrize("word", concerns.SPARABLE)
def test_concern_reads_no_table_whole(large: Workspace, word: str) -> None:
    found = asked(few(large).reachable().filter(concerns.about(large, word)))
    assert not whole(found) & LARGE


def test_same_text_asks_for_the_campaigns_messages_by_index(large: Workspace) -> None:
    twins = list(Campaign.objects.filter(workspace=large))
    found = asked(few(large).reachable().filter(concerns.reached_by(large, twins)))
    assert not whole(found) & LARGE
    assert rows_read(found) < 20 * FEW


def test_campaigns_of_the_same_text_are_few_and_recent(large: Workspace) -> None:
    draft = Campaign.objects.create(workspace=large, name="D", text="Hello")
    assert concerns.twins_of(draft) == []


def test_forecast_asks_little_however_many_recipients(
    large: Workspace, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        found = forecasts.estimate_text(few(large), text="Hi {{ firstname|you }}")
    assert found.recipients


def test_launch_asks_each_contact_once_whatever_the_planner_expects(
    large: Workspace,
) -> None:
    # One in 50,000 passes, it thinks, and for one it would go through all of them.
    Connection.objects.create(workspace=large, api_key="key")
    definition = {"match": "any", "conditions": [RARE, QUIET]}
    segment = Segment.objects.create(workspace=large, name="Q", definition=definition)
    other = Campaign.objects.create(workspace=large, name="X", state="finished")
    campaign = drafts.create(
        workspace=large,
        actor=None,
        name="C",
        text="Hi",
        segments=[segment],
        excluded_campaigns=[other],
    )
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    count, _whole = read_by(lambda: audiences.freeze(campaign.pk))
    campaign.refresh_from_db()
    assert campaign.total == 1_001
    assert count < 20 * 50_000
