"""What the check before sending says of recipients, rows, money and times."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Channel, Contact, Group, GroupMembership, Segment
from messaging.models import Campaign, ListedNumber, NumberList
from messaging.options import Card, RcsOptions
from messaging.selectors.plans import Line, Plan
from messaging.services import checks, drafts, launch_words
from tests.messaging.engine.segmented import every, line
from tests.messaging.pages.checks.conftest import SECOND, page
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words


def test_entries_of_one_person_are_counted_as_duplicates(
    browser: Client, draft: Campaign, contact: Contact, workspace: Workspace
) -> None:
    other = Group.objects.create(workspace=workspace, name="Others")
    GroupMembership.objects.create(group=other, contact=contact)
    draft.groups.add(other)
    shown = fact(page(browser, draft), "Duplicates")
    assert shown == "1 more than once, gets one message"


def test_who_is_in_a_group_and_in_a_segment_is_counted_as_duplicate(
    browser: Client, draft: Campaign, add_contact: AddContact, workspace: Workspace
) -> None:
    add_contact(SECOND, firstname="Ben")
    named_anna = Segment.objects.create(
        workspace=workspace,
        name="Annas",
        definition=every(line("firstname", "is", "Anna")),
    )
    draft.segments.add(named_anna)
    shown = fact(page(browser, draft), "Duplicates")
    assert shown == "1 more than once, gets one message"


def test_any_row_is_found_and_shown(
    browser: Client, draft: Campaign, add_contact: AddContact
) -> None:
    ben = add_contact(SECOND, firstname="Ben")
    found = soup(page(browser, draft, "?q=ben")).select(".look-found a")
    assert [link.get_text(strip=True)[:3] for link in found] == ["Ben"]
    assert "Hi Ben!" in words(page(browser, draft, f"?at={ben.pk}"), ".bubble")


def test_balance_that_ends_is_named_with_its_row(
    browser: Client, draft: Campaign, add_contact: AddContact
) -> None:
    Connection.objects.update(balance=Decimal("0.08"))
    ben = add_contact(SECOND, firstname="Ben")
    shown = page(browser, draft)
    assert fact(shown, "Balance ends").startswith("after 1 recipient, at")
    assert soup(shown).select_one(f"a[href='?at={ben.pk}']")


def test_summary_says_who_gets_what_when_at_what_cost(
    browser: Client, draft: Campaign
) -> None:
    assert words(page(browser, draft), ".check-summary") == (
        "1 person gets an SMS from Bakery. It starts at once and takes about 1 s."
        " It costs about 0.075 €."
    )


def test_call_without_a_caller_comes_from_the_number_of_the_account(
    draft: Campaign, connected: Connection
) -> None:
    draft.channel, draft.sender = Channel.VOICE, ""
    who = launch_words.of(checks.of(draft), Plan())[0]
    assert who.endswith("from the number of your account.")


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "It starts at once; the last one"), (9, "It waits for the sending hours")],
)
def test_summary_knows_the_sending_hours(
    draft: Campaign, connected: Connection, hours: int, said: str
) -> None:
    first = timezone.now() + timedelta(hours=hours)
    line = Line("Europe/Berlin", 1, first, first + timedelta(hours=1))
    plan = Plan(lines=[line], ends="noon")
    assert launch_words.of(checks.of(draft), plan)[1].startswith(said)


def test_rows_of_lists_that_hold_no_number_are_counted(
    browser: Client, draft: Campaign, listed: ListedNumber
) -> None:
    NumberList.objects.update(refused=3)
    shown = fact(page(browser, draft), "Not valid")
    assert shown == "3 rows of the lists hold no number"


def test_cards_are_doubted_until_somebody_has_sent_themselves_one(
    browser: Client, draft: Campaign
) -> None:
    own = RcsOptions(card=Card(title="Bread"))
    drafts.update(campaign=draft, actor=None, channel="rcs", options=own, sender="")
    doubt = "Nobody could try yet"
    assert doubt in words(page(browser, draft))
    Campaign.objects.create(workspace=draft.workspace, name="Test", test_of=draft)
    assert doubt not in words(page(browser, draft))
    drafts.update(campaign=draft, actor=None, text="Another")
    assert doubt in words(page(browser, draft))
