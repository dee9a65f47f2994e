"""A campaign of each channel through the sandbox, with what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection as database

from accounts.models import Connection, Workspace
from contacts.models import Group, OptOut
from messaging.models import Campaign, Message, Tally
from messaging.options import Card, Fallback, RcsOptions, SmsOptions, VoiceOptions
from messaging.selectors import channel_prices, days, spending
from messaging.selectors.channel_prices import Billed
from messaging.services import reports, unclear
from messaging.states import MessageState
from seven_dashboard.gateway.resources.journal import JournalFilter
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    add_contacts,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)
from tests.messaging.webhooks.conftest import Post, event

SSML = '<speak>Hi {{ firstname }}<break time="1s"/>bye</speak>'


@pytest.fixture
def call(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> Message:
    """Return a call that the gateway has taken."""
    make_campaign(
        phones(1), channel="voice", text=SSML, options=VoiceOptions(ringtime_s=20)
    )
    send(fast)
    return Message.objects.get()


def told(post: Post, call: Message, status: str, **data: object) -> None:
    post(
        event(
            "voice_status",
            id=call.gateway_id,
            status=status,
            callerId="49301",
            recipient=call.recipient.lstrip("+"),
            pricePerMinute=0.045,
            foreign_id=call.foreign_id,
            **data,
        )
    )
    reports.apply_pending()
    call.refresh_from_db()


def test_call_is_placed_with_its_markup_filled(
    call: Message, sandbox: SandboxAccount
) -> None:
    (placed,) = sandbox.client().journal.voice(JournalFilter(id=call.gateway_id))
    assert placed.text == '<speak>Hi A0<break time="1s"/>bye</speak>'
    assert (call.state, call.parts) == (MessageState.ACCEPTED, 0)


def test_reports_tell_the_course_of_a_call(call: Message, post: Post) -> None:
    told(post, call, "ringing")
    assert call.state == MessageState.BUFFERED
    told(post, call, "in-progress")
    assert call.state == MessageState.TRANSMITTED
    told(post, call, "completed", duration="61")
    assert (call.state, call.duration_s) == (MessageState.DELIVERED, 61)
    assert call.price == Decimal("0.09")


def test_call_that_nobody_answered_costs_nothing(call: Message, post: Post) -> None:
    told(post, call, "no-answer", duration="0")
    assert (call.state, call.price) == (MessageState.UNDELIVERED, Decimal(0))


def test_price_of_a_minute_is_known_once_a_call_was_billed(
    call: Message, post: Post
) -> None:
    assert channel_prices.by_country(call.workspace, "rcs") == {}
    told(post, call, "completed", duration="61")
    cache.clear()
    known = channel_prices.by_country(call.workspace, "voice")
    assert known["DE"].default == Decimal("0.045")


def test_card_and_fallback_reach_the_gateway(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    own = RcsOptions(
        card=Card(title="Dear {{ firstname }}"),
        fallback=Fallback(kind="sms", text="Plain {{ firstname }}"),
    )
    make_campaign(
        [*phones(1), *phones(1, ending="912")], channel="rcs", text="Hi", options=own
    )
    send(fast)
    sent = {m["channel"]: m["text"] for m in sandbox.ask("messages")["messages"]}
    card = json.loads(sent["RCS"])["richCard"]["standaloneCard"]["cardContent"]
    assert (card["title"], card["description"]) == ("Dear A0", "Hi")
    assert sent["SMS"] == "Plain A1"


def test_rcs_becomes_no_sms_for_who_has_opted_out_of_sms(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    numbers = phones(2, ending="912")
    own = RcsOptions(fallback=Fallback(kind="sms"))
    campaign = make_campaign(numbers, channel="rcs", text="Hi", options=own)
    OptOut.objects.create(
        workspace=campaign.workspace, phone=numbers[0], channel="sms", source="manual"
    )
    send(fast)
    sent = {m["recipient"]: m["channel"] for m in sandbox.ask("messages")["messages"]}
    assert list(sent.values()).count("SMS") == 1
    assert sent[numbers[1].lstrip("+")] == "SMS"


def test_rcs_has_no_price_before_it_is_billed(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1), channel="rcs", text="Hi")
    send(fast)
    message = Message.objects.get()
    assert (message.state, message.price) == (MessageState.ACCEPTED, None)


def test_what_it_may_become_counts_until_it_is_billed(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    own = RcsOptions(fallback=Fallback(kind="sms", text="x" * 155 + "{{ firstname }}"))
    campaign = make_campaign(
        phones(2), channel="rcs", text="Hi", options=own, cost_agreed=Decimal("0.3")
    )
    send(fast)
    assert_totals_equal_rows(campaign)
    spent = spending.of(
        campaign.workspace_id,
        day=days.today(campaign.workspace),
        campaign_id=campaign.pk,
        price_of=lambda country: Decimal(1),
    )
    # One part each, with "A0" and "A1"; as it is written, the text would have two.
    assert spent.of_campaign == 2


def test_unbilled_messages_of_an_older_version_are_summed_up_once(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), channel="rcs", text="Hi")
    send(fast)
    migration = import_module("messaging.migrations.0031_unbilled")
    with database.cursor() as cursor:
        cursor.execute(migration.BACKWARD)
        Tally.objects.update(unbilled=0)
        cursor.execute(migration.FORWARD)
        cursor.execute(migration.FILL)
    assert_totals_equal_rows(campaign)
    campaign.messages.update(price=Decimal("0.05"))
    assert_totals_equal_rows(campaign)


def test_card_whose_value_is_missing_is_never_sent(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(
        phones(1),
        channel="rcs",
        text="Hi",
        options=RcsOptions(card=Card(title="In {{ city|town }}")),
    )
    Campaign.objects.filter(pk=campaign.pk).update(
        options={"card": {"title": "In {{ city }}"}}
    )
    send(fast)
    assert states(campaign) == {"skipped": 1}


def test_sms_is_sent_with_its_options(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    own = SmsOptions(is_flash=True, ttl_min=30, has_tracking=True, deliver_at=later)
    make_campaign(phones(1), text="Look: https://bakery.example/", options=own)
    send(fast)
    (sent,) = sandbox.ask("messages")["messages"]
    assert sent["is_tracked"]
    assert sent["send_at"] == pytest.approx(later.timestamp(), abs=1)


def test_values_are_spelled_as_the_option_says(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1), options=SmsOptions(has_plain_values=True))
    Message.objects.update(variables={"firstname": "Łukasz"})
    send(fast)
    (sent,) = sandbox.ask("messages")["messages"]
    assert sent["text"] == Message.objects.get(campaign=campaign).text == "Hello Lukasz"


def test_delayed_message_that_the_journal_lacks_is_not_sent_again(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    campaign = make_campaign(phones(1), options=SmsOptions(deliver_at=later))
    Message.objects.update(
        state=MessageState.UNCLEAR,
        foreign_id="x",
        looks=3,
        attempted_at=later,
        lease_until=datetime.now(UTC),
    )
    assert unclear.settle_due() == {"postponed": 1}
    assert states(campaign) == {"unclear": 1}


def test_calls_stop_at_the_agreed_cost(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(
        phones(4), channel="voice", text="Hi", cost_agreed=Decimal("0.10")
    )
    minute = Decimal("0.045")
    known = {"DE": Billed(minute, minute)}
    cache.set(channel_prices.cache_key(campaign.workspace_id, "voice"), known)
    send(fast)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "cost")
    assert states(campaign) == {"accepted": 2, "queued": 2}


def test_command_takes_the_options_of_a_channel(
    workspace: Workspace, group: Group, fast: Connection
) -> None:
    add_contacts(workspace, group, phones(1))
    call_command(
        "send_campaign",
        workspace.slug,
        group=[group.name],
        text="<speak>Hi</speak>",
        channel="voice",
        ringtime=25,
    )
    assert Campaign.objects.get().options == {"ringtime_s": 25}


def test_command_refuses_what_the_gateway_would(
    workspace: Workspace, group: Group, fast: Connection
) -> None:
    add_contacts(workspace, group, phones(1))
    with pytest.raises(CommandError, match="5 to 60 seconds"):
        call_command(
            "send_campaign",
            workspace.slug,
            group=[group.name],
            text="Hi",
            channel="voice",
            ringtime=99,
        )
