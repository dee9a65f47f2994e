"""A small bakery: contacts, groups, prices, a draft and a campaign under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection, Price, User, Workspace
from contacts.models import Contact, Group, GroupMembership
from messaging.models import Campaign, Message, Template
from messaging.selectors import days
from messaging.services import templates
from messaging.states import AT_GATEWAY, CampaignState, MessageState

TEXT = "Hi {{ firstname|there }}!"
AddContact = Callable[..., Contact]
AddMessages = Callable[..., list[Message]]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def group(workspace: Workspace) -> Group:
    return Group.objects.create(workspace=workspace, name="Regulars")


@pytest.fixture
def add_contact(workspace: Workspace, group: Group) -> AddContact:
    """Return a function that adds a contact to the group (or to none)."""

    def add(
        phone: str, *, country: str = "DE", into: Group | None = group, **fields: Any
    ) -> Contact:
        contact = Contact.objects.create(
            workspace=workspace, phone=phone, country=country, **fields
        )
        if into:
            GroupMembership.objects.create(group=into, contact=contact)
        return contact

    return add


@pytest.fixture
def contact(add_contact: AddContact) -> Contact:
    return add_contact("+491711234567", firstname="Anna", lastname="Weber")


@pytest.fixture
def connected(workspace: Workspace) -> Connection:
    """Return a connection that works, with prices of two countries."""
    connection = Connection.objects.create(
        workspace=workspace, api_key="sandbox-pages", balance=Decimal("50")
    )
    for country, prefix, network, amount in (
        ("DE", "49", "", "0.075"),
        ("AT", "43", "", "0.08"),
        ("AT", "43", "Dear", "0.1"),
    ):
        Price.objects.create(
            connection=connection,
            country=country,
            country_name=country,
            prefix=prefix,
            network=network,
            mcc="232" if network else "",
            amount=Decimal(amount),
            seen_at=timezone.now(),
        )
    return connection


@pytest.fixture
def draft(workspace: Workspace, group: Group, contact: Contact) -> Campaign:
    campaign = Campaign.objects.create(
        workspace=workspace, name="Autumn offer", text=TEXT, sender="Bakery"
    )
    campaign.groups.add(group)
    return campaign


@pytest.fixture
def template(workspace: Workspace) -> Template:
    return templates.create(
        workspace=workspace, actor=None, name="Offer", channel="sms", text=TEXT
    )


@pytest.fixture
def campaign(workspace: Workspace, group: Group) -> Campaign:
    """Return a campaign that is sending."""
    now = timezone.now()
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="Winter card",
        text=TEXT,
        state=CampaignState.SENDING,
        cost_agreed=Decimal("10"),
        launched_at=now - timedelta(minutes=2),
        prepared_at=now - timedelta(minutes=2),
    )
    campaign.groups.add(group)
    return campaign


@pytest.fixture
def add_messages(campaign: Campaign) -> AddMessages:
    """Return a function that adds messages in a state to the campaign."""

    def add(state: MessageState, count: int = 1, **fields: Any) -> list[Message]:
        start = Message.objects.count()
        now = timezone.now()
        is_sent = state in AT_GATEWAY
        usual: dict[str, Any] = {
            "country": "DE",
            "parts": 1 if is_sent else 0,
            "price": Decimal("0.075") if is_sent else None,
            "accepted_at": now if is_sent else None,
            "sent_on": days.today(campaign.workspace) if is_sent else None,
        }
        return Message.objects.bulk_create(
            Message(
                workspace_id=campaign.workspace_id,
                campaign=campaign,
                state=state,
                **{"recipient": f"+4917155{start + n:05}", **usual, **fields},
            )
            for n in range(count)
        )

    return add


@pytest.fixture
def message(add_messages: AddMessages) -> Message:
    return add_messages(MessageState.UNCLEAR)[0]


@pytest.fixture
def author(sender_member: User, campaign: Campaign) -> User:
    """Return a sender who wrote the campaign that is under way."""
    Campaign.objects.filter(pk=campaign.pk).update(created_by=sender_member)
    return sender_member
