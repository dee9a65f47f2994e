"""Take in what the gateway posts: verify, store once, and let it be applied later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from accounts.fields import UnreadableSecret
from accounts.models import Connection
from accounts.selectors import hooks
from messaging.models import RefusedEvent
from seven_dashboard.gateway import signing
from seven_dashboard.gateway.signing import Flaw, SignatureInvalid, Verified

MAX_BYTES = 256 * 1024
# gateway.md 4: up to 14 attempts over about 3.5 days. Nobody documents whether a repeat
# is signed anew; refusing one that is not would lose the event for good. So a signature
# holds for four days. What protects against a replay is that a nonce is signed together
# with one body: the same body is the same row, and rows are kept for longer than a
# signature holds (docs/webhooks.md).
MAX_AGE_S = 4 * 24 * 3600
# A clock of ours that is wrong by a time zone must not lose events either.
MAX_AHEAD_S = 24 * 3600
_SEEN_EVERY = timedelta(seconds=10)
# Of refused posts, one a second is written down.
_NOTE_EVERY_S = 1
_COUNT_S = 7 * 24 * 3600
# What a person wrote, STOP among it, is applied before reports that came earlier.
_URGENT = ("sms_mo", "rcs")
_URGENT_AHEAD_S = 24 * 3600

_STORE = """
INSERT INTO messaging_webhookevent
    (workspace_id, connection_id, digest, nonce, signed_at, kind, content_type, body,
     query, state, error, tries, due_at, received_at)
VALUES (%s, %s, %s, %s, %s, '', %s, %s, %s, 'pending', '', 0,
        statement_timestamp() - make_interval(secs => %s), statement_timestamp())
ON CONFLICT (connection_id, digest) DO NOTHING
"""
# Not by DO UPDATE: that would wait for the report desk, which holds what it applies.
_COUNT_AGAIN = """
UPDATE messaging_webhookevent SET times = times + 1 WHERE id = (
    SELECT id FROM messaging_webhookevent
    WHERE connection_id = %s AND digest = %s FOR UPDATE SKIP LOCKED)
"""


class Verdict(StrEnum):
    """What became of a posted event."""

    STORED = "stored"
    KNOWN = "known"
    NO_SUCH_TOKEN = "no_such_token"
    UNSIGNED = "unsigned"
    FOREIGN = "foreign"
    TOO_LARGE = "too_large"
    # Ours to put right: the gateway should come again.
    NO_KEY = "no_signing_key"
    UNREADABLE_KEY = "unreadable_key"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A webhook request as it came, with the public address it was sent to.

    ``is_listed``: it came from an address of WEBHOOK_SOURCES, or there is no list.
    """

    token: str
    method: str
    url: str
    query: str
    content_type: str
    body: bytes
    timestamp: str | None
    nonce: str | None
    signature: str | None
    source: str = ""
    is_listed: bool = True


def take_in(post: Post) -> Verdict:
    """Verify and store one event. Raises the database's error when that is away."""
    if len(post.body) > MAX_BYTES or len(post.query) > MAX_BYTES:
        return Verdict.TOO_LARGE
    known = Connection.objects.select_related("parent")
    connection = known.filter(webhook_token=post.token).first()
    if connection is None:
        return Verdict.NO_SUCH_TOKEN
    try:
        verified = _verified(connection, post)
    except UnreadableSecret:
        return _refused(connection, post, Verdict.UNREADABLE_KEY)
    except SignatureInvalid as error:
        verdict = Verdict.UNSIGNED if post.is_listed else Verdict.FOREIGN
        return _refused(connection, post, verdict, flaw=error.flaw.value)
    if verified is None:
        return _refused(connection, post, Verdict.NO_KEY)
    if not post.is_listed:
        return _refused(connection, post, Verdict.UNLISTED)
    is_new = _store(connection, post, verified)
    _note_seen(connection)
    return Verdict.STORED if is_new else Verdict.KNOWN


def refusals(connection: Connection) -> tuple[int, str]:
    """Return how many posts were refused of late, and the flaw of the last one."""
    count, flaw = cache.get(_refusals_key(connection)) or (0, "")
    return int(count), str(flaw)


def _verified(connection: Connection, post: Post) -> Verified | None:
    """Return what vouches for a post, None while there is no key to verify it with.

    Without a signing key nothing is taken in: whoever learned the address could report
    messages as delivered or opt people out. Raises SignatureInvalid, UnreadableSecret.
    """
    holder = connection.key_holder
    key = holder.signing_key.reveal() if holder.signing_key else ""
    if not key:
        return None
    try:
        return _verify(key, post)
    except SignatureInvalid as error:
        if error.flaw is not Flaw.MISMATCH:
            raise
        for moved in _sent_elsewhere(connection, post):
            try:
                return _verify(key, moved)
            except SignatureInvalid:
                continue
        raise


def _sent_elsewhere(connection: Connection, post: Post) -> Iterator[Post]:
    """Yield the post as it was signed if it went to an earlier address of ours.

    Somebody who moves the dashboard and forwards what still comes loses nothing until
    the hook is moved, too.
    """
    query = f"?{post.query}" if post.query else ""
    for url in hooks.moved_addresses(connection):
        yield replace(post, url=url + query)


def _verify(key: str, post: Post) -> Verified:
    return signing.verify(
        key=key,
        method=post.method,
        url=post.url,
        body=post.body,
        timestamp=post.timestamp,
        nonce=post.nonce,
        signature=post.signature,
        max_age_s=MAX_AGE_S,
        max_ahead_s=MAX_AHEAD_S,
    )


def _store(connection: Connection, post: Post, verified: Verified) -> bool:
    digest = hashlib.sha256(post.body + b"\0" + post.query.encode()).hexdigest()
    with database.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                connection.workspace_id,
                connection.pk,
                digest,
                verified.nonce,
                datetime.fromtimestamp(verified.timestamp, UTC),
                post.content_type[:100].replace("\0", ""),
                post.body,
                post.query.replace("\0", ""),
                _URGENT_AHEAD_S if _is_urgent(post) else 0,
            ],
        )
        if cursor.rowcount:
            return True
        cursor.execute(_COUNT_AGAIN, [connection.pk, digest])
    return False


def _is_urgent(post: Post) -> bool:
    """Guess by the words in it, without reading it, whether a person wrote."""
    return any(word.encode() in post.body or word in post.query for word in _URGENT)


def _note_seen(connection: Connection) -> None:
    """Keep when the last event came, without a write for each of a burst."""
    now = timezone.now()
    if connection.last_event_at and now - connection.last_event_at < _SEEN_EVERY:
        return
    Connection.objects.filter(
        Q(last_event_at=None) | Q(last_event_at__lt=now - _SEEN_EVERY),
        pk=connection.pk,
    ).update(last_event_at=now)


def _refused(
    connection: Connection, post: Post, verdict: Verdict, *, flaw: str = ""
) -> Verdict:
    """Count a post that is not taken in, and write down some of them."""
    flaw = flaw or verdict.value
    count, _ = refusals(connection)
    cache.set(_refusals_key(connection), (count + 1, flaw), timeout=_COUNT_S)
    if cache.add(f"webhook-refused:{connection.pk}", 1, timeout=_NOTE_EVERY_S):
        RefusedEvent.objects.create(
            connection=connection,
            flaw=flaw,
            method=post.method[:8],
            size_bytes=len(post.body) + len(post.query),
            source=post.source,
        )
    return verdict


def _refusals_key(connection: Connection) -> str:
    return f"webhook-refusals:{connection.pk}"
