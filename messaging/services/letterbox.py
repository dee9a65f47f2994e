"""Take in what the gateway posts: verify, store once, and let it be applied later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from accounts.fields import UnreadableSecret
from accounts.models import Connection
from seven_dashboard.gateway import signing

MAX_BYTES = 256 * 1024
# gateway.md 4: up to 14 attempts over about 3.5 days. Nobody documents whether a
# repeat carries a new timestamp; refusing it by a 401 would lose the event for good.
# An old event that is replayed is harmless, because it is stored once (its digest).
MAX_AGE_S = 4 * 24 * 3600
_SEEN_EVERY = timedelta(seconds=10)
_COUNT_S = 7 * 24 * 3600

_STORE = """
INSERT INTO messaging_webhookevent
    (workspace_id, connection_id, digest, kind, content_type, body, query, state,
     error, tries, due_at, received_at)
VALUES (%s, %s, %s, '', %s, %s, %s, 'pending', '', 0,
        statement_timestamp(), statement_timestamp())
ON CONFLICT (connection_id, digest) DO NOTHING
"""


class Verdict(StrEnum):
    """What became of a posted event."""

    STORED = "stored"
    KNOWN = "known"
    NO_SUCH_TOKEN = "no_such_token"
    UNSIGNED = "unsigned"
    TOO_LARGE = "too_large"
    UNREADABLE_KEY = "unreadable_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A webhook request as it came, with the public address it was sent to."""

    token: str
    method: str
    url: str
    query: str
    content_type: str
    body: bytes
    timestamp: str | None
    nonce: str | None
    signature: str | None


def take_in(post: Post) -> Verdict:
    """Verify and store one event. Raises the database's error when that is away."""
    if len(post.body) > MAX_BYTES or len(post.query) > MAX_BYTES:
        return Verdict.TOO_LARGE
    connection = Connection.objects.filter(webhook_token=post.token).first()
    if connection is None:
        return Verdict.NO_SUCH_TOKEN
    try:
        flaw = _flaw(connection, post)
    except UnreadableSecret:
        # A mistake in FIELD_KEYS is ours: the gateway should come again.
        _count_refusal(connection, "unreadable_key")
        return Verdict.UNREADABLE_KEY
    if flaw:
        _count_refusal(connection, flaw)
        return Verdict.UNSIGNED
    is_new = _store(connection, post)
    _note_seen(connection)
    return Verdict.STORED if is_new else Verdict.KNOWN


def refusals(connection: Connection) -> tuple[int, str]:
    """Return how many posts were refused of late, and the flaw of the last one."""
    count, flaw = cache.get(_refusals_key(connection)) or (0, "")
    return int(count), str(flaw)


def _flaw(connection: Connection, post: Post) -> str:
    """Return why the signature does not hold, empty if it does.

    Without a signing key nothing can be verified and nothing is taken in: whoever
    learned the address could report messages as delivered or opt people out. Raises
    UnreadableSecret.
    """
    key = connection.signing_key.reveal() if connection.signing_key else ""
    if not key:
        return "no_signing_key"
    try:
        signing.verify(
            key=key,
            method=post.method,
            url=post.url,
            body=post.body,
            timestamp=post.timestamp,
            nonce=post.nonce,
            signature=post.signature,
            max_age_s=MAX_AGE_S,
        )
    except signing.SignatureInvalid as error:
        return error.flaw.value
    return ""


def _store(connection: Connection, post: Post) -> bool:
    digest = hashlib.sha256(post.body + b"\0" + post.query.encode()).hexdigest()
    with database.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                connection.workspace_id,
                connection.pk,
                digest,
                post.content_type[:100].replace("\0", ""),
                post.body,
                post.query.replace("\0", ""),
            ],
        )
        return bool(cursor.rowcount)


def _note_seen(connection: Connection) -> None:
    """Keep when the last event came, without a write for each of a burst."""
    now = timezone.now()
    if connection.last_event_at and now - connection.last_event_at < _SEEN_EVERY:
        return
    Connection.objects.filter(
        Q(last_event_at=None) | Q(last_event_at__lt=now - _SEEN_EVERY),
        pk=connection.pk,
    ).update(last_event_at=now)


def _count_refusal(connection: Connection, flaw: str) -> None:
    count, _ = refusals(connection)
    cache.set(_refusals_key(connection), (count + 1, flaw), timeout=_COUNT_S)


def _refusals_key(connection: Connection) -> str:
    return f"webhook-refusals:{connection.pk}"
