"""A first pull killed at random instants brings everybody, and each only once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from contacts.models import Contact, SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import setups
from tests.contacts import workers
from tests.contacts.sync.conftest import Sides
from tests.contacts.workers import Worker, ends_well

CONTACTS = 1_500
KILLS = 4
VALUES = {"sync.listing.PAGE_SIZE": 60}


def work(run: SyncRun) -> Worker:
    return workers.begin("sync.runs.run", run.id, VALUES)


def kill_when_it_has_moved(run: SyncRun) -> bool:
    """Kill a worker a random moment after a page; False when it was done."""

    def last() -> int:
        run.refresh_from_db()
        return run.last_id

    worker = partial(work, run)
    return workers.kill_when_it_has_moved(worker, last, within_s=0.1)


def let_the_claim_run_out(run: SyncRun) -> None:
    past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
    SyncRun.objects.filter(id=run.id, state=SyncRun.State.RUNNING).update(
        heartbeat_at=past
    )


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_first_pull_brings_everybody_once(sides: Sides) -> None:
    sides.sandbox.ask("contacts", count=CONTACTS)
    sides.agree()
    run = setups.begin(setup=sides.setup, actor=None)
    kills = 0
    while kills < KILLS and kill_when_it_has_moved(run):
        kills += 1
        let_the_claim_run_out(run)
    assert kills >= 2
    assert ends_well(work(run))
    run.refresh_from_db()
    assert run.state == SyncRun.State.FINISHED
    assert (run.tally["created_here"], run.done) == (CONTACTS, CONTACTS)
    assert Contact.objects.count() == SyncLink.objects.count() == CONTACTS
    assert sides.writes() == {}
