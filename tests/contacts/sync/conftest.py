"""A workspace whose sync is switched on, and both sides to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, Direction, SyncGroup, SyncRun, SyncSetup
from contacts.services.sync import pairs, pushes, runs, setups
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.contacts import GatewayContact
from tests.fixtures import SandboxAccount


@dataclass
class Sides:
    """Our workspace and the gateway's account, and how they are brought in step."""

    workspace: Workspace
    setup: SyncSetup
    actor: User
    client: SevenClient
    sandbox: SandboxAccount

    def there(self) -> dict[int, GatewayContact]:
        return {contact.id: contact for contact in self.client.contacts.iter_all()}

    def here(self) -> list[Contact]:
        mine = Contact.objects.filter(workspace=self.workspace)
        return list(mine.order_by("phone", "id"))

    def add(self, **properties: str) -> GatewayContact:
        """Add a contact at the gateway, in the groups named by their ids."""
        return self.client.contacts.create(properties=properties)

    def allow(self, **values: object) -> None:
        """Change the rules and agree to them, as a person does after a preview."""
        setups.change(setup=self.setup, actor=self.actor, values=values)
        self.agree()

    def agree(self) -> None:
        self.setup.refresh_from_db()
        setups.approve(
            setup=self.setup, run=self.run(is_preview=True), actor=self.actor
        )

    def run(self, **options: bool) -> SyncRun:
        """Do one run to its end and return it."""
        self.setup.refresh_from_db()
        started = setups.begin(setup=self.setup, actor=self.actor, **options)
        for _attempt in range(40):
            runs.run(started.id)
            started.refresh_from_db()
            if started.is_over:
                break
        return started

    def writes(self) -> dict[str, int]:
        """Return what the next run does on either side, by kind."""
        run = self.run()
        assert run.state == SyncRun.State.FINISHED, run.error
        return {name: count for name, count in run.tally.items() if count}


@pytest.fixture(autouse=True)
def settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a creation without an answer be repeated without waiting for a minute."""
    monkeypatch.setattr(pushes, "SETTLE_AFTER", timedelta(0))


@pytest.fixture
def sides(
    workspace: Workspace, owner: User, connection: Connection, sandbox: SandboxAccount
) -> Sides:
    """Return both sides with everything in step both ways, groups apart."""
    found = Sides(
        workspace=workspace,
        setup=setups.of(workspace),
        actor=owner,
        client=sandbox.client(),
        sandbox=sandbox,
    )
    found.allow(ungrouped=Direction.BOTH)
    return found


@pytest.fixture
def pair(sides: Sides) -> Callable[..., SyncGroup]:
    """Return a function that links a new group of the gateway with one of ours."""

    def link(name: str = "Customers", direction: str = Direction.BOTH) -> SyncGroup:
        made = sides.client.groups.create(name)
        row = SyncGroup.objects.create(
            workspace=sides.workspace, remote_id=made.id, remote_name=name
        )
        pairs.set_pair(pair=row, actor=sides.actor, direction=direction, group=None)
        sides.agree()
        return SyncGroup.objects.get(remote_id=made.id)

    return link
