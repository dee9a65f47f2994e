"""Races: answers, reports and leases that come in the wrong order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from messaging.claims import Claim
from messaging.models import Campaign, Message
from messaging.outcomes import Kind, Outcome
from messaging.services import answers
from messaging.services.claiming import claim
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    states,
)

ACCEPTED = Outcome(
    Kind.ACCEPTED, gateway_id="77000000001", price=Decimal("0.075"), parts=1
)


def take(campaign: Campaign, limit: int = 1) -> list[Claim]:
    found = claim(campaign.pk, limit=limit, price_of=lambda country: Decimal("0.075"))
    return found.claims


def write(claimed: Claim, outcome: Outcome) -> Message:
    change = answers.change_for(claimed, outcome)
    answers.write_once([(claimed, change)], today=date(2026, 11, 23))
    return Message.objects.get(pk=claimed.message_id)


@pytest.mark.parametrize("state", ["sending", "unclear", "queued", "cancelled"])
def test_late_acceptance_is_the_truth(make_campaign: MakeCampaign, state: str) -> None:
    campaign = make_campaign(phones(1))
    (claimed,) = take(campaign)
    Message.objects.update(state=state)
    message = write(claimed, ACCEPTED)
    assert (message.state, message.gateway_id) == ("accepted", "77000000001")
    assert_totals_equal_rows(campaign)


def test_report_before_the_answer_keeps_its_state(make_campaign: MakeCampaign) -> None:
    (claimed,) = take(make_campaign(phones(1)))
    Message.objects.update(state="delivered")
    message = write(claimed, ACCEPTED)
    assert message.state == "delivered"
    assert message.price == Decimal("0.075")


@pytest.mark.parametrize("kind", [Kind.UNCLEAR, Kind.REFUSED, Kind.RELEASED])
def test_slow_process_overwrites_nothing(
    make_campaign: MakeCampaign, kind: Kind
) -> None:
    (claimed,) = take(make_campaign(phones(1)))
    Message.objects.update(state="accepted")
    assert write(claimed, Outcome(kind, code=202)).state == "accepted"


def test_answer_of_an_older_attempt_changes_nothing(
    make_campaign: MakeCampaign,
) -> None:
    campaign = make_campaign(phones(1))
    (first,) = take(campaign)
    write(first, Outcome(Kind.UNTOUCHED))
    Message.objects.update(attempts=1)
    (second,) = take(campaign)
    assert second.foreign_id != first.foreign_id
    assert write(first, Outcome(Kind.REFUSED, code=202)).state == "sending"


def test_uncalled_claim_costs_no_attempt(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    (claimed,) = take(campaign)
    message = write(claimed, Outcome(Kind.UNTOUCHED))
    assert (message.state, message.attempts) == ("queued", 0)
    assert len(take(campaign)) == 1


def test_first_duplicate_code_waits_out_the_lock(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    (claimed,) = take(campaign)
    message = write(claimed, Outcome(Kind.REFUSED, code=402))
    assert (message.state, message.error_code) == ("queued", 402)
    assert take(campaign) == []
    Message.objects.update(due_at="2020-01-01T00:00Z")
    (again,) = take(campaign)
    assert write(again, Outcome(Kind.REFUSED, code=402)).state == "refused"


def test_duplicate_code_after_a_doubt_is_looked_up(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    Message.objects.update(doubts=1, attempts=1)
    (claimed,) = take(campaign)
    message = write(claimed, Outcome(Kind.REFUSED, code=402))
    assert (message.state, message.error_code) == ("unclear", 402)


def test_every_row_is_claimed_once(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(10))
    ids = [c.message_id for _ in range(4) for c in take(campaign, limit=3)]
    assert len(ids) == len(set(ids)) == 10


def test_agreed_cost_stops_the_claims(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(10), cost_agreed=Decimal("0.30"))
    assert len(take(campaign, limit=10)) == 4
    assert take(campaign, limit=10) == []
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "cost")
    assert states(campaign) == {"sending": 4, "queued": 6}
