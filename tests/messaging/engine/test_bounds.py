"""A spending bound holds to the cent, from the first message on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Connection, Price
from messaging.models import SendingRules
from messaging.selectors import bills, days
from messaging.services import claiming, part_prices, settling
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


def send_on(connection: Connection) -> None:
    """Send as the sweep does, which rings again for whatever has work."""
    for _n in range(3):
        send(connection)


@pytest.fixture
def unlisted(fast: Connection, sandbox: SandboxAccount) -> None:
    """Have no price list and no way to one: the key has no right to it."""
    Price.objects.all().delete()
    sandbox.ask("account", scopes=["sms"])


@pytest.mark.usefixtures("unlisted")
def test_bound_holds_where_the_price_list_is_refused(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(40), cost_agreed=PRICE * 10)
    send_on(fast)
    assert sandbox.ask("handsets")["total"] == 10
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "cost")


@pytest.mark.usefixtures("unlisted")
def test_message_of_unknown_price_goes_alone_and_others_await_its_bill(
    make_campaign: MakeCampaign, fast: Connection
) -> None:
    campaign = make_campaign(phones(40), cost_agreed=PRICE * 10)
    price_of = part_prices.of(fast)

    def claim() -> int:
        found = claiming.claim(campaign.pk, limit=40, price_of=price_of)
        return len(found.claims)

    assert [claim(), claim()] == [1, 0]
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    billed = campaign.messages.filter(state="sending")
    today = days.today(campaign.workspace)
    billed.update(state="accepted", price=PRICE, sent_on=today)
    assert claim() == 9


@pytest.mark.usefixtures("unlisted")
def test_nothing_goes_where_nothing_is_left_to_spend(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(2), cost_agreed=Decimal(0))
    send(fast)
    assert sandbox.ask("handsets")["total"] == 0
    campaign.refresh_from_db()
    assert campaign.pause_reason == "cost"


@pytest.mark.usefixtures("unlisted")
@pytest.mark.parametrize(
    ("minutes", "advice"),
    [(5, "from"), (16, "decide about it")],
    ids=["journal-is-asked", "journal-is-silent"],
)
def test_page_says_which_bill_is_awaited_and_what_to_do(
    make_campaign: MakeCampaign, fast: Connection, minutes: int, advice: str
) -> None:
    campaign = make_campaign(phones(3), cost_agreed=PRICE * 10)
    claiming.claim(campaign.pk, limit=3, price_of=part_prices.of(fast))
    assert bills.awaited(campaign) is None
    tried = campaign.messages.filter(state="sending")
    now = timezone.now()
    ago = now - timedelta(minutes=minutes)
    tried.update(state="unclear", attempted_at=ago, lease_until=now)
    bill = bills.awaited(campaign)
    assert bill and advice in bill.advice
    shown = render_to_string("messaging/campaigns/_bill.html", {"bill": bill})
    assert f"{minutes} minutes ago" in shown


@pytest.mark.usefixtures("unlisted")
def test_what_a_person_counts_as_sent_is_waited_for_until_a_day(
    make_campaign: MakeCampaign, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), cost_agreed=PRICE * 10)
    claiming.claim(campaign.pk, limit=3, price_of=part_prices.of(fast))
    ago = timezone.now() - timedelta(minutes=20)
    campaign.messages.filter(state="sending").update(
        state="unclear", attempted_at=ago, lease_until=None
    )
    settling.settle_all(campaign_id=campaign.pk, actor=None, decision="sent", seen=1)
    bill = bills.awaited(campaign)
    assert bill and "is waited for until" in bill.advice
