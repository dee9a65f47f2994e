"""Start lookups, hold them, let them go on, and decide about unclear ones."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import Lookup, LookupAsk
from contacts.models.lookups import FREE
from seven_dashboard.errors import Refused

State = Lookup.State
OPEN = (State.READY, State.RUNNING, Lookup.PAUSED)


def start(
    *,
    workspace: Workspace,
    actor: User,
    launch_key: UUID,
    kinds: list[str],
    numbers: int,
    criteria: Mapping[str, str] | None = None,
    phone: str = "",
    subject: str = "",
    max_age_days: int = 30,
    cap: Decimal | None = None,
) -> Lookup:
    """Start a lookup, or return the one that the same form has started already.

    ``numbers`` is how many there were when the person agreed. Raises Refused.
    """
    is_paid = any(kind not in FREE for kind in kinds)
    if is_paid and not cap:
        raise Refused(
            _("Say how much may be spent at most."), code="cap_missing", field="cap"
        )
    if not numbers:
        raise Refused(_("There is no number to look up."), code="no_numbers")
    with transaction.atomic():
        lookup, is_new = Lookup.objects.get_or_create(
            workspace=workspace,
            launch_key=launch_key,
            defaults={
                "created_by": actor,
                "criteria": dict(criteria or {}),
                "phone": phone,
                "subject": subject[:100],
                "kinds": kinds,
                "max_age_days": max_age_days,
                "cap": cap if is_paid else None,
                "numbers": numbers,
                "total": numbers * len(kinds),
            },
        )
        if is_new:
            after = {"kinds": kinds, "numbers": numbers, "cap": lookup.cap}
            _record(lookup, actor, "lookup.start", after)
    return lookup


def pause(*, lookup: Lookup, actor: User) -> bool:
    """Hold a lookup: what is asked already is still written down."""
    with transaction.atomic():
        is_held = _held(lookup, "")
        if is_held:
            _record(lookup, actor, "lookup.pause")
    return is_held


def stop(lookup: Lookup, reason: str) -> None:
    """Hold a lookup that cannot go on, with a code for the reason."""
    with transaction.atomic():
        if _held(lookup, reason):
            _record(lookup, None, "lookup.pause", {"reason": reason})


def resume(*, lookup: Lookup, actor: User, cap: Decimal | None = None) -> bool:
    """Let a paused lookup go on, with another spending limit if one is given."""
    values: dict[str, object] = {"cap": cap} if cap is not None else {}
    with transaction.atomic():
        is_on = (
            _rows(lookup)
            .filter(state=Lookup.PAUSED)
            .update(state=State.READY, error="", heartbeat_at=None, **values)
        )
        if is_on:
            _record(lookup, actor, "lookup.resume", values)
    return bool(is_on)


def cancel(*, lookup: Lookup, actor: User) -> bool:
    """Stop a lookup for good; what was found stays."""
    with transaction.atomic():
        _rows(lookup).select_for_update().get()
        is_over = (
            _rows(lookup)
            .filter(state__in=OPEN)
            .update(state=State.CANCELLED, error="", finished_at=timezone.now())
        )
        if is_over:
            waiting = LookupAsk.State.WAITING
            LookupAsk.objects.filter(lookup=lookup, state=waiting).delete()
            _record(lookup, actor, "lookup.cancel")
    return bool(is_over)


def put_back(lookup: Lookup) -> None:
    """Give a lookup back; the sweep finds another worker for it in a while."""
    _rows(lookup).filter(claim=lookup.claim, state=State.RUNNING).update(
        state=State.READY, heartbeat_at=timezone.now()
    )


def ask_again(*, lookup: Lookup, actor: User) -> int:
    """Ask once more what ended unclear, and may be paid twice; return how many."""
    return _decide(lookup, actor, LookupAsk.State.WAITING, "lookup.ask_again")


def leave_unclear(*, lookup: Lookup, actor: User) -> int:
    """Give up what ended unclear, so that later lookups may ask; return how many."""
    return _decide(lookup, actor, LookupAsk.State.REFUSED, "lookup.leave_unclear")


def _decide(lookup: Lookup, actor: User, state: str, action: str) -> int:
    is_again = state == LookupAsk.State.WAITING
    with transaction.atomic():
        locked = _rows(lookup).select_for_update().get()
        unclear = LookupAsk.objects.filter(lookup=lookup, state=LookupAsk.State.UNCLEAR)
        # What it may have cost counts as spent: the limit holds for both times.
        cost = sum((price or Decimal(0) for price in _prices(unclear)), Decimal(0))
        if locked.state not in OPEN:
            waiting = LookupAsk.objects.filter(lookup=lookup)
            waiting.filter(state=LookupAsk.State.WAITING).delete()
        moved = unclear.update(state=state, due_at=None, lease_until=None)
        if not moved:
            return 0
        values: dict[str, object] = {
            "unclear": F("unclear") - moved,
            "doubtful": F("doubtful") - cost,
            "spent": F("spent") + cost,
        }
        if is_again:
            values["done"] = F("done") - moved
            if locked.state not in OPEN:
                values |= {"state": State.READY, "heartbeat_at": None, "error": ""}
                # These alone: of what was cancelled nobody says that it be paid now.
                values |= {"finished_at": None, "is_planned": True}
        else:
            values["refused"] = F("refused") + moved
        _rows(lookup).update(**values)
        _record(lookup, actor, action, {"numbers": moved})
    return moved


def _prices(asks: QuerySet[LookupAsk]) -> list[Decimal | None]:
    return list(asks.values_list("price", flat=True))


def _held(lookup: Lookup, reason: str) -> bool:
    mine = _rows(lookup).filter(state__in=(State.READY, State.RUNNING))
    return bool(mine.update(state=Lookup.PAUSED, error=reason))


def _record(
    lookup: Lookup,
    actor: User | None,
    action: str,
    after: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        workspace=lookup.workspace,
        actor=actor,
        action=action,
        subject=str(lookup.pk),
        after=after,
    )


def _rows(lookup: Lookup) -> QuerySet[Lookup]:
    return Lookup.objects.filter(pk=lookup.pk)
