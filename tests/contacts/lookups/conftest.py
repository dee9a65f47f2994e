"""Numbers to look up, and lookups that run in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, Lookup
from contacts.services import lookup_runs, lookups
from tests.fixtures import SandboxAccount

Start = Callable[..., Lookup]
PEOPLE = 45


@pytest.fixture
def numbers(workspace: Workspace) -> list[str]:
    phones = [f"+491711{at:06}" for at in range(1, PEOPLE + 1)]
    Contact.objects.bulk_create(
        Contact(workspace=workspace, phone=phone) for phone in phones
    )
    return phones


@pytest.fixture
def gateway_account(sandbox: SandboxAccount, connection: Connection) -> SandboxAccount:
    """Return the sandbox account that the workspace is connected to."""
    return sandbox


@pytest.fixture
def start(workspace: Workspace, owner: User) -> Start:
    """Return a function that starts a lookup of all contacts."""

    def give(*kinds: str, cap: str = "5", **options: Any) -> Lookup:
        phone = options.get("phone", "")
        people = Contact.objects.filter(workspace=workspace).exclude(phone="").count()
        return lookups.start(
            workspace=workspace,
            actor=owner,
            launch_key=uuid4(),
            kinds=list(kinds),
            numbers=1 if phone else people,
            cap=Decimal(cap),
            **options,
        )

    return give


def run(lookup: Lookup) -> Lookup:
    """Run a lookup as a worker would, and return how it stands."""
    lookup_runs.run(lookup.pk)
    lookup.refresh_from_db()
    return lookup


def charged(account: SandboxAccount) -> Decimal:
    """Return what the gateway took for lookups, EUR."""
    return Decimal(str(account.ask("lookups")["charged"]))
