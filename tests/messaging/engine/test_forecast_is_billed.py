"""What the forecast says is what the gateway takes, within one percent.

The sandbox's price list has several networks in most countries. The list is made so
that the dearest one prevails outside Germany: who asks for the country alone is further
off than a percent. ``FORECAST=long`` sends to 10,000.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import pytest
from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Connection, Workspace
from accounts.services import prices
from contacts.models import Contact, Group, GroupMembership, NumberFact
from messaging.models import Message, OutboundReading
from messaging.selectors.audience_parts import Parts, named
from messaging.selectors.audiences import Audience
from messaging.services import audiences, campaigns, drafts, forecasts, learning
from messaging.services.forecast_lines import Forecast
from seven_dashboard.sandbox import numbering
from seven_dashboard.sandbox.pricing import COUNTRIES, network_of
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import send

SIZE = 10_000 if os.environ.get("FORECAST") == "long" else 500
# A country, how its mobile numbers begin, and how many digits follow.
PLANS = [
    ("DE", "+49151", 8),
    ("AT", "+43664", 7),
    ("CH", "+4179", 7),
    ("GB", "+447400", 6),
    ("ES", "+34612", 6),
]
NAMES = ["Anna", "Łukasz", "Bartholomäus", "€" * 20, "Zoë 🎉", "x" * 90]
TEXT = "Hello {{ firstname }}, your order is ready. " + "We are glad to see you. " * 4


@pytest.fixture(autouse=True)
def fresh_prices(fast: Connection, sandbox: SandboxAccount) -> None:
    cache.clear()
    sandbox.ask("account", balance=10_000.0)
    prices.refresh(connection=fast)


def numbers(country: str, head: str, digits: int) -> Iterator[str]:
    """Yield numbers: of one network alone, but where all cost the same."""
    listed = COUNTRIES[country]
    dearest = max(network.price for network in listed.networks)
    for n in count(1):
        phone = f"{head}{n:0{digits}d}"
        network = network_of(phone[1:], listed)
        # Some endings are refused or fail in the sandbox.
        if network.price == dearest and phone[-3] != "9":
            yield phone


@pytest.fixture
def audience(workspace: Workspace, group: Group) -> Audience:
    made = []
    for country, head, digits in PLANS:
        found = numbers(country, head, digits)
        made += [(country, next(found)) for _n in range(SIZE // len(PLANS))]
    contacts = Contact.objects.bulk_create(
        Contact(
            workspace=workspace,
            phone=phone,
            country=country,
            firstname=NAMES[n % len(NAMES)],
        )
        for n, (country, phone) in enumerate(made)
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, contact=contact) for contact in contacts
    )
    return Audience(workspace, Parts(groups=named([group])))


@pytest.fixture
def looked_up(workspace: Workspace, audience: Audience) -> None:
    look_up(workspace)


def look_up(workspace: Workspace) -> None:
    """Know the network of everybody, as an MNP lookup of the sandbox tells it."""
    phones = Contact.objects.filter(workspace=workspace).values_list("phone", flat=True)
    NumberFact.objects.bulk_create(
        NumberFact(
            workspace=workspace,
            phone=phone,
            network=facts.carrier,
            mccmnc=facts.mccmnc,
            mnp_at=timezone.now(),
        )
        for phone in phones
        if (facts := numbering.facts_of(phone))
    )


def billed(connection: Connection, group: Group) -> Decimal:
    campaign = drafts.create(
        workspace=group.workspace, actor=None, name="All", text=TEXT, groups=[group]
    )
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    audiences.freeze(campaign.pk)
    rows = Message.objects.filter(campaign=campaign)
    while rows.filter(state="queued", campaign__state="sending").exists():
        send(connection, budget_s=10)
    assert rows.exclude(price=None).count() == rows.count()
    return Decimal(rows.aggregate(total=Sum("price"))["total"])


def learn() -> None:
    """Read the journal of today to its end."""
    while Message.objects.filter(mccmnc="").exists():
        OutboundReading.objects.update(due_at=timezone.now())
        assert learning.learn().get("learnt")


def by_country_alone(found: Forecast, connection: Connection) -> Decimal:
    listed = prices_of(connection)
    return sum((c.parts * listed[c.country] for c in found.by_country), Decimal(0))


def prices_of(connection: Connection) -> dict[str, Decimal]:
    rows = connection.prices.filter(mcc="").values_list("country", "amount")
    return dict(rows)


def test_forecast_is_within_a_percent_of_the_bill(
    audience: Audience, group: Group, fast: Connection
) -> None:
    guessed = forecasts.estimate_text(audience, text=TEXT)
    look_up(group.workspace)
    found = forecasts.estimate_text(audience, text=TEXT)
    bill = billed(fast, group)
    assert abs(found.cost - bill) <= bill / 100
    # Nobody can know the networks of numbers that were not looked up; what it costs
    # at most holds all the same.
    assert abs(guessed.cost - bill) > bill / 100 and bill <= guessed.worst_cost
    # The list is one on which networks matter.
    assert abs(by_country_alone(found, fast) - bill) > bill / 100
    assert found.worst_cost >= bill
    # The next campaign needs no lookups: the journal told where the first one went.
    NumberFact.objects.all().delete()
    learn()
    told = forecasts.estimate_text(audience, text=TEXT)
    assert abs(told.cost - bill) <= bill / 100 and told.worst_cost == told.cost


@pytest.mark.usefixtures("looked_up")
def test_sample_is_off_by_no_more_than_its_margin(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = forecasts.estimate_text(audience, text=TEXT)
    monkeypatch.setattr(forecasts, "EXACT_UP_TO", 100)
    monkeypatch.setattr(forecasts, "SAMPLE", 120)
    found = forecasts.estimate_text(audience, text=TEXT)
    assert found.is_sample and 0 < found.margin < exact.cost / 4
    assert abs(found.cost - exact.cost) <= found.margin
