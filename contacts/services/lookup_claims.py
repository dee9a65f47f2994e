"""Take questions for asking: the intent is on disk before the gateway is called.

Claims of one workspace come one after the other, so that of two lookups at once the
second sees what the first is asking, and waits for the answer instead of paying again.
A pause or cancel that has committed is seen by every later claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from contacts.models import Lookup, LookupAsk
from contacts.models.lookups import FREE
from contacts.selectors import lookup_prices, number_facts
from contacts.services import lookup_plans, works
from contacts.services.lookup_plans import Question
from seven_dashboard.locks import key_of

State = LookupAsk.State

# A request with more numbers costs more when its answer is lost; networks are slow to
# tell where a handset is.
BATCH = {"format": 100, "mnp": 50, "hlr": 20, "cnam": 20, "rcs": 20}
# Between the call and its first byte on the wire; a call held up longer is not made.
DEPARTURE_S = 5.0
# A free question that has spoiled so many calls is given up.
MAX_FREE_ATTEMPTS = 5
# When to look again at a number that another lookup is asking about.
LOOK_AGAIN = timedelta(seconds=1)
# A person is told of a call that has not been answered for so long.
LONG_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Asks of one kind to make now, or why there are none."""

    kind: str = ""
    asks: list[LookupAsk] = field(default_factory=list)
    is_over_cap: bool = False
    # Nothing can be asked now, but something is under way or due later.
    has_later: bool = False
    has_moved: bool = False


def lease_s() -> float:
    """Return when a call is over for sure: leave, wait, read, and write it down."""
    return DEPARTURE_S + 2 * float(settings.GATEWAY_TIMEOUT_S) + 10.0


def asking_since(lookup: Lookup) -> datetime | None:
    """Return since when a call has been waiting for its answer, None when not long."""
    asking = LookupAsk.objects.filter(lookup=lookup, state=State.ASKING)
    oldest = asking.aggregate(until=Min("lease_until"))["until"]
    since = oldest and oldest - timedelta(seconds=lease_s())
    is_long = since and since < timezone.now() - LONG_WAIT
    return since if is_long else None


def take(lookup: Lookup) -> Claimed:
    """Claim the next questions of a lookup; raise ``works.ClaimLost``."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The intent must outlive a crash whatever the database is set to.
            cursor.execute("SET LOCAL synchronous_commit = on")
            key = key_of(f"lookup-claims:{lookup.workspace_id}")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        fresh = works.hold(lookup)
        expire(fresh.workspace_id)
        fresh.refresh_from_db()
        waiting = _waiting(fresh)
        if not waiting:
            return Claimed(has_later=_has_later(fresh))
        asks = _without_known(fresh, waiting)
        asks = _without_open(fresh, asks)
        if not asks:
            return Claimed(has_moved=True)
        return _intend(fresh, asks)


def expire(workspace_id: UUID) -> None:
    """Call unclear what was asked by somebody who died; free questions wait again."""
    late = LookupAsk.objects.filter(
        workspace=workspace_id, state=State.ASKING, lease_until__lt=timezone.now()
    )
    for lookup_id in sorted(set(late.values_list("lookup_id", flat=True))):
        # Its row before its asks: the order in which answers are written.
        Lookup.objects.select_for_update().get(pk=lookup_id)
        doubt(lookup_id, late.filter(lookup=lookup_id).values_list("pk", flat=True))


def doubt(lookup_id: UUID, ask_ids: Iterable[int]) -> None:
    """Mark asks as unclear and count what they may have cost; the lookup is locked.

    What is free is simply asked again, unless it spoils every call.
    """
    rows = LookupAsk.objects.filter(pk__in=list(ask_ids), state=State.ASKING)
    free = rows.filter(kind__in=FREE, attempt__lt=MAX_FREE_ATTEMPTS)
    free.update(state=State.WAITING, lease_until=None)
    found = rows.aggregate(asks=Count("pk"), cost=Sum("price"))
    rows.update(state=State.UNCLEAR, lease_until=None)
    Lookup.objects.filter(pk=lookup_id).update(
        unclear=F("unclear") + found["asks"],
        doubtful=F("doubtful") + (found["cost"] or Decimal(0)),
        done=F("done") + found["asks"],
    )


def _waiting(lookup: Lookup) -> list[LookupAsk]:
    """Return the next questions of one kind that are due."""
    due = LookupAsk.objects.filter(
        Q(due_at=None) | Q(due_at__lte=Now()), lookup=lookup, state=State.WAITING
    ).order_by("pk")
    first = due.values_list("kind", flat=True).first()
    if first is None:
        return []
    return list(due.filter(kind=first)[: BATCH[first]])


def _has_later(lookup: Lookup) -> bool:
    pending = (State.WAITING, State.ASKING)
    return LookupAsk.objects.filter(lookup=lookup, state__in=pending).exists()


def _without_known(lookup: Lookup, asks: list[LookupAsk]) -> list[LookupAsk]:
    """Settle the asks that somebody else got an answer for meanwhile."""
    facts = number_facts.facts_of(lookup.workspace, [ask.phone for ask in asks])
    questions = [Question(ask.phone, ask.kind) for ask in asks]
    known, _open = lookup_plans.split(lookup, questions, facts)
    lookup_plans.note_reused(lookup, known, facts)
    done = {question.phone for question in known}
    _move(asks, done, state=State.REUSED)
    return [ask for ask in asks if ask.phone not in done]


def _without_open(lookup: Lookup, asks: list[LookupAsk]) -> list[LookupAsk]:
    """Leave what another lookup is asking, or has asked without a clear answer."""
    kind = asks[0].kind if asks else ""
    others = LookupAsk.objects.filter(
        workspace=lookup.workspace_id,
        phone__in=[ask.phone for ask in asks],
        kind=kind,
        state__in=(State.ASKING, State.UNCLEAR),
    ).exclude(lookup=lookup)
    state_of = dict(others.values_list("phone", "state"))
    busy = {phone for phone, state in state_of.items() if state == State.ASKING}
    _move(asks, busy, due_at=timezone.now() + LOOK_AGAIN)
    held = set(state_of) - busy
    _move(asks, held, state=State.HELD)
    Lookup.objects.filter(pk=lookup.pk).update(
        done=F("done") + len(held), held=F("held") + len(held)
    )
    return [ask for ask in asks if ask.phone not in state_of]


def _intend(lookup: Lookup, asks: list[LookupAsk]) -> Claimed:
    kind = asks[0].kind
    price = lookup_prices.of(lookup.workspace, kind).amount
    asks = asks[: _most(lookup, price)]
    if not asks:
        return Claimed(kind, is_over_cap=True)
    LookupAsk.objects.filter(pk__in=[ask.pk for ask in asks]).update(
        state=State.ASKING,
        attempt=F("attempt") + 1,
        lease_until=timezone.now() + timedelta(seconds=lease_s()),
        due_at=None,
        price=price,
    )
    for ask in asks:
        ask.attempt, ask.price = ask.attempt + 1, price
    return Claimed(kind, asks)


def _most(lookup: Lookup, price: Decimal | None) -> int:
    """Return how many questions the spending limit leaves room for.

    While nobody knows what one costs, one at a time is asked.
    """
    if price == 0 or lookup.cap is None:
        return max(BATCH.values())
    left = lookup.cap - lookup.spent - lookup.doubtful - _under_way(lookup)
    if price is None:
        return 1 if left > 0 else 0
    return max(0, int(left // price))


def _under_way(lookup: Lookup) -> Decimal:
    asking = LookupAsk.objects.filter(lookup=lookup, state=State.ASKING)
    return asking.aggregate(cost=Sum("price"))["cost"] or Decimal(0)


def _move(asks: list[LookupAsk], phones: set[str], **values: object) -> None:
    if phones:
        chosen = [ask.pk for ask in asks if ask.phone in phones]
        LookupAsk.objects.filter(pk__in=chosen).update(**values)
