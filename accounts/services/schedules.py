"""When each kind of polling of each connection is due, claimed, done or failed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import BalanceReading, Connection, Poll

Kind = Poll.Kind

# While money is spent, the gateway's figures are fetched this often.
ANALYTICS_WHILE_SPENDING: Final = timedelta(minutes=2)
# A worker that died gives its claim back after this long.
LEASE: Final = timedelta(minutes=10)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
# A person who presses the button twice gets one run.
REFRESH_PAUSE: Final = timedelta(seconds=10)
# Part of an interval by which runs of many connections are spread.
JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Claim:
    """One polling that the caller has to do, and nobody else until its lease ends."""

    connection_id: UUID
    kind: str


def every(kind: str) -> timedelta:
    """Return how often a kind is fetched (`POLL_EVERY_S` of the settings)."""
    return timedelta(seconds=settings.POLL_EVERY_S[kind])


def begin(connection: Connection) -> None:
    """Make every kind of polling of the connection due now."""
    now = timezone.now()
    Poll.objects.bulk_create(
        [Poll(connection=connection, kind=kind, due_at=now) for kind in Kind.values],
        update_conflicts=True,
        unique_fields=["connection", "kind"],
        update_fields=["due_at"],
    )


def make_all_due(*, connection_id: UUID) -> None:
    Poll.objects.filter(connection_id=connection_id).update(due_at=timezone.now())


def forget_lists(*, connection_id: UUID) -> None:
    """Note that lists were never read: another account's are not known to be empty."""
    lists = (Kind.HOOKS, Kind.NUMBERS, Kind.OFFERS, Kind.SUBACCOUNTS)
    polls = Poll.objects.filter(connection_id=connection_id, kind__in=lists)
    polls.update(succeeded_at=None)


def claim_due(*, limit: int = 200) -> list[Claim]:
    """Take what is due, oldest first; two callers never get the same."""
    now = timezone.now()
    _add_missing(now)
    _hurry_analytics(now)
    return take(limit=limit)


def take(*, limit: int) -> list[Claim]:
    """Take some of what is known to be due."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            Poll.objects.select_for_update(skip_locked=True)
            .filter(due_at__lte=now)
            .order_by("due_at")[:limit]
        )
        _lease([poll.pk for poll in due], now)
    return [Claim(poll.connection_id, poll.kind) for poll in due]


def claim_now(*, connection: Connection, kind: str) -> Claim | None:
    """Take one polling because a person asks; None if it began a moment ago."""
    now = timezone.now()
    Poll.objects.get_or_create(
        connection=connection, kind=kind, defaults={"due_at": now}
    )
    with transaction.atomic():
        poll = (
            Poll.objects.select_for_update(skip_locked=True)
            .filter(connection=connection, kind=kind)
            .first()
        )
        if poll is None or _began_just_now(poll, now):
            return None
        _lease([poll.pk], now)
    return Claim(poll.connection_id, poll.kind)


def note_success(claim: Claim, *, again_in: timedelta | None = None) -> None:
    """Plan the next run: after the usual interval, or `again_in` for the rest."""
    now = timezone.now()
    pause = spread(every(claim.kind)) if again_in is None else again_in
    _poll(claim).update(
        due_at=now + pause,
        succeeded_at=now,
        started_at=None,
        failures=0,
        error="",
        code=None,
    )


def note_failure(
    claim: Claim,
    *,
    sentence: str,
    code: int | None = None,
    retry_after_s: float | None = None,
) -> None:
    """Plan another try after a pause that doubles with each failure."""
    poll = _poll(claim).first()
    if poll is None:
        return
    pause = pause_after(poll.failures + 1)
    if retry_after_s is not None:
        pause = max(pause, timedelta(seconds=min(retry_after_s, 3600.0)))
    _poll(claim).update(
        due_at=timezone.now() + pause,
        started_at=None,
        failures=min(poll.failures + 1, 1000),
        error=sentence,
        code=code,
    )


def note_left_out(claim: Claim, *, sentence: str, code: int) -> None:
    """Note what a permission does not cover on purpose: a fact and no failure."""
    _poll(claim).update(
        due_at=timezone.now() + spread(every(claim.kind)),
        started_at=None,
        failures=0,
        error=sentence,
        code=code,
    )


def postpone(claim: Claim) -> None:
    """Skip one run, as when the key is known to be refused."""
    due_at = timezone.now() + spread(every(claim.kind))
    _poll(claim).update(due_at=due_at, started_at=None)


def put_back(claim: Claim) -> None:
    """Give a claim back to whoever has room for it."""
    _poll(claim).update(due_at=timezone.now(), started_at=None)


def pause_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row: 30 s doubling to an hour."""
    doubled = FIRST_PAUSE * 2 ** min(failures - 1, 10)
    return spread(min(doubled, LONGEST_PAUSE))


def spread(interval: timedelta) -> timedelta:
    """Return the interval, up to a tenth longer or shorter by chance."""
    return interval * random.uniform(1 - JITTER, 1 + JITTER)


def _add_missing(now: datetime) -> None:
    """Give older connections the kinds that came with a newer version, spread out."""
    found = Connection.objects.annotate(kinds=Count("polls")).filter(
        kinds__lt=len(Kind.values)
    )
    Poll.objects.bulk_create(
        [
            Poll(connection=one, kind=kind, due_at=now + random.random() * FIRST_PAUSE)
            for one in found
            for kind in Kind.values
        ],
        ignore_conflicts=True,
    )


def _hurry_analytics(now: datetime) -> None:
    """Make analytics due that were fetched before the balance moved.

    The balance is compared with its last reading before that fetch. An old reading
    costs a fetch too many, never one too few.
    """
    readings = BalanceReading.objects.filter(
        connection=OuterRef("connection"), read_at__lte=OuterRef("succeeded_at")
    ).order_by("-read_at")
    Poll.objects.filter(
        kind=Kind.ANALYTICS,
        failures=0,
        started_at=None,
        due_at__gt=now,
        succeeded_at__lte=now - ANALYTICS_WHILE_SPENDING,
        connection__state=Connection.State.CONNECTED,
        connection__balance_at__gt=F("succeeded_at"),
    ).exclude(connection__balance=Subquery(readings.values("amount")[:1])).update(
        due_at=now
    )


def _began_just_now(poll: Poll, now: datetime) -> bool:
    last = poll.started_at or poll.succeeded_at
    return last is not None and now - last < REFRESH_PAUSE


def _lease(ids: list[int], now: datetime) -> None:
    Poll.objects.filter(pk__in=ids).update(due_at=now + LEASE, started_at=now)


def _poll(claim: Claim) -> QuerySet[Poll]:
    return Poll.objects.filter(connection_id=claim.connection_id, kind=claim.kind)
