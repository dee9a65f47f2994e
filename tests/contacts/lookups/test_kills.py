"""Workers that die and lookups at once: the gateway is asked once for each number."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from contacts.models import Lookup, LookupAsk, NumberFact
from contacts.services import lookup_claims, works
from tests.contacts import workers
from tests.contacts.lookups.conftest import PEOPLE, Start, charged, run
from tests.contacts.workers import Worker, ends_well
from tests.fixtures import SandboxAccount

KILLS = 5


def work(lookup: Lookup) -> Worker:
    values = {"lookup_claims.BATCH": dict.fromkeys(lookup_claims.BATCH, 2)}
    return workers.begin("lookup_runs.run", lookup.pk, values)


def kill_when_it_has_moved(lookup: Lookup) -> bool:
    """Kill a worker a random moment after its first answer; False when it was done."""

    def answers() -> int:
        lookup.refresh_from_db()
        return lookup.done

    worker = partial(work, lookup)
    return workers.kill_when_it_has_moved(worker, answers, within_s=0.05)


def let_time_pass(lookup: Lookup) -> None:
    """Let the claim of a dead worker, and the leases of its asks, run out."""
    past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
    Lookup.objects.filter(pk=lookup.pk, state="running").update(heartbeat_at=past)
    LookupAsk.objects.filter(lookup=lookup, state="asking").update(lease_until=past)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_lookup_pays_for_no_number_twice(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    lookup, kills = start("mnp"), 0
    while kills < KILLS and kill_when_it_has_moved(lookup):
        kills += 1
        let_time_pass(lookup)
    lookup = run(lookup)
    seen = gateway_account.ask("lookups")
    assert kills >= 2
    assert (lookup.state, lookup.done) == ("finished", PEOPLE)
    assert lookup.answered + lookup.unclear == PEOPLE
    assert seen["more_than_once"]["mnp"] == {}
    # What the gateway took money for is known, or known to be in doubt.
    doubt = set(
        LookupAsk.objects.filter(state="unclear").values_list("phone", flat=True)
    )
    known = set(NumberFact.objects.values_list("phone", flat=True))
    assert {f"+{digits}" for digits in seen["numbers"]["mnp"]} <= known | doubt
    assert known | doubt == set(numbers)
    assert lookup.spent <= charged(gateway_account) <= lookup.spent + lookup.doubtful


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_two_lookups_at_once_share_answers_and_keep_their_limits(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    small, large = start("mnp", cap="0.05"), start("mnp", cap="0.2")
    for worker in [work(small), work(large)]:
        assert ends_well(worker)
    small.refresh_from_db()
    large.refresh_from_db()
    assert gateway_account.ask("lookups")["more_than_once"]["mnp"] == {}
    assert small.spent + large.spent == charged(gateway_account)
    assert small.spent <= Decimal("0.05")
    assert large.spent <= Decimal("0.2")
    assert large.state == "finished" or large.error == "cap"
    assert NumberFact.objects.count() >= (large.done + small.done) / 2
