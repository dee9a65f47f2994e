"""Write to one person: nothing goes out that nobody agreed to, and nothing twice."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, Price, User
from contacts.models import Contact
from contacts.services import contacts, opt_outs
from messaging.models import Campaign, Message
from messaging.services import quick_sends
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words

HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def browser(sender_member: User, client_as: ClientAs) -> Client:
    return client_as(sender_member)


@pytest.fixture
def address(contact: Contact) -> str:
    return reverse("messaging:quick_send", args=[contact.uuid])


def hidden(response: Any) -> dict[str, str]:
    """Return what the step that asks for agreement hands on."""
    fields = soup(response).select("#quick-send input[type=hidden][name]")
    values = {str(field["name"]): str(field["value"]) for field in fields}
    values.pop("csrfmiddlewaretoken", None)
    return values


def check(browser: Client, address: str, **values: str) -> dict[str, str]:
    return hidden(browser.post(address, {"text": "Hi {{ firstname }}!", **values}))


def agree(browser: Client, address: str, values: dict[str, str]) -> Any:
    return browser.post(address, {**values, "act": "send"})


def test_cost_is_named_before_anything_is_sent(browser: Client, address: str) -> None:
    response = browser.post(address, {"text": "Hi {{ firstname }}!"})
    assert words(response, ".bubble") == "Hi Anna!"
    assert "0.075 €" in fact(response, "Cost")
    assert "Send for about 0.075 €" in words(response, "button")
    assert Message.objects.count() == 0


def test_agreed_message_is_queued_with_its_bound(
    browser: Client, address: str, contact: Contact
) -> None:
    agree(browser, address, check(browser, address, sender="Bakery"))
    message = Message.objects.select_related("campaign").get()
    assert (message.recipient, message.contact) == (contact.phone, contact)
    campaign = message.campaign
    assert (campaign.text, campaign.sender) == ("Hi Anna!", "Bakery")
    assert campaign.cost_agreed == Decimal("0.08")


def test_second_submit_sends_nothing(browser: Client, address: str) -> None:
    values = check(browser, address)
    answers = [agree(browser, address, values) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Message.objects.count() == 1


def test_same_text_again_is_another_message(browser: Client, address: str) -> None:
    for _n in range(2):
        agree(browser, address, check(browser, address))
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_submits_at_the_same_time_send_once(
    browser: Client, address: str, contact: Contact, sender_member: User
) -> None:
    values = check(browser, address)
    gate, sent = threading.Barrier(3), []

    def post() -> None:
        gate.wait()
        try:
            sent.append(
                quick_sends.send(
                    workspace=contact.workspace,
                    actor=sender_member,
                    recipient=contact.phone,
                    contact=contact,
                    text=values["text"],
                    sender=values["sender"],
                    token=values["token"],
                ).pk
            )
        finally:
            database.close()

    threads = [threading.Thread(target=post) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sent), len(set(sent)), Message.objects.count()) == (3, 1, 1)


@pytest.mark.parametrize("change", ["text", "sender", "price", "contact", "token"])
def test_what_has_changed_since_is_asked_again(
    browser: Client, address: str, contact: Contact, change: str
) -> None:
    values = check(browser, address)
    if change == "price":
        Price.objects.update(amount=Decimal("0.5"))
        cache.clear()
    elif change == "contact":
        contacts.update(contact=contact, actor=None, firstname="Anneliese")
    else:
        values[change] = "Other"
    answer = agree(browser, address, values)
    assert answer.status_code == 422
    assert "changed since" in words(answer, ".banner")
    assert Message.objects.count() == 0
    agree(browser, address, hidden(answer))
    assert Message.objects.count() == 1


def test_token_of_another_workspace_is_worth_nothing(
    browser: Client, address: str, contact: Contact, stranger: User
) -> None:
    values = check(browser, address)
    theirs = stranger.memberships.get().workspace
    Connection.objects.create(workspace=theirs, api_key="sandbox-theirs")
    with pytest.raises(Refused) as refused:
        quick_sends.send(
            workspace=theirs,
            actor=stranger,
            recipient=contact.phone,
            text=values["text"],
            sender=values["sender"],
            token=values["token"],
        )
    assert refused.value.code in {"changed", "variable_unknown"}


def test_opted_out_number_gets_no_form(
    browser: Client, address: str, contact: Contact
) -> None:
    opt_outs.add(workspace=contact.workspace, phone=contact.phone, source="reply")
    page = browser.get(address)
    assert "opted out" in words(page, "#quick-send")
    assert not soup(page).select("textarea")


def test_opt_out_after_the_check_holds(
    browser: Client, address: str, contact: Contact
) -> None:
    values = check(browser, address)
    opt_outs.add(workspace=contact.workspace, phone=contact.phone, source="reply")
    assert agree(browser, address, values).status_code == 422
    assert Message.objects.count() == 0


def test_missing_value_is_told(browser: Client, address: str) -> None:
    answer = browser.post(address, {"text": "Hi {{ company }}"})
    assert answer.status_code == 422
    assert "no value for company" in words(answer, ".field-error")


def test_unknown_price_is_agreed_to_as_such(
    browser: Client, add_contact: AddContact
) -> None:
    foreign = add_contact("+390612345678", country="IT")
    address = reverse("messaging:quick_send", args=[foreign.uuid])
    answer = browser.post(address, {"text": "Ciao"})
    assert "Send at an unknown price" in words(answer, "button")


def test_typing_shows_parts_and_cost(browser: Client, contact: Contact) -> None:
    address = reverse("messaging:quick_send_preview", args=[contact.uuid])
    shown = words(browser.post(address, {"text": "Hi {{ firstname }}"}), "#quick-size")
    assert "1 part · 7 characters · about 0.075 €" in shown


def test_back_keeps_the_text(browser: Client, address: str) -> None:
    values = check(browser, address)
    page = soup(browser.post(address, {**values, "act": "back"}))
    field = page.select_one("textarea")
    assert field and field.get_text().strip() == "Hi {{ firstname }}!"


def test_htmx_gets_an_empty_box_and_rings_the_timeline(
    browser: Client, address: str
) -> None:
    values = {**check(browser, address), "act": "send"}
    answer = browser.post(address, values, headers=HTMX)
    assert "message-sent" in answer["HX-Trigger"]
    assert not hidden(answer).get("token")


def test_number_of_a_contact_is_the_contacts(browser: Client, contact: Contact) -> None:
    address = reverse("messaging:quick_send_number")
    values = check(browser, address, recipient="0171 1234567")
    agree(browser, address, values)
    assert Message.objects.get().contact == contact
    assert Campaign.objects.get().text == "Hi Anna!"


def test_bad_number_is_told_beside_its_field(browser: Client) -> None:
    address = reverse("messaging:quick_send_number")
    answer = browser.post(address, {"recipient": "12", "text": "Hi"})
    assert "not a phone number" in words(answer, ".field-error")
