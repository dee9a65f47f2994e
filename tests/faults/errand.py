"""Errands inside the house under test.

One process does them all, because to start one costs two seconds of work: a line of
JSON comes in, ["pace", "60"], and one goes out.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from datetime import time as clock
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
django.setup()

from django.db import connection as database  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.models import Count, F, Max, Sum  # noqa: E402
from django.db.utils import OperationalError  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import AuditEntry, Connection, Workspace  # noqa: E402
from accounts.services import hooks, schedules  # noqa: E402
from accounts.tasks import heartbeat  # noqa: E402
from contacts.models import Contact, Group, GroupMembership  # noqa: E402
from messaging.models import Campaign, Message, StartClock  # noqa: E402
from messaging.selectors import messages, statuses, tallies  # noqa: E402
from messaging.services import campaigns, drafts, settling, starts  # noqa: E402
from seven_dashboard import health  # noqa: E402
from seven_dashboard.celery import app  # noqa: E402
from seven_dashboard.sandbox.accounts import signing_key_of  # noqa: E402
from tests.faults.house import API_KEY, number_of  # noqa: E402

CONNECT_S = 60.0


def seed() -> Any:
    """Make a workspace and its connection with our webhook."""
    workspace = Workspace.objects.create(name="Bakery", slug="bakery")
    connection = Connection.objects.create(
        workspace=workspace,
        api_key=API_KEY,
        signing_key=signing_key_of(API_KEY),
    )
    connection.refresh_from_db()
    schedules.begin(connection)
    hooks.register(connection=connection, actor=None)
    return workspace.slug


def pace(rate: str) -> Any:
    """Set how many messages leave in a second."""
    return Connection.objects.update(rate_per_s=Decimal(rate))


def add_groups(first: str, *sizes: str) -> Any:
    """Add groups of these sizes, with numbers from the first one on."""
    workspace = Workspace.objects.get()
    for number, size in enumerate(sizes, int(first)):
        _add_group(workspace, number, int(size))
    return sizes


def _add_group(workspace: Workspace, number: int, size: int) -> None:
    group = Group.objects.create(workspace=workspace, name=f"Group {number}")
    contacts = Contact.objects.bulk_create(
        Contact(
            workspace=workspace,
            phone=number_of(number, i),
            country="DE",
            firstname=f"Anna{i}",
        )
        for i in range(size)
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, contact=contact) for contact in contacts
    )


def launch(group: str, cost_agreed: str, rate: str) -> Any:
    """Start a campaign that stops at a cost and has a pace of its own."""
    workspace = Workspace.objects.get()
    campaign = drafts.create(
        workspace=workspace,
        actor=None,
        name=group,
        text="Hello {{ firstname }}",
        rate_per_s=Decimal(rate),
        groups=[Group.objects.get(name=group)],
    )
    campaigns.launch(
        campaign_id=campaign.pk, actor=None, cost_agreed=Decimal(cost_agreed)
    )
    return str(campaign.pk)


def plan(in_s: str, apart_s: str, *groups: str) -> Any:
    """Plan a campaign for each group, one starting some seconds after the other."""
    workspace = Workspace.objects.get()
    begins = timezone.now() + timedelta(seconds=float(in_s))
    planned = []
    for number, group in enumerate(groups):
        campaign = drafts.create(
            workspace=workspace,
            actor=None,
            name=group,
            text="Hello {{ firstname }}",
            groups=[Group.objects.get(name=group)],
            start_clock=StartClock.WORKSPACE,
            start_on=begins.date() + timedelta(days=2),
            start_time=clock(9),
        )
        starts.agree(campaign_id=campaign.pk, actor=None, cost_agreed=Decimal(100))
        # Clocks of a plan know minutes only.
        Campaign.objects.filter(pk=campaign.pk).update(
            start_clock=StartClock.NOW,
            starts_at=begins + number * timedelta(seconds=float(apart_s)),
        )
        planned.append(str(campaign.pk))
    return planned


def begun(*campaign_ids: str) -> Any:
    """Return state, recipients and begins of planned campaigns, by the trail."""
    begins = AuditEntry.objects.filter(action="campaign.begin")
    found = [Campaign.objects.get(pk=pk) for pk in campaign_ids]
    return [
        (c.state, c.total, begins.filter(after__campaign=str(c.pk)).count())
        for c in found
    ]


def pause(campaign_id: str) -> Any:
    """Pause a campaign as a person does."""
    return campaigns.pause(campaign_id=UUID(campaign_id), actor=None).pause_reason


def for_person(campaign_id: str) -> Any:
    """Return the numbers whose messages only a person can settle."""
    rows = messages.for_person(Campaign.objects.get(pk=campaign_id))
    return list(rows.values_list("recipient", flat=True))


def decide(campaign_id: str, decision: Any, seen: str) -> Any:
    """Settle what waits for a person, all at once."""
    return settling.settle_all(
        campaign_id=UUID(campaign_id), actor=None, decision=decision, seen=int(seen)
    )


def status(campaign_id: str) -> Any:
    """Return what ``manage.py campaign_status`` says."""
    return statuses.of(Campaign.objects.get(pk=campaign_id))


def totals(campaign_id: str) -> Any:
    """Return the totals of the tallies and those counted over the rows."""
    rows = Message.objects.filter(campaign_id=campaign_id)
    found = tallies.of_campaign(Campaign.objects.get(pk=campaign_id).pk)
    sums = rows.aggregate(cost=Sum("price"), attempts=Max("attempts"))
    return {
        "tallies": found.states,
        "rows": dict(rows.values_list("state").annotate(Count("pk")).order_by()),
        "tally_cost": str(found.cost.normalize()),
        "row_cost": str((sums["cost"] or Decimal(0)).normalize()),
        "most_attempts": sums["attempts"],
        "tried_again": rows.filter(attempts__gt=1).count(),
        "unpriced": rows.exclude(state="refused").filter(price=None).count(),
        "refused": list(
            rows.filter(state="refused").values_list("recipient", "error_code")
        ),
    }


def is_connected() -> Any:
    """Say whether the connection still counts as working."""
    return Connection.objects.get().state == Connection.State.CONNECTED


def open_rows(campaign_id: str) -> Any:
    """Return what has not come to an end, to show when a test fails."""
    rows = Message.objects.filter(campaign_id=campaign_id).exclude(state="delivered")
    return list(
        rows.values(
            "id", "state", "attempts", "doubts", "looks", "error_code"
        ).annotate(due=F("due_at"), lease=F("lease_until"))[:20]
    )


def ring(queue: str) -> Any:
    """Put a task into a queue; nobody forgets it until it is taken."""
    return heartbeat.apply_async((queue,), queue=queue).id


def waiting(queue: str) -> Any:
    """Return how many tasks wait in a queue."""
    return health.queue_depths()[queue]


def deafen(queue: str) -> Any:
    """Let the workers of a queue live on without listening to it."""
    return app.control.cancel_consumer(queue, reply=True, timeout=10, limit=1)


def answer_to(line: str) -> dict[str, Any]:
    """Do an errand; return its result, or what went wrong."""
    name, *arguments = json.loads(line)
    try:
        _connect()
        return {"result": globals()[name](*arguments)}
    except Exception:
        return {"error": traceback.format_exc()}


def _connect() -> None:
    """Wait for the database, which may have been killed a moment ago."""
    deadline = time.monotonic() + CONNECT_S
    while True:
        connections.close_all()
        try:
            database.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def main() -> None:
    # What anybody else prints must not be taken for an answer.
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        out.write(json.dumps(answer_to(line), default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
