"""A spending bound holds to the cent, from the first message on."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Connection, Price
from messaging.models import SendingRules
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send

PRICE = Decimal("0.075")


def test_bound_holds_before_any_price_list_was_polled(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    Price.objects.all().delete()
    campaign = make_campaign(phones(40), cost_agreed=PRICE * 10)
    send(fast)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 10
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "cost")


def test_bound_a_tenth_of_a_cent_below_a_message_leaves_it_out(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    make_campaign(phones(40), cost_agreed=PRICE * 11 - Decimal("0.001"))
    send(fast)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 10


def test_bound_that_fits_exactly_is_used_up(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(40), cost_agreed=PRICE * 40)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 40
    campaign.refresh_from_db()
    assert campaign.state == "sending"


def test_limit_of_the_day_holds_before_any_price_list_was_polled(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    Price.objects.all().delete()
    campaign = make_campaign(phones(40))
    SendingRules.objects.create(workspace=campaign.workspace, limit_per_day=PRICE * 10)
    send(fast)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 10
