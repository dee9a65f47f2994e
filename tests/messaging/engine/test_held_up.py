"""Calls that are held up before they leave, and answers nobody can store."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from messaging import timing
from messaging.models import Message
from messaging.outcomes import Kind, Outcome
from messaging.services import answers, calls
from messaging.services.claiming import claim
from messaging.services.flights import Flights
from seven_dashboard.gateway import wire
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayUnavailable
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, states


def test_call_that_leaves_too_late_sends_nothing(sandbox: SandboxAccount) -> None:
    client = sandbox.client()
    with wire.leaving_within(-1), pytest.raises(GatewayUnavailable) as raised:
        client.sms.send(to=["+4915112345000"], text="Late")
    assert raised.value.is_certainly_unsent
    assert sandbox.ask("handsets")["total"] == 0


def test_bound_ends_with_its_block(sandbox: SandboxAccount) -> None:
    with wire.leaving_within(-1):
        pass
    sandbox.client().sms.send(to=["+4915112345000"], text="On time")
    assert sandbox.ask("handsets")["total"] == 1


def test_held_up_claim_goes_back_to_the_queue(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = make_campaign(phones(1))
    found = claim(campaign.pk, limit=1, price_of=lambda country: Decimal(0))
    monkeypatch.setattr(timing, "DEPARTURE_S", -1.0)
    (outcome,) = calls.make(sandbox.client(), found.calls[0])
    assert outcome.kind is Kind.RELEASED


def test_bug_in_a_call_counts_as_unclear(
    make_campaign: MakeCampaign, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(1))
    found = claim(campaign.pk, limit=1, price_of=lambda country: Decimal(0))
    client: Any = SevenClient(base_url=sandbox.base_url, api_key="x")
    client.sms = None
    (outcome,) = calls.make(client, found.calls[0])
    assert outcome.kind is Kind.UNCLEAR


def test_answer_nobody_can_store_keeps_no_other_back(
    make_campaign: MakeCampaign, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(2))
    found = claim(campaign.pk, limit=2, price_of=lambda country: Decimal(0))
    connection = campaign.workspace.connection
    bad = Outcome(Kind.ACCEPTED, gateway_id="7" * 99, price=Decimal("0.075"))
    good = Outcome(Kind.ACCEPTED, gateway_id="77000000001", price=Decimal("0.075"))
    first, second = found.claims
    answers.write([(first, bad), (second, good)], connection=connection)
    assert states(campaign) == {"sending": 1, "accepted": 1}
    assert Message.objects.get(state="accepted").gateway_id == "77000000001"


@pytest.mark.parametrize(
    ("call_s", "most"),
    [
        pytest.param(0.05, 8, id="fast"),
        pytest.param(0.25, 4, id="slower"),
        pytest.param(15.0, 2, id="hangs"),
    ],
)
def test_threads_get_as_many_calls_as_they_make_in_time(
    sandbox: SandboxAccount, settings: Settings, call_s: float, most: int
) -> None:
    settings.SENDING_THREADS = 10
    flying = Flights(sandbox.client(), lambda call: True, call_s=call_s)
    assert flying.room == 10 * most
