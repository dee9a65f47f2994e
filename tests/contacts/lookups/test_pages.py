"""What a person sees of a lookup: price, progress, results, and what to decide."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import (
    BulkJob,
    Contact,
    Group,
    Lookup,
    LookupAsk,
    LookupPrice,
    NumberFact,
    Segment,
)
from contacts.services import groups, lookup_claims
from tests.contacts.lookups.conftest import Start, run
from tests.fixtures import ClientAs, SandboxAccount

pytestmark = pytest.mark.django_db
NEW = "/lookups/new/"


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def words(answer: object) -> str:
    page = soup(answer).select_one("main")
    return " ".join(page.get_text(" ").split()) if page else ""


def filled(answer: object) -> dict[str, str | list[str]]:
    """Return what a person sends by pressing the button of the start form."""
    form = soup(answer).select_one("form[method=post][action$='/new/']")
    assert isinstance(form, Tag)
    values: dict[str, str | list[str]] = {}
    for box in form.select("input[name]"):
        name, value = str(box["name"]), str(box.get("value", ""))
        if name in values:
            before = values[name]
            values[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            values[name] = value
    return values


@pytest.fixture
def price(workspace: Workspace) -> LookupPrice:
    return LookupPrice.objects.create(
        workspace=workspace, kind="hlr", seen_eur=Decimal("0.01")
    )


def test_price_is_shown_before(
    browser: Client, connection: Connection, numbers: list[str], price: LookupPrice
) -> None:
    Connection.objects.update(balance=Decimal("7.5"))
    page = browser.get(NEW, {"all": "1", "kinds": ["hlr", "format"]})
    assert "Look up 45 numbers for about 0.45 €" in words(page)
    assert "last seen price" in words(page)
    assert "7.50 €" in words(page)
    assert filled(page)["cap"] == "0.45"


def test_limit_has_to_be_said_where_no_price_is_known(
    browser: Client, connection: Connection, numbers: list[str]
) -> None:
    page = browser.get(NEW, {"all": "1", "kinds": "mnp"})
    values = filled(page)
    assert values["cap"] == ""
    answer = browser.post(NEW, values)
    assert answer.status_code == 422
    assert "Say how much may be spent at most." in words(answer)
    assert browser.post(NEW, values | {"cap": "1.5"}).status_code == 302
    assert Lookup.objects.get().cap == Decimal("1.5")


def test_double_click_starts_one_lookup(
    browser: Client, connection: Connection, numbers: list[str], price: LookupPrice
) -> None:
    values = filled(browser.get(NEW, {"all": "1", "kinds": "hlr"}))
    first, second = browser.post(NEW, values), browser.post(NEW, values)
    assert first["Location"] == second["Location"]
    assert Lookup.objects.count() == 1


def test_changed_numbers_are_shown_again(
    browser: Client,
    connection: Connection,
    numbers: list[str],
    price: LookupPrice,
    workspace: Workspace,
) -> None:
    values = filled(browser.get(NEW, {"all": "1", "kinds": "hlr"}))
    Contact.objects.create(workspace=workspace, phone="+491719999999")
    answer = browser.post(NEW, values)
    assert "Look at the new figures" in words(answer)
    assert browser.post(NEW, filled(answer)).status_code == 302


def test_high_cost_is_confirmed_by_typing(
    browser: Client, connection: Connection, numbers: list[str], price: LookupPrice
) -> None:
    LookupPrice.objects.update(set_eur=Decimal("3"))
    values = filled(browser.get(NEW, {"all": "1", "kinds": "hlr"}))
    answer = browser.post(NEW, values)
    assert "Type the number of lookups, 45, to confirm." in words(answer)
    again = filled(answer) | {"confirm_word": "45"}
    assert browser.post(NEW, again).status_code == 302


def test_typed_number_is_looked_up_in_any_spelling(
    browser: Client, connection: Connection
) -> None:
    page = browser.get(NEW, {"phone": "0171 / 100 000-1"})
    assert browser.post(NEW, filled(page)).status_code == 302
    assert Lookup.objects.get().phone == "+491711000001"


def test_typed_nonsense_gets_a_sentence(browser: Client) -> None:
    page = browser.get(NEW, {"phone": "12"})
    assert page.status_code == 422
    assert "not a valid phone number" in words(page)


def test_nonsense_beside_the_words_of_a_list_breaks_nothing(browser: Client) -> None:
    assert browser.get(NEW, {"phone": "x", "all": "1"}).status_code == 200


def test_words_of_a_list_are_kept(
    browser: Client, connection: Connection, workspace: Workspace, numbers: list[str]
) -> None:
    group = groups.create(workspace=workspace, name="Customers", actor=None)
    groups.add(
        group=group,
        uuids=list(Contact.objects.values_list("uuid", flat=True)[:3]),
        actor=None,
    )
    page = browser.get(NEW, {"group": str(group.pk), "fact": "never"})
    assert "Look up 3 numbers, free" in words(page)
    browser.post(NEW, filled(page))
    assert Lookup.objects.get().criteria == {"group": str(group.pk), "fact": "never"}


def test_segment_is_looked_up_as_a_list(
    browser: Client, connection: Connection, workspace: Workspace, numbers: list[str]
) -> None:
    condition = {"field": "fact", "op": "is", "value": "landline"}
    segment = Segment.objects.create(
        workspace=workspace,
        name="Landlines",
        definition={"match": "all", "conditions": [condition]},
    )
    NumberFact.objects.create(
        workspace=workspace,
        phone=numbers[0],
        network_type="fixed_line",
        format_at=timezone.now(),
    )
    assert "Landlines" in words(browser.get(NEW))
    page = browser.get(NEW, {"segment": str(segment.pk), "all": "1", "kinds": "mnp"})
    assert "Look up: Landlines" in words(page)
    browser.post(NEW, filled(page) | {"cap": "1"})
    assert Lookup.objects.get().numbers == 1


def test_results_lead_to_the_contacts(
    gateway_account: SandboxAccount, browser: Client, start: Start, workspace: Workspace
) -> None:
    for at, ending in enumerate(("000903", "100001", "100002")):
        Contact.objects.create(
            workspace=workspace, firstname=f"P{at}", phone=f"+4917112{ending}"
        )
    lookup = run(start("hlr"))
    page = soup(browser.get(f"/lookups/{lookup.pk}/"))
    links = {
        " ".join(link.get_text(" ").split()): str(link["href"])
        for link in page.select("a.stat")
    }
    assert links["Handset switched off 1"] == "/contacts/?fact=absent"
    found = soup(browser.get(links["Handset reachable 2"]))
    assert [link.text.strip() for link in found.select("a.row-link")] == ["P2", "P1"]


def test_unreachable_ones_go_to_a_group_at_one_click(
    gateway_account: SandboxAccount, browser: Client, start: Start, workspace: Workspace
) -> None:
    Contact.objects.create(workspace=workspace, phone="+4917112000903")
    lookup = run(start("hlr"))
    browser.post(f"/lookups/{lookup.pk}/clean/", {"fact": "unreachable", "act": "add"})
    job = BulkJob.objects.get()
    assert (job.act, job.group) == ("add", Group.objects.get(name="Not reachable"))
    assert job.criteria == {"fact": "unreachable"}


def test_running_lookup_is_polled_and_a_finished_one_is_not(
    gateway_account: SandboxAccount, browser: Client, start: Start, numbers: list[str]
) -> None:
    lookup = start("format")
    address = f"/lookups/{lookup.pk}/progress/"
    assert browser.get(address).status_code == 200
    run(lookup)
    assert browser.get(address).status_code == 286


def test_paused_lookup_says_why_and_goes_on_with_a_new_limit(
    gateway_account: SandboxAccount, browser: Client, start: Start, numbers: list[str]
) -> None:
    lookup = run(start("hlr", cap="0.10"))
    address = f"/lookups/{lookup.pk}/"
    assert "The spending limit is reached. Raise it to go on." in words(
        browser.get(address)
    )
    browser.post(f"{address}resume/", {"cap": "2"})
    lookup.refresh_from_db()
    assert (lookup.state, lookup.cap) == ("ready", Decimal(2))


def test_unclear_ones_are_shown_with_what_they_may_have_cost(
    gateway_account: SandboxAccount,
    browser: Client,
    start: Start,
    numbers: list[str],
    price: LookupPrice,
) -> None:
    gateway_account.ask("faults", next=["garbage-after"], scope="lookup")
    lookup = run(start("hlr"))
    page = browser.get(f"/lookups/{lookup.pk}/")
    assert "For 20 lookups no clear answer came." in words(page)
    assert "That may have cost up to 0.20 €." in words(page)
    browser.post(f"/lookups/{lookup.pk}/settle/", {"decision": "again"})
    assert run(lookup).unclear == 0


def test_contact_box_shows_facts_with_their_age(
    browser: Client, gateway_account: SandboxAccount, start: Start, contact: Contact
) -> None:
    address = f"/contacts/{contact.uuid}/facts/"
    assert "By its digits: Mobile." in words(browser.get(address))
    run(start("hlr", phone=contact.phone))
    assert "Reachability (HLR) Reachable" in words(browser.get(address))
    NumberFact.objects.update(hlr_at="2020-01-01T00:00:00Z")
    assert "long ago" in words(browser.get(address))


def test_owner_sets_a_price(browser: Client, workspace: Workspace) -> None:
    browser.post("/lookups/prices/", {"kind": "cnam", "amount": "0.02"})
    assert LookupPrice.objects.get().set_eur == Decimal("0.02")
    browser.post("/lookups/prices/", {"kind": "cnam", "amount": ""})
    assert LookupPrice.objects.get().set_eur is None


def test_launch_key_of_another_workspace_starts_its_own(
    browser: Client,
    connection: Connection,
    numbers: list[str],
    other_workspace: Workspace,
) -> None:
    values = filled(browser.get(NEW, {"all": "1"}))
    key = uuid4()
    Lookup.objects.create(workspace=other_workspace, launch_key=key, kinds=["format"])
    answer = browser.post(NEW, values | {"launch_key": str(key)})
    assert Lookup.objects.filter(workspace=connection.workspace).count() == 1
    assert answer.status_code == 302


def test_page_tells_since_when_the_gateway_does_not_answer(
    workspace: Workspace, sender_member: User, client_as: ClientAs
) -> None:
    lookup = Lookup.objects.create(
        workspace=workspace, kinds=["hlr"], state="running", launch_key=uuid4()
    )
    asked_at = timezone.now() - timedelta(minutes=2)
    LookupAsk.objects.create(
        lookup=lookup,
        workspace=workspace,
        phone="+491711234567",
        kind="hlr",
        state=LookupAsk.State.ASKING,
        lease_until=asked_at + timedelta(seconds=lookup_claims.lease_s()),
    )
    page = client_as(sender_member).get(f"/lookups/{lookup.pk}/")
    words = " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())
    assert "Waiting for an answer of seven.io: 2 minutes ago" in words
