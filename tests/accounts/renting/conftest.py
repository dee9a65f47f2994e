"""Offers, an order, subaccounts, and the passing of time for an errand."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import (
    Connection,
    Errand,
    NumberOffer,
    OwnNumber,
    Subaccount,
    User,
)
from accounts.services import errand_looks, number_lists, numbers, subaccount_lists
from tests.fixtures import ClientAs, SandboxAccount


@pytest.fixture
def offer(sandbox: SandboxAccount, connection: Connection) -> Iterator[NumberOffer]:
    number_lists.refresh_offers(connection=connection)
    yield NumberOffer.objects.filter(country="DK").order_by("number")[0]
    # Numbers are few: give back what this test has rented.
    sandbox.ask("reset", really=True)


@pytest.fixture
def ordered(offer: NumberOffer, owner: User) -> Errand:
    return order(offer, owner)


@pytest.fixture
def rented(
    sandbox: SandboxAccount, connection: Connection, offer: NumberOffer
) -> OwnNumber:
    """Return a number that the account has, by the year."""
    client = sandbox.client()
    client.numbers.order(offer.number, payment_interval="annually")
    number_lists.refresh(connection=connection)
    return OwnNumber.objects.get()


@pytest.fixture
def branch(sandbox: SandboxAccount, connection: Connection) -> Subaccount:
    """Return a subaccount without credit."""
    sandbox.client().subaccounts.create(name="Ada Branch", email="ada@branch.example")
    subaccount_lists.refresh(connection=connection)
    return Subaccount.objects.get()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Errand]:
    """Keep the bell from ringing at a broker; return what would have been done."""
    heard: list[Errand] = []
    monkeypatch.setattr(tasks, "queue_errand", heard.append)
    monkeypatch.setattr(tasks, "queue_all", lambda _connection: None)
    return heard


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def order(offer: NumberOffer, actor: User, *, token: str = "") -> Errand:
    cost = offer.monthly_now
    assert cost is not None
    return numbers.order(
        offer=offer,
        actor=actor,
        interval="monthly",
        agreed=cost,
        token=token or uuid4().hex,
    )


def look_later(errand: Errand) -> str:
    """Look at the gateway when the next look is due."""
    make_due(errand)
    return errand_looks.look(errand.pk)


def make_due(errand: Errand) -> None:
    """Let the lease or the pause of an errand be over."""
    waiting = Errand.objects.filter(pk=errand.pk, due_at__isnull=False)
    assert waiting.update(due_at=timezone.now())
