"""The life of an errand: agreed to, asked once, its outcome noted, doubts settled.

The intent is on disk before the call and the outcome after it. What ends without a
clear answer is never asked again: looking at the gateway (`errand_looks`) settles it,
or a person does.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Errand, User
from accounts.services import audit, connections, gateway
from accounts.services.acts import ACTS, Act
from accounts.services.acts.base import plain
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import (
    GatewayError,
    GatewayUnavailable,
    MissingPermission,
    Throttled,
)

State = Errand.State

logger = logging.getLogger(__name__)

# Longer than all calls of one errand together may take.
LEASE: Final = timedelta(minutes=4)
# The first look comes when a call that hangs should have ended at the gateway.
FIRST_LOOK_IN: Final = timedelta(seconds=20)
# Breakdowns of a worker before anything is asked, after which it is given up.
MOST_RUNS: Final = 5
_UNCLEAR: Final = gettext_noop(
    "The gateway gave no clear answer. It may have been done, so it is not repeated."
)
_UNREAD: Final = gettext_noop(
    "The gateway could not be asked how things stand, so nothing was done. Try again."
)
_NOT_TAKEN: Final = gettext_noop(
    "The gateway did not take it in, so nothing was done. Try again."
)
_OTHER_ACCOUNT: Final = gettext_noop(
    "The gateway account was changed meanwhile, so nothing was done."
)


def run(errand_id: UUID) -> str:
    """Do a waiting errand, once; return its state, or "taken" when it is not waiting.

    A worker that dies before the call leaves it waiting; one that dies later leaves it
    to the sweep, as unclear.
    """
    errand = _claim(errand_id)
    if errand is None:
        return "taken"
    if is_of_other_account(errand, since=errand.created_at):
        return note_failed(errand, _OTHER_ACCOUNT, was_asked=False)
    if errand.tries > MOST_RUNS:
        return note_failed(errand, _UNREAD, was_asked=False)
    act = ACTS[errand.kind]
    try:
        client = _client(errand)
        before = act.prepare(client, errand)
    except (GatewayError, Refused) as error:
        return _failed(errand, error, was_asked=False)
    if not _leave(errand, before):
        return "taken"
    return _ask(errand, act, client)


def _ask(errand: Errand, act: Act, client: SevenClient) -> str:
    try:
        result = act.call(client, errand)
    except GatewayError as error:
        if not is_clear_refusal(error):
            return doubt(errand.pk)
        return _failed(errand, error)
    return note_done(errand, {**result, **_measured(errand, act, client)})


def is_of_other_account(errand: Errand, *, since: datetime | None) -> bool:
    """Say whether other keys were entered since, which may open another account."""
    if errand.connection is None or since is None:
        return True
    changed_at = errand.connection.keys_changed_at
    return changed_at is not None and changed_at > since


def is_clear_refusal(error: GatewayError) -> bool:
    """Say that the gateway did nothing, for sure; any 5xx leaves a doubt."""
    status = error.http_status or 0
    return error.is_certainly_unsent and status < 500


def note_done(
    errand: Errand, after: Mapping[str, object], *, by: User | None = None
) -> str:
    """Note that it was done, with what it changed, in the trail too."""
    with transaction.atomic():
        row = _open(errand)
        if row is None:
            return "taken"
        act = ACTS[row.kind]
        _settle(row, State.DONE, by=by, after={**act.told(row), **after})
        if row.connection is not None:
            act.apply(row)
        audit.record(
            workspace=row.workspace,
            actor=row.actor,
            action=act.action,
            subject=row.subject_name or row.subject,
            before=row.before,
            after=row.after,
        )
    return str(State.DONE)


def note_failed(
    errand: Errand, reason: str, *, by: User | None = None, was_asked: bool = True
) -> str:
    """Note that for certain it was not done."""
    with transaction.atomic():
        row = _open(errand, was_asked=was_asked)
        if row is None:
            return "taken"
        _settle(row, State.FAILED, by=by, reason=reason[:300])
    return str(State.FAILED)


def doubt(errand_id: UUID) -> str:
    """Note that nobody knows whether it was done; looks at the gateway follow."""
    Errand.objects.filter(pk=errand_id, state=State.ASKING).update(
        state=State.UNCLEAR,
        reason=_UNCLEAR,
        due_at=timezone.now() + FIRST_LOOK_IN,
    )
    logger.warning("An errand ended unclear", extra={"errand_id": str(errand_id)})
    return str(State.UNCLEAR)


def doubt_abandoned() -> int:
    """Note as unclear what a worker that is gone was asking for."""
    gone = Errand.objects.filter(state=State.ASKING, due_at__lte=timezone.now())
    ids = list(gone.values_list("pk", flat=True)[:100])
    for errand_id in ids:
        doubt(errand_id)
    return len(ids)


def due(state: str, *, limit: int = 100) -> list[UUID]:
    """Return the errands of a state that somebody should take up now."""
    rows = Errand.objects.filter(state=state, due_at__lte=timezone.now())
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def settle(*, errand: Errand, actor: User, was_done: bool) -> None:
    """Let a person decide what became of an unclear errand. Raises Refused."""
    if errand.state != State.UNCLEAR:
        raise Refused(_("This is settled already."), code="settled")
    if was_done:
        outcome = note_done(errand, {}, by=actor)
    else:
        outcome = note_failed(errand, gettext_noop("A person settled it."), by=actor)
    if outcome == "taken":
        raise Refused(_("This is settled already."), code="settled")
    audit.record(
        workspace=errand.workspace,
        actor=actor,
        action="errand.settle",
        subject=errand.subject_name or errand.subject,
        after={"errand": errand.kind, "was_done": was_done},
    )


def _claim(errand_id: UUID) -> Errand | None:
    now = timezone.now()
    taken = Errand.objects.filter(
        pk=errand_id, state=State.WAITING, due_at__lte=now
    ).update(due_at=now + LEASE, tries=F("tries") + 1)
    if not taken:
        return None
    rows = Errand.objects.select_related("connection__parent", "workspace", "actor")
    return rows.get(pk=errand_id)


def _leave(errand: Errand, before: Mapping[str, object]) -> bool:
    """Write that the call is about to leave; False if somebody else took it over."""
    now = timezone.now()
    mine = Errand.objects.filter(
        pk=errand.pk, state=State.WAITING, due_at=errand.due_at
    )
    changed = mine.update(
        state=State.ASKING,
        before=plain(before),
        asked_at=now,
        due_at=now + LEASE,
        tries=0,
    )
    if changed:
        errand.refresh_from_db(
            fields=["state", "before", "asked_at", "due_at", "tries"]
        )
    return bool(changed)


def _client(errand: Errand) -> SevenClient:
    if errand.connection is None:
        raise Refused(_(_OTHER_ACCOUNT), code="no_connection")
    return gateway.client_for(errand.connection)


def _measured(errand: Errand, act: Act, client: SevenClient) -> dict[str, object]:
    """Return how things stand now; that it was done does not hang on it."""
    try:
        return act.measure(client, errand)
    except (GatewayError, Refused):
        return {}


def _failed(
    errand: Errand, error: GatewayError | Refused, *, was_asked: bool = True
) -> str:
    # The English sentence is kept; the page translates it.
    with translation.override("en"):
        reason = _reason(errand, error, was_asked=was_asked)
    return note_failed(errand, reason, was_asked=was_asked)


def _reason(errand: Errand, error: GatewayError | Refused, *, was_asked: bool) -> str:
    """Say why it was not done; unlike other calls it is not tried again by itself."""
    again = _NOT_TAKEN if was_asked else _UNREAD
    if isinstance(error, Refused):
        return again if error.code == "grant_waiting" else str(error)
    is_passing = isinstance(error, Throttled | GatewayUnavailable)
    is_unread = not (was_asked or error.is_permanent)
    if _has_new_token(errand, error) or is_passing or is_unread:
        return again
    if isinstance(error, MissingPermission):
        # Ours says what to do about it; `errand_words.lacks_right` knows it again.
        return error.sentence
    return error.detail or error.sentence


def _has_new_token(errand: Errand, error: GatewayError) -> bool:
    """Note a key that is refused; say whether the next call has another token."""
    code, link = connections.breaking_code(error), errand.connection_id
    if code is None or link is None:
        return False
    return not connections.mark_broken(connection_id=link, code=code)


def _open(errand: Errand, *, was_asked: bool = True) -> Errand | None:
    """Lock and return the errand, unless it is settled; None for a lease that is lost.

    Before anything was asked only the holder of the lease has a say: another worker
    may be asking by now.
    """
    rows = Errand.objects.select_for_update(of=("self",)).filter(pk=errand.pk)
    if was_asked:
        rows = rows.filter(state__in=(State.ASKING, State.UNCLEAR))
    else:
        rows = rows.filter(state=State.WAITING, due_at=errand.due_at)
    return rows.select_related("connection", "workspace", "actor").first()


def _settle(
    row: Errand,
    state: str,
    *,
    by: User | None,
    reason: str = "",
    after: Mapping[str, object] | None = None,
) -> None:
    row.state, row.reason, row.settled_by = state, reason, by
    row.after = {**row.after, **plain(after or {})}
    row.due_at, row.finished_at = None, timezone.now()
    # Nobody needs the Slack addresses here any more.
    row.secret = ""
    row.save(
        update_fields=[
            "state",
            "reason",
            "settled_by",
            "after",
            "due_at",
            "finished_at",
            "secret",
        ]
    )
