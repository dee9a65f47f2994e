"""Whom the check would rather leave out, and how one click does it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Connection, Workspace
from contacts.models import Contact, NumberFact
from messaging.models import Campaign, ListedNumber, Message
from messaging.selectors import audience_parts, concerns
from messaging.selectors.audiences import Audience
from messaging.services import audiences as launching
from messaging.services import campaigns, checks, rules
from messaging.states import MessageState
from tests.messaging.pages.checks.conftest import SECOND, Know, messaged, page
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words


def act(browser: Client, draft: Campaign, **values: str) -> Any:
    address = reverse("messaging:campaign_leave_out", args=[draft.pk])
    return browser.post(address, values, follow=True)


def numbers_of(draft: Campaign) -> set[str]:
    draft.refresh_from_db()
    launched = campaigns.launch(campaign_id=draft.pk, actor=None, cost_agreed=None)
    assert launching.freeze(launched.pk)
    rows = Message.objects.filter(campaign=draft, state=MessageState.QUEUED)
    return set(rows.values_list("recipient", flat=True))


FACTS = [
    ("landline", {"network_type": "fixed_line"}),
    ("unreachable", {"reachable": "absent"}),
    ("invalid", {"validity": "not_valid"}),
]


@pytest.mark.parametrize(("word", "found"), FACTS, ids=[word for word, _ in FACTS])
def test_whom_lookups_speak_against_is_left_out_by_one_click(
    browser: Client,
    draft: Campaign,
    add_contact: AddContact,
    know: Know,
    word: str,
    found: dict[str, str],
) -> None:
    add_contact(SECOND)
    know(SECOND, **found)
    shown = page(browser, draft)
    label = str(concerns.LABELS[word])
    assert f"{label} 1 recipient" in words(shown, ".concerns")
    after = act(browser, draft, leave_out=word)
    assert fact(after, "Recipients") == "1 person"
    assert label in fact(after, "But not to")
    assert AuditEntry.objects.filter(action="campaign.leave_out").exists()
    assert numbers_of(draft) == {"+491711234567"}


def test_left_out_are_taken_in_again(
    browser: Client, draft: Campaign, add_contact: AddContact, know: Know
) -> None:
    add_contact(SECOND)
    know(SECOND, network_type="fixed_line")
    act(browser, draft, leave_out="landline")
    assert fact(act(browser, draft, take_in="landline"), "Recipients") == "2 people"


def test_concerns_hold_for_numbers_of_lists(
    browser: Client, draft: Campaign, listed: ListedNumber, know: Know
) -> None:
    know(SECOND, network_type="fixed_line")
    assert "Landline 1 recipient" in words(page(browser, draft), ".concerns")
    act(browser, draft, leave_out="landline")
    assert numbers_of(draft) == {"+491711234567"}


def test_messaged_on_this_day_of_the_workspace(
    browser: Client, draft: Campaign, contact: Contact, add_contact: AddContact
) -> None:
    add_contact(SECOND)
    start = concerns.start_of_day(draft.workspace)
    since_midnight = (timezone.now() - start).total_seconds() / 3600
    messaged(draft, contact.phone)
    messaged(draft, SECOND, hours_ago=since_midnight + 0.1)
    assert "Already messaged today 1 recipient" in words(
        page(browser, draft), ".concerns"
    )
    act(browser, draft, leave_out="today")
    assert numbers_of(draft) == {SECOND}


def test_same_text_of_the_last_weeks_is_left_out_with_its_campaign(
    browser: Client, draft: Campaign, add_contact: AddContact
) -> None:
    add_contact(SECOND)
    messaged(draft, SECOND, hours_ago=72, text=draft.text)
    messaged(draft, SECOND, hours_ago=24 * 40, text=draft.text)
    shown = words(page(browser, draft), ".concerns")
    assert "Got the same text lately 1 recipient (Earlier)" in shown
    after = act(browser, draft, leave_out="same_text")
    assert "Got the same text" not in words(after, ".content, main")
    assert numbers_of(draft) == {"+491711234567"}


@pytest.mark.parametrize(("days", "count"), [(2, 0), (4, 1), (None, 0)])
def test_same_text_is_looked_for_as_far_back_as_the_rules_say(
    draft: Campaign, connected: Connection, days: int | None, count: int
) -> None:
    messaged(draft, "+491711234567", hours_ago=72, text=draft.text)
    rules.update(workspace=draft.workspace, actor=None, same_text_days=days)
    found = {c.word: c.count for c in checks.of(draft).concerns}
    assert found.get("same_text", 0) == count


def test_concerned_are_listed(
    browser: Client, draft: Campaign, add_contact: AddContact, know: Know
) -> None:
    add_contact(SECOND, firstname="Ben")
    know(SECOND, network_type="fixed_line")
    address = reverse("messaging:campaign_concerned", args=[draft.pk, "landline"])
    shown = words(browser.get(address), "tbody")
    assert "Ben" in shown and "Anna" not in shown
    unknown = reverse("messaging:campaign_concerned", args=[draft.pk, "nonsense"])
    assert browser.get(unknown).status_code == 404


def test_who_lacks_a_value_is_named_and_listed(
    browser: Client, draft: Campaign, add_contact: AddContact, listed: ListedNumber
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(text="Hi {{ firstname }}")
    for n in range(12):
        add_contact(f"+4917112300{n:02}", lastname=f"L{n}")
    shown = words(page(browser, draft))
    assert "13 recipients lack it: L0 , L1 ," in shown and "L10" not in shown
    address = reverse(
        "messaging:campaign_concerned", args=[draft.pk, "lacks:firstname"]
    )
    rows = soup(browser.get(address)).select("tbody tr")
    assert len(rows) == 13


def test_other_workspaces_facts_and_messages_do_not_count(
    draft: Campaign, connected: Connection, other_workspace: Workspace
) -> None:
    now = timezone.now()
    NumberFact.objects.create(
        workspace=other_workspace,
        phone="+491711234567",
        network_type="fixed_line",
        format_at=now,
    )
    campaign = Campaign.objects.create(
        workspace=other_workspace, name="T", state="sending", launched_at=now
    )
    Message.objects.create(
        workspace=other_workspace,
        campaign=campaign,
        recipient="+491711234567",
        state=MessageState.DELIVERED,
        attempted_at=now,
    )
    parts = audience_parts.of_draft(draft)
    audience = Audience(draft.workspace, parts)
    assert audience.reachable().get().phone == "+491711234567"
    for word in concerns.SPARABLE:
        question = concerns.about(draft.workspace, word)
        assert not audience.reachable().filter(question).exists()
