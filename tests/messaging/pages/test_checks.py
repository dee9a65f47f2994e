"""What the check before sending finds, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Connection, User, Workspace
from contacts.models import Contact, Group, GroupMembership, NumberFact, Segment
from messaging.models import Campaign, ListedNumber, Message, NumberList
from messaging.options import Card, RcsOptions
from messaging.selectors import audience_parts, concerns
from messaging.selectors.audiences import Audience
from messaging.selectors.plans import Line, Plan
from messaging.services import audiences as launching
from messaging.services import campaigns, checks, drafts, launch_words, rules
from messaging.states import CampaignState, MessageState
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs
from tests.messaging.engine.test_segment_audiences import every, line
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words

SECOND = "+491711234568"
Know = Callable[..., NumberFact]


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def know(workspace: Workspace) -> Know:
    def known(phone: str, **facts: Any) -> NumberFact:
        now = timezone.now()
        times = {"format_at": now, "hlr_at": now}
        return NumberFact.objects.create(
            workspace=workspace, phone=phone, **times, **facts
        )

    return known


@pytest.fixture
def listed(draft: Campaign) -> ListedNumber:
    numbers = NumberList.objects.create(
        campaign=draft,
        workspace=draft.workspace,
        source=NumberList.Source.PASTED,
        state=NumberList.State.FINISHED,
    )
    return ListedNumber.objects.create(source=numbers, phone=SECOND, country="DE")


def page(browser: Client, draft: Campaign, query: str = "") -> Any:
    return browser.get(reverse("messaging:campaign_check", args=[draft.pk]) + query)


def act(browser: Client, draft: Campaign, **values: str) -> Any:
    address = reverse("messaging:campaign_leave_out", args=[draft.pk])
    return browser.post(address, values, follow=True)


def messaged(draft: Campaign, phone: str, *, hours_ago: float = 0, **of: Any) -> None:
    campaign = Campaign.objects.create(
        workspace=draft.workspace,
        name="Earlier",
        state=CampaignState.SENDING,
        launched_at=timezone.now() - timedelta(hours=hours_ago),
        prepared_at=timezone.now(),
        **of,
    )
    Message.objects.create(
        workspace=draft.workspace,
        campaign=campaign,
        recipient=phone,
        state=MessageState.DELIVERED,
        attempted_at=timezone.now() - timedelta(hours=hours_ago),
    )


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


@pytest.mark.parametrize(("days", "count"), [(2, 0), (4, 1), (None, 0)])
def test_same_text_is_looked_for_as_far_back_as_the_rules_say(
    draft: Campaign, connected: Connection, days: int | None, count: int
) -> None:
    messaged(draft, "+491711234567", hours_ago=72, text=draft.text)
    rules.update(workspace=draft.workspace, actor=None, same_text_days=days)
    found = {c.word: c.count for c in checks.of(draft).concerns}
    assert found.get("same_text", 0) == count


def test_launch_takes_the_check_that_the_page_made(
    draft: Campaign, connected: Connection, django_assert_max_num_queries: Any
) -> None:
    checked = checks.of(draft)
    with django_assert_max_num_queries(25):
        campaigns.launch(
            campaign_id=draft.pk,
            actor=None,
            cost_agreed=Decimal(1),
            seen=checked.fingerprint,
            checked=checked,
        )
    draft.refresh_from_db()
    assert draft.state == "preparing"


def test_check_of_a_draft_that_was_changed_since_counts_no_more(
    draft: Campaign, connected: Connection
) -> None:
    checked = checks.of(draft)
    drafts.update(campaign=draft, actor=None, text="Another text")
    with pytest.raises(Refused) as refused:
        campaigns.launch(
            campaign_id=draft.pk,
            actor=None,
            cost_agreed=Decimal(1),
            seen=checked.fingerprint,
            checked=checked,
        )
    assert refused.value.code == "changed"


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


CHANGES: dict[str, Callable[[Campaign, Know], object]] = {
    "price": lambda draft, know: Connection.objects.get().prices.update(amount="0.09"),
    "value": lambda draft, know: Contact.objects.update(firstname="x" * 95),
    "country": lambda draft, know: Contact.objects.update(country="AT"),
    "lookup": lambda draft, know: know("+491711234567", network_type="fixed_line"),
    "message": lambda draft, know: messaged(draft, "+491711234567"),
    "twin": lambda draft, know: messaged(
        draft, "+491711234567", hours_ago=72, text=draft.text
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_figure_that_changed_holds_the_launch(
    draft: Campaign, connected: Connection, know: Know, change: str
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(text="{{ firstname|you }} " + "x" * 90)
    draft.refresh_from_db()
    seen = checks.fingerprint(draft)
    assert checks.fingerprint(draft) == seen
    CHANGES[change](draft, know)
    cache.clear()
    with pytest.raises(Refused) as refused:
        campaigns.launch(
            campaign_id=draft.pk, actor=None, cost_agreed=Decimal(1), seen=seen
        )
    assert refused.value.code == "changed"


class TestOfOneself:
    @pytest.fixture
    def address(self, draft: Campaign) -> str:
        return reverse("messaging:campaign_test", args=[draft.pk])

    def test_number_is_remembered_and_its_cost_shown(
        self, browser: Client, draft: Campaign, address: str, manager: User
    ) -> None:
        assert not soup(page(browser, draft)).select("#test [name=token]")
        shown = browser.post(address, {"own_number": "0171 999 8877"}, follow=True)
        manager.refresh_from_db()
        assert manager.own_number == "+491719998877"
        assert "for about 0.075 €" in words(shown, "#test button")

    def test_is_sent_once_and_is_no_recipient(
        self, browser: Client, draft: Campaign, address: str, manager: User
    ) -> None:
        browser.post(address, {"own_number": "+491719998877"})
        form = soup(page(browser, draft)).select("#test form")[0]
        fields = {str(i["name"]): str(i["value"]) for i in form.select("input[name]")}
        for _ in range(2):
            browser.post(address, fields)
        (test,) = draft.tests.all()
        assert (test.kind, test.name) == ("single", "Test: Autumn offer")
        assert test.messages.get().recipient == "+491719998877"
        assert test.text == "Hi Anna!"
        assert fact(page(browser, draft), "Recipients") == "1 person"

    def test_number_that_is_none_is_refused(
        self, browser: Client, address: str, manager: User
    ) -> None:
        shown = browser.post(address, {"own_number": "12"}, follow=True)
        assert "This is not a phone number" in words(shown, "body")
        manager.refresh_from_db()
        assert manager.own_number == ""


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
