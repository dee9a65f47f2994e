"""Call one person, write RCS, delay; then hang up or withdraw at the gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, User, Workspace
from accounts.rights import Right
from contacts.models import Contact, OptOut
from messaging.models import Campaign, Message, Tally
from messaging.options import RcsOptions, SmsOptions
from messaging.services import singles
from messaging.states import MessageState
from seven_dashboard.gateway.resources.journal import JournalFilter
from tests.access import Arguments, ObjectAccess
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.engine.conftest import send
from tests.messaging.pages.shown import fact, soup, words

PHONE = "+491711234567"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(sender_member: User, client_as: ClientAs) -> Client:
    return client_as(sender_member)


@pytest.fixture
def address(contact: Contact) -> str:
    return reverse("messaging:quick_send", args=[contact.uuid])


def sent_by_form(browser: Client, address: str, **values: str) -> Any:
    """Go both steps of the form as a person does; return the second answer."""
    page = soup(browser.post(address, {"text": "Hi {{ firstname }}!", **values}))
    hidden = page.select("#quick-send input[type=hidden][name]")
    agreed = {str(field["name"]): str(field["value"]) for field in hidden}
    return browser.post(address, {**agreed, "act": "send"})


def test_call_is_agreed_to_and_can_then_be_watched(
    browser: Client, address: str, connected: Connection
) -> None:
    shown = browser.post(address, {"text": "Hi!", "channel": "voice"})
    assert "Call at an unknown price" in words(shown, "button")
    answer = sent_by_form(browser, address, channel="voice", ringtime_s="15")
    call = Message.objects.select_related("campaign").get()
    assert (call.channel, call.campaign.options) == ("voice", {"ringtime_s": 15})
    assert answer["Location"] == reverse(
        "messaging:message_detail", args=[call.campaign_id, call.pk]
    )


def test_delayed_message_keeps_its_time(
    browser: Client, address: str, connected: Connection
) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent_by_form(browser, address, deliver_at=later)
    assert Campaign.objects.get().options["deliver_at"]


def test_typed_time_is_kept_and_said_not_to_hold_for_a_call(
    browser: Client, address: str, connected: Connection
) -> None:
    typed = {"text": "Hi!", "channel": "voice", "deliver_at": "2030-05-04T10:00"}
    shown = browser.post(address, typed)
    assert "The call is made at once" in words(shown, "#quick-send")
    kept = soup(shown).select_one("input[type=hidden][name=deliver_at]")
    assert kept and kept["value"] == typed["deliver_at"]


def test_time_that_has_passed_is_refused(
    browser: Client, address: str, connected: Connection
) -> None:
    answer = browser.post(address, {"text": "Hi", "deliver_at": "2020-01-01T10:00"})
    assert "still to come" in words(answer, "#id_deliver_at_error")


def test_channel_that_was_not_seen_needs_a_new_look(
    browser: Client, address: str, connected: Connection
) -> None:
    page = soup(browser.post(address, {"text": "Hi"}))
    token = page.select_one("[name=token]")
    assert token is not None
    values = {"text": "Hi", "token": str(token["value"]), "act": "send"}
    answer = browser.post(address, {**values, "channel": "voice"})
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_stop_of_one_channel_leaves_the_others(
    browser: Client, address: str, connected: Connection, workspace: Workspace
) -> None:
    OptOut.objects.create(workspace=workspace, phone=PHONE, channel="sms")
    refused = browser.post(address, {"text": "Hi", "channel": "sms"})
    assert "opted out" in words(refused)
    sent_by_form(browser, address, channel="voice")
    assert Message.objects.get().channel == "voice"


@pytest.fixture
def place(
    workspace: Workspace, connection: Connection, sandbox: SandboxAccount, manager: User
) -> Any:
    """Return a function that has the gateway take a single message."""
    connection.rate_per_s = Decimal(2000)
    connection.save(update_fields=["rate_per_s"])

    def placed(channel: str, **values: Any) -> Message:
        singles.send(
            workspace=workspace,
            actor=manager,
            recipient=PHONE,
            text="Hi",
            channel=channel,
            **values,
        )
        send(connection)
        return Message.objects.select_related("campaign").latest("pk")

    return placed


def post(client: Client, name: str, message: Message) -> str:
    address = reverse(f"messaging:{name}", args=[message.campaign_id, message.pk])
    answer = client.post(address, follow=True)
    return " ".join(str(one) for one in answer.context["messages"])


def test_call_is_hung_up_at_the_gateway(
    place: Any, client_as: ClientAs, manager: User, sandbox: SandboxAccount
) -> None:
    # It rings for four tenths of that, then lasts as long again.
    sandbox.ask("account", report_delay_s=[2, 2])
    call = place("voice")
    browser = client_as(manager)
    said = post(browser, "call_hang_up", call)
    assert "nobody has answered yet" in said
    while "nobody has answered yet" in said:
        said = post(browser, "call_hang_up", call)
    assert said == "Hung up."
    (entry,) = sandbox.client().journal.voice(JournalFilter(id=call.gateway_id))
    assert entry.status == "completed"


def test_call_that_is_over_is_not_hung_up(
    place: Any, client_as: ClientAs, manager: User
) -> None:
    call = place("voice")
    Message.objects.update(state=MessageState.DELIVERED)
    assert "This call is over" in post(client_as(manager), "call_hang_up", call)


@pytest.mark.parametrize(
    ("channel", "kind"), [("sms", SmsOptions), ("rcs", RcsOptions)]
)
def test_delayed_message_is_withdrawn(
    channel: str,
    kind: type[SmsOptions | RcsOptions],
    place: Any,
    client_as: ClientAs,
    manager: User,
) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    message = place(channel, options=kind(deliver_at=later))
    one = reverse("messaging:message_detail", args=[message.campaign_id, message.pk])
    assert fact(client_as(manager).get(one), "Not before")
    assert "Withdrawn" in post(client_as(manager), "message_withdraw", message)
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED


def test_message_that_the_gateway_sent_on_is_not_withdrawn(
    place: Any, client_as: ClientAs, manager: User, sandbox: SandboxAccount
) -> None:
    message = place("sms")
    sandbox.client().sms.delete([message.gateway_id])
    assert "no longer" in post(client_as(manager), "message_withdraw", message)


def test_course_of_a_call_ends_the_polling(
    place: Any, client_as: ClientAs, manager: User
) -> None:
    call = place("voice")
    address = reverse("messaging:call_course", args=[call.campaign_id, call.pk])
    browser = client_as(manager)
    live = browser.get(address, headers=HTMX)
    assert "The gateway is calling" in words(live, "#call-course")
    Message.objects.update(state=MessageState.DELIVERED, duration_s=8, price="0.045")
    over = browser.get(address, headers=HTMX)
    assert over.status_code == 286
    assert "Ended · 8 s · 0.045 €" in words(over, "#call-course")


class OfMessage(ObjectAccess):
    @pytest.fixture
    def arguments(self, message: Message) -> Arguments:
        return {"campaign_id": message.campaign_id, "message_id": message.pk}


class TestCallCourse(OfMessage):
    url_name, right, methods = "messaging:call_course", Right.READ, ("get",)

    @pytest.fixture
    def arguments(self, message: Message) -> Arguments:
        Message.objects.update(channel="voice", state=MessageState.ACCEPTED)
        return {"campaign_id": message.campaign_id, "message_id": message.pk}


class TestCallHangUp(OfMessage):
    url_name, right = "messaging:call_hang_up", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestMessageWithdraw(OfMessage):
    url_name, right = "messaging:message_withdraw", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


def test_rcs_with_a_fallback_is_agreed_to_at_what_the_sms_costs_at_most(
    browser: Client, address: str, connected: Connection
) -> None:
    Tally.objects.create(
        workspace=connected.workspace,
        campaign=Campaign.objects.create(workspace=connected.workspace, name="Old"),
        day=datetime.now(tz=UTC).date(),
        channel="rcs",
        country="DE",
        state="delivered",
        messages=1,
        parts=0,
        cost=Decimal("0.05"),
    )
    fallback = {"channel": "rcs", "fallback": "sms", "fallback_text": "Come in!"}
    shown = words(browser.post(address, {"text": "Hi!", **fallback}), ".facts")
    assert "Without RCS an SMS: Come in!" in shown
    assert "about 0.05 € , at most 0.08 €" in shown.replace("€,", "€ ,")
    sent_by_form(browser, address, **fallback)
    sent = Campaign.objects.exclude(name="Old").get()
    assert sent.options["fallback"] == {
        "kind": "sms",
        "text": "Come in!",
        "sender": "",
    }


def test_wrong_sender_of_the_fallback_is_named(
    browser: Client, address: str, connected: Connection
) -> None:
    values = {"channel": "rcs", "fallback": "sms", "fallback_sender": "much too long"}
    shown = browser.post(address, {"text": "Hi!", **values})
    assert words(shown, "#id_fallback_sender_error")
