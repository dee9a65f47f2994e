"""An audience, a campaign, and the engine run by hand in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Greatest

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group, GroupMembership, Segment
from messaging import pacing
from messaging.models import Campaign, DayTally, Message, Tally
from messaging.selectors import tallies
from messaging.services import audiences, campaigns, drafts, floor
from messaging.states import AT_GATEWAY
from tests.fixtures import SandboxAccount
from tests.messaging.engine.segmented import line, save

MakeCampaign = Callable[..., Campaign]


@pytest.fixture(autouse=True)
def empty_pacing() -> Iterator[None]:
    pacing.store().flushdb()
    yield
    pacing.store().flushdb()


@pytest.fixture
def fast(connection: Connection) -> Connection:
    connection.rate_per_s = Decimal(2000)
    connection.save(update_fields=["rate_per_s"])
    return connection


def add_contacts(workspace: Workspace, group: Group, phones: list[str]) -> None:
    contacts = Contact.objects.bulk_create(
        Contact(workspace=workspace, phone=phone, country="DE", firstname=f"A{i}")
        for i, phone in enumerate(phones)
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, contact=contact) for contact in contacts
    )


def phones(count: int, *, ending: str = "000") -> list[str]:
    """Return numbers whose ending chooses their fate in the sandbox."""
    if ending == "000":
        return [f"+49151{i:08d}" for i in range(count)]
    return [f"+49151{i:02d}000{ending}" for i in range(count)]


@pytest.fixture
def group(workspace: Workspace) -> Group:
    return Group.objects.create(workspace=workspace, name="Customers")


@pytest.fixture
def people(workspace: Workspace, fast: Connection) -> dict[str, Contact]:
    """Ada and Ben live in Berlin, Cleo and Dora in Bonn."""
    cities = {"Ada": "Berlin", "Ben": "Berlin", "Cleo": "Bonn", "Dora": "Bonn"}
    return {
        name: Contact.objects.create(
            workspace=workspace, firstname=name, city=city, phone=phone, country="DE"
        )
        for (name, city), phone in zip(cities.items(), phones(4), strict=True)
    }


@pytest.fixture
def berliners(workspace: Workspace) -> Segment:
    return save(workspace, "Berliners", line("city", "is", "Berlin"))


@pytest.fixture
def make_campaign(workspace: Workspace, group: Group, fast: Connection) -> MakeCampaign:
    """Return a function that gives a launched and frozen campaign."""

    def make(
        numbers: list[str],
        *,
        text: str = "Hello {{ firstname }}",
        cost_agreed: Decimal | None = None,
        is_frozen: bool = True,
        **fields: object,
    ) -> Campaign:
        add_contacts(workspace, group, numbers)
        campaign = drafts.create(
            workspace=workspace,
            actor=None,
            name="Spring",
            text=text,
            groups=[group],
            **fields,
        )
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=cost_agreed)
        if is_frozen:
            assert audiences.freeze(campaign.pk)
        campaign.refresh_from_db()
        return campaign

    return make


def send(connection: Connection, *, budget_s: float = 20.0) -> floor.Report:
    return floor.run(connection.pk, budget_s=budget_s)


def send_single(connection: Connection, number: str = "+4915199999000") -> Message:
    campaign = campaigns.send_single(
        workspace=connection.workspace, actor=None, recipient=number, text="Hi"
    )
    send(connection)
    return campaign.messages.get()


def let_pass(seconds: float, sandbox: SandboxAccount | None = None) -> None:
    """Let time pass for all messages, and for what the sandbox has of them."""
    times = ("created_at", "attempted_at", "accepted_at", "lease_until", "due_at")
    passed = timedelta(seconds=seconds)
    Message.objects.update(**{name: F(name) - passed for name in times})
    if sandbox is not None:
        sandbox.ask("age", s=seconds)


def states(campaign: Campaign) -> dict[str, int]:
    return dict(
        Counter(
            Message.objects.filter(campaign=campaign).values_list("state", flat=True)
        )
    )


def assert_totals_equal_rows(campaign: Campaign) -> None:
    rows = Message.objects.filter(campaign=campaign)
    counted = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    sums = rows.aggregate(parts=Sum("parts"), cost=Sum("price"))
    totals = tallies.of_campaign(campaign.pk)
    assert totals.states == counted
    assert totals.parts == (sums["parts"] or 0)
    assert totals.cost == (sums["cost"] or Decimal(0))
    is_unbilled = Q(state__in=["sending", "unclear"]) | Q(
        price=None, state__in=AT_GATEWAY
    )
    unbilled = rows.filter(is_unbilled).aggregate(n=Sum(Greatest("units", "parts", 1)))
    summed = Tally.objects.filter(campaign=campaign).aggregate(n=Sum("unbilled"))
    assert (summed["n"] or 0) == (unbilled["n"] or 0)
    assert_days_equal_tallies()


def assert_days_equal_tallies() -> None:
    """The tallies of days are the tallies of campaigns, added up."""
    key = ("workspace", "day", "channel", "country", "state")
    sums = (Sum("messages"), Sum("parts"), Sum("cost"))
    of_days, of_campaigns = (
        {
            row[:5]: row[5:]
            for row in rows.order_by().values_list(*key).annotate(*sums)
            if any(row[5:])
        }
        for rows in (DayTally.objects.all(), Tally.objects.exclude(day=None))
    )
    assert of_days == of_campaigns
