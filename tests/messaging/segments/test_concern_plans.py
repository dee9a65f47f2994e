"""The check asks about numbers by index: 50,000 contacts with 100,000 messages."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from contacts.models import Group
from messaging.models import Campaign
from messaging.selectors import concerns
from messaging.selectors.audience_parts import Parts, named
from messaging.selectors.audiences import Audience
from messaging.services import forecasts
from tests.contacts.test_plans import plan_of, rows_read
from tests.messaging.segments.test_plans import large

__all__ = ["large"]
pytestmark = pytest.mark.django_db
MEMBERS = 50
LARGE = {"messaging_message", "contacts_contact"}


def plan(rows: Any) -> list[Any]:
    return list(plan_of(rows))


def few(workspace: Workspace) -> Audience:
    group = Group.objects.get(workspace=workspace)
    return Audience(workspace, Parts(groups=named([group])))


def whole(found: list[Any]) -> set[str]:
    return {n["Relation Name"] for n in found if n["Node Type"] == "Seq Scan"}


def test_today_is_asked_number_by_number_in_the_index_alone(large: Workspace) -> None:
    question = concerns.about(large, concerns.TODAY)
    found = plan(few(large).reachable().filter(question))
    used = {n.get("Index Name"): n["Node Type"] for n in found}
    assert used["message_person"] == "Index Only Scan"
    assert not whole(found) & LARGE
    # A few rows for each of fifty members: no message of anybody else.
    assert rows_read(found) < 20 * MEMBERS


@pytest.mark.parametrize("word", concerns.SPARABLE)
def test_concern_reads_no_table_whole(large: Workspace, word: str) -> None:
    found = plan(few(large).reachable().filter(concerns.about(large, word)))
    assert not whole(found) & LARGE


def test_same_text_asks_for_the_campaigns_messages_by_index(large: Workspace) -> None:
    twins = list(Campaign.objects.filter(workspace=large))
    found = plan(few(large).reachable().filter(concerns.reached_by(large, twins)))
    assert not whole(found) & LARGE
    assert rows_read(found) < 20 * MEMBERS


def test_campaigns_of_the_same_text_are_few_and_recent(large: Workspace) -> None:
    draft = Campaign.objects.create(workspace=large, name="D", text="Hello")
    assert concerns.twins_of(draft) == []


def test_forecast_asks_little_however_many_recipients(
    large: Workspace, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        found = forecasts.estimate_text(few(large), text="Hi {{ firstname|you }}")
    assert found.recipients
