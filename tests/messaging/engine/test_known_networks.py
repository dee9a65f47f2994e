"""Bounds count a network that is known at its own price, others at the dearest."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Connection, Price, Workspace
from contacts.models import NumberFact
from messaging.models import Campaign, Message
from messaging.selectors import known_networks, network_prices
from messaging.services import forecasts
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send

CHEAP = Decimal("0.075")


@pytest.fixture(autouse=True)
def price_list(fast: Connection) -> None:
    for network, mcc, mncs, amount in (
        ("", "", "", "0.075"),
        ("Cheap", "262", "01", "0.075"),
        ("Dear", "262", "03", "0.30"),
    ):
        Price.objects.create(
            connection=fast,
            country="DE",
            country_name="Germany",
            network=network,
            mcc=mcc,
            mncs=mncs,
            amount=Decimal(amount),
            seen_at=timezone.now(),
        )


def look_up(workspace: Workspace, numbers: list[str], **when: object) -> None:
    at = {"mnp_at": timezone.now(), **when}
    NumberFact.objects.bulk_create(
        NumberFact(workspace=workspace, phone=n, network="Cheap", mccmnc="26201", **at)
        for n in numbers
    )


def went_out(workspace: Workspace, numbers: list[str], code: str, **when: Any) -> None:
    """Have a message to each number in the past whose network the journal told."""
    campaign = Campaign.objects.create(
        workspace=workspace, name="Earlier", launched_at=timezone.now()
    )
    at = {"attempted_at": timezone.now() - timedelta(days=2), **when}
    Message.objects.bulk_create(
        Message(
            workspace=workspace,
            campaign=campaign,
            recipient=number,
            country="DE",
            state="delivered",
            mccmnc=code,
            **at,
        )
        for number in numbers
    )


def pause_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.pause_reason


def test_campaign_to_looked_up_numbers_reaches_all_for_what_was_agreed(
    make_campaign: MakeCampaign,
    workspace: Workspace,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    look_up(workspace, phones(5))
    campaign = make_campaign(phones(5), cost_agreed=5 * CHEAP, is_frozen=True)
    assert forecasts.estimate(campaign).worst_cost == 5 * CHEAP
    send(fast)
    assert sandbox.ask("handsets")["total"] == 5
    assert pause_of(campaign) == ""


def test_bound_holds_for_known_networks_to_the_cent(
    make_campaign: MakeCampaign,
    workspace: Workspace,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    look_up(workspace, phones(5))
    campaign = make_campaign(phones(5), cost_agreed=4 * CHEAP)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 4
    assert pause_of(campaign) == "cost"


def test_number_that_nobody_looked_up_counts_at_the_dearest(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1), cost_agreed=CHEAP)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 0
    assert pause_of(campaign) == "cost"


def test_old_answer_tells_nothing(
    make_campaign: MakeCampaign,
    workspace: Workspace,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    look_up(workspace, phones(1), mnp_at="2020-01-01T00:00Z")
    campaign = make_campaign(phones(1), cost_agreed=CHEAP)
    send(fast)
    assert pause_of(campaign) == "cost"


def test_what_is_on_its_way_counts_at_its_own_price_too(
    make_campaign: MakeCampaign, workspace: Workspace, fast: Connection
) -> None:
    look_up(workspace, phones(1))
    make_campaign(phones(2))
    Message.objects.update(state="sending", parts=2)
    (flying,) = network_prices.on_its_way(fast)
    assert (flying.country, flying.parts, flying.price) == ("DE", 2, CHEAP)


def test_network_of_an_earlier_message_is_known_to_forecast_and_bound(
    make_campaign: MakeCampaign,
    workspace: Workspace,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    went_out(workspace, phones(5), "26201")
    # What went out since is not in the journal yet.
    went_out(workspace, phones(5), "")
    campaign = make_campaign(phones(5), cost_agreed=5 * CHEAP)
    found = forecasts.estimate(campaign)
    assert (found.cost, found.worst_cost) == (5 * CHEAP, 5 * CHEAP)
    (line,) = found.by_country[0].by_network
    assert (line.name, line.source) == ("Cheap", "known")
    send(fast)
    assert sandbox.ask("handsets")["total"] == 5
    assert pause_of(campaign) == ""


def test_old_message_is_a_guess(
    make_campaign: MakeCampaign, workspace: Workspace
) -> None:
    went_out(workspace, phones(1), "26203", attempted_at="2020-01-01T00:00Z")
    campaign = make_campaign(phones(1), is_frozen=False)
    (line,) = forecasts.estimate(campaign).by_country[0].by_network
    assert (line.name, line.source, line.cost) == ("Dear", "guessed", Decimal("0.3"))


@pytest.mark.parametrize(("days", "code"), [(1, "26201"), (3, "26203")])
def test_newer_of_lookup_and_message_counts(
    workspace: Workspace, fast: Connection, days: int, code: str
) -> None:
    went_out(workspace, phones(1), "26203")
    look_up(workspace, phones(1), mnp_at=timezone.now() - timedelta(days=days))
    assert known_networks.of(workspace, phones(1))[phones(1)[0]].code == code


def test_messages_of_another_workspace_tell_nothing(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    went_out(other_workspace, phones(1), "26201")
    assert known_networks.of(workspace, phones(1)) == {}


def test_numbers_are_expected_where_others_of_their_range_went(
    make_campaign: MakeCampaign, workspace: Workspace
) -> None:
    *others, new = phones(41)
    went_out(workspace, others[:20], "26201")
    went_out(workspace, others[20:], "26203")
    campaign = make_campaign([new], is_frozen=False)
    found = forecasts.estimate(campaign)
    assert (found.cost, found.worst_cost) == (Decimal("0.1875"), Decimal("0.30"))
