"""Keep the tokens of connections by OAuth alive.

A renewal uses up the refresh token and brings another one, so that two at once, or one
whose answer is not kept, would lose the permission. Therefore:

- Whoever renews claims the row first, by one UPDATE that only one process wins, and
  renews what that row holds. The others wait for its outcome and read it.
- The claim is the intent. It is committed before the call, and no transaction is open
  during it. The answer is stored at once, waiting for a database that is away.
- A process that dies between the answer and the storing leaves its claim behind. Then
  nobody knows whether the refresh token is used up, and showing a used one again may
  end the permission for good. So we live on the access token until it has run out, say
  so on the Connection page, and try the refresh token once there is nothing to lose.
"""

from __future__ import annotations

import logging
import random
import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q
from django.db.utils import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.fields import UnreadableSecret
from accounts.models import Connection, Grant
from accounts.models.grants import CLAIM_LASTS
from accounts.services import oauth, standing
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.errors import GatewayError, GrantRejected
from seven_dashboard.gateway.oauth import Tokens

logger = logging.getLogger(__name__)

# Part of a token's life that is left when it is renewed: by chance, so that many
# connections do not come at once. An hour leaves 9 to 18 minutes.
LEFT_AT_RENEWAL: Final = (0.15, 0.30)
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=5)
# How long a call waits for the renewal of another process.
WAIT_S: Final = 12.0
LOOK_EVERY_S: Final = 0.1
# How long tokens wait in memory for a database that is away.
KEEP_TRYING_S: Final = 60.0

_AWAY: Final = _(
    "The sign-in server of seven.io is not reachable, so the permission cannot be "
    "renewed now. We try again in a moment."
)


def usable(connection_id: UUID, *, timeout_s: float | None = None) -> Grant:
    """Return the grant with an access token that lives, renewing it if need be.

    Raises Refused: `grant_ended` when a person has to connect again, `grant_waiting`
    when a renewal is not possible now, `unreadable_secret`.
    """
    deadline = time.monotonic() + (timeout_s or WAIT_S)
    while True:
        grant = _current(connection_id)
        if grant.is_usable(timezone.now()):
            return grant
        if _claim(grant, is_needed=True):
            renewed = _renewed(grant, timeout_s=timeout_s)
            if renewed is not None:
                return renewed
            continue
        if not _is_moving(grant) or time.monotonic() > deadline:
            raise Refused(_AWAY, code="grant_waiting")
        time.sleep(LOOK_EVERY_S)


def due(*, limit: int = 200) -> list[UUID]:
    """Return the connections whose tokens are to be renewed now."""
    now = timezone.now()
    found = Grant.objects.filter(
        _free(now), renew_at__lte=now, connection__state=Connection.State.CONNECTED
    ).order_by("renew_at")
    return list(found.values_list("connection_id", flat=True)[:limit])


def renew(connection_id: UUID) -> str:
    """Renew ahead of the end: "done", "taken" by another, "waiting" or "ended"."""
    try:
        grant = _current(connection_id)
        if grant.renew_at > timezone.now() or not _claim(grant, is_needed=False):
            return "taken"
        return "done" if _renewed(grant) else "taken"
    except Refused as refused:
        return "waiting" if refused.code == "grant_waiting" else "ended"


def _current(connection_id: UUID) -> Grant:
    grant = (
        Grant.objects.select_related("connection")
        .filter(connection=connection_id)
        .first()
    )
    if grant is None:
        raise Refused(sentences.GRANT_ENDED, code="grant_ended")
    if grant.connection.broken_code == Connection.GRANT_ENDED:
        raise Refused(sentences.GRANT_ENDED, code="grant_ended")
    return grant


def _free(now: datetime) -> Q:
    """Return what may be claimed: with doubts only once the access token is out."""
    without_doubt = Q(renewing_since=None, in_doubt_since=None)
    is_left = Q(renewing_since=None) | Q(renewing_since__lt=now - CLAIM_LASTS)
    return without_doubt | (is_left & Q(expires_at__lte=now))


def _claim(grant: Grant, *, is_needed: bool) -> bool:
    """Take the renewal of what `grant` holds; nobody else does until it is settled.

    One that is needed for a call does not wait for its turn, but keeps the pause after
    a failure.
    """
    now = timezone.now()
    may_try = Q(renew_at__lte=now)
    if is_needed:
        may_try |= Q(failures=0)
    # Outside of any transaction: a claim that is rolled back would lose the tokens.
    with transaction.atomic(durable=True):
        found = Grant.objects.filter(
            _free(now), may_try, pk=grant.pk, version=grant.version
        )
        is_mine = bool(found.update(renewing_since=now))
    if is_mine:
        grant.renewing_since = now
    return is_mine


def _is_moving(grant: Grant) -> bool:
    """Say whether another process renews what `grant` held, or has done so."""
    is_same = Q(renewing_since=None, version=grant.version)
    return Grant.objects.filter(~is_same, pk=grant.pk).exists()


def _renewed(grant: Grant, *, timeout_s: float | None = None) -> Grant | None:
    """Use the refresh token of a claimed grant; return it with the new tokens.

    None says that the refusal concerned tokens, or a claim, of before: look again.
    """
    try:
        refresh_token = Secret(grant.refresh_token.reveal())
    except UnreadableSecret:
        _give_back(grant)
        raise Refused(sentences.UNREADABLE, code="unreadable_secret") from None
    except ValueError:
        _ended(grant)
        return None
    try:
        tokens = oauth.server(timeout_s=timeout_s).refresh(refresh_token)
    except GrantRejected:
        _ended(grant)
        return None
    except GatewayError as error:
        _postpone(grant, error)
        raise Refused(_AWAY, code="grant_waiting") from None
    store(grant, tokens)
    return _current(grant.connection_id)


def store(grant: Grant, tokens: Tokens) -> None:
    """Keep new tokens in place of those that were renewed.

    They are nowhere else, so that a database that is away is waited for. A person who
    has connected again meanwhile brought newer ones, which stay.
    """
    deadline = time.monotonic() + KEEP_TRYING_S
    while True:
        try:
            with transaction.atomic(durable=True):
                # Whoever holds the claim by now: it can only lose with the old ones.
                held = Grant.objects.filter(pk=grant.pk, version=grant.version)
                held.update(**values_of(tokens), version=F("version") + 1)
            return
        except DatabaseError:
            logger.warning("new tokens wait for the database")
            if time.monotonic() > deadline:
                raise
            database.close()
            time.sleep(0.5)


def values_of(tokens: Tokens) -> dict[str, object]:
    """Return the fields of a grant for tokens that were just received."""
    now = timezone.now()
    life = tokens.expires_at - now
    values: dict[str, object] = {
        "access_token": tokens.access_token.reveal(),
        "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else "",
        "expires_at": tokens.expires_at,
        "renewed_at": now,
        "renew_at": tokens.expires_at - life * random.uniform(*LEFT_AT_RENEWAL),
        "renewing_since": None,
        "in_doubt_since": None,
        "failures": 0,
    }
    if tokens.scopes:
        values["scopes"] = " ".join(sorted(tokens.scopes))
    return values


def _give_back(grant: Grant, **values: object) -> bool:
    """End our own claim and change the grant; False when another one holds it by now.

    The version alone does not tell: a process that stood still for longer than a claim
    lasts would end the claim of the next, who renews the same tokens.
    """
    mine = Grant.objects.filter(
        pk=grant.pk, version=grant.version, renewing_since=grant.renewing_since
    )
    return bool(mine.update(**{**values, "renewing_since": None}))


def _ended(grant: Grant) -> None:
    """Note that only a person can go on, and raise the refusal that says so.

    Unless somebody has signed in again meanwhile, or renews by now: what ended was the
    permission of before, and the caller finds the newer one.
    """
    family = Q(pk=grant.connection_id) | Q(parent=grant.connection_id)
    with transaction.atomic():
        # A sign-in changes the connection first and the grant after it.
        rows = Connection.objects.select_for_update(no_key=True)
        ids = list(rows.filter(family).order_by("pk").values_list("pk", flat=True))
        if not _give_back(grant):
            return
        for connection_id in ids:
            standing.mark_broken(
                connection_id=connection_id, code=Connection.GRANT_ENDED
            )
    raise Refused(sentences.GRANT_ENDED, code="grant_ended") from None


def _postpone(grant: Grant, error: GatewayError) -> None:
    """Plan another try; after an answer that was lost, when the token has run out."""
    now = timezone.now()
    # A 503 may come from a proxy that had handed the request on.
    is_unsent = error.is_certainly_unsent and error.http_status != 503
    pause = min(FIRST_PAUSE * 2 ** min(grant.failures, 10), LONGEST_PAUSE)
    again_at = now + pause * random.uniform(0.8, 1.2)
    values: dict[str, object] = {
        "renew_at": again_at,
        "failures": min(grant.failures + 1, 1000),
    }
    if not is_unsent:
        values["in_doubt_since"] = now
        values["renew_at"] = max(again_at, grant.expires_at)
    _give_back(grant, **values)
    logger.warning(
        "token not renewed",
        extra={
            "connection": str(grant.connection_id),
            "outcome": type(error).__name__,
        },
    )
