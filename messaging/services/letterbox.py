"""Take in what the gateway posts: verify, store once, and let it be applied later."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from django.core.cache import cache
from django.db import connection as database
from django.db.utils import InterfaceError, OperationalError

from accounts.models import Connection
from accounts.selectors import hooks
from accounts.services import hook_checks
from messaging.models import RefusedEvent
from messaging.services import doors
from messaging.services.doors import Door
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
_SEEN_EVERY_S = 10
# Of refused posts, one a second is written down.
_NOTE_EVERY_S = 1
_COUNT_S = 7 * 24 * 3600
# What a person wrote, STOP among it, is applied before reports that came earlier.
_URGENT_AHEAD_S = 24 * 3600.0

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
# Without waiting for whoever holds the row: the next event notes it.
_NOTE_SEEN = """
UPDATE accounts_connection SET last_event_at = statement_timestamp() WHERE id = (
    SELECT id FROM accounts_connection
    WHERE id = %s AND (last_event_at IS NULL
        OR last_event_at < statement_timestamp() - make_interval(secs => %s))
    FOR NO KEY UPDATE SKIP LOCKED)
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
    door = doors.known(post.token)
    verified = _verified(door, post) if door else None
    if door is None or verified is None:
        # The key may have been replaced, or given, this very moment.
        door = doors.look_up(post.token)
        if door is None:
            return Verdict.NO_SUCH_TOKEN
        if not door.key:
            missing = Verdict.NO_KEY if door.is_readable else Verdict.UNREADABLE_KEY
            return _refused(door, post, missing)
        try:
            verified = _verify_anywhere(door, post)
        except SignatureInvalid as error:
            verdict = Verdict.UNSIGNED if post.is_listed else Verdict.FOREIGN
            return _refused(door, post, verdict, flaw=error.flaw.value)
    if not post.is_listed:
        return _refused(door, post, Verdict.UNLISTED)
    is_new = _store_surely(door, post, verified)
    _note_seen(door, post)
    return Verdict.STORED if is_new else Verdict.KNOWN


def refusals(connection: Connection) -> tuple[int, str]:
    """Return how many posts were refused of late, and the flaw of the last one."""
    count, flaw = cache.get(_refusals_key(connection.pk)) or (0, "")
    return int(count), str(flaw)


def _verified(door: Door, post: Post) -> Verified | None:
    """Return what vouches for a post, None if its signature does not hold."""
    try:
        return _verify(door.key, post)
    except SignatureInvalid:
        return None


def _verify_anywhere(door: Door, post: Post) -> Verified:
    """Return what vouches for a post to our address, or to an earlier one of ours.

    Somebody who moves the dashboard and forwards what still comes loses nothing until
    the hook is moved, too. Raises SignatureInvalid.
    """
    try:
        return _verify(door.key, post)
    except SignatureInvalid as error:
        if error.flaw is not Flaw.MISMATCH:
            raise
        query = f"?{post.query}" if post.query else ""
        for url in hooks.moved_addresses(door.connection_id, urlsplit(post.url).path):
            verified = _verified(door, replace(post, url=url + query))
            if verified is not None:
                return verified
        raise


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


def _store_surely(door: Door, post: Post, verified: Verified) -> bool:
    """Store a post, over a new connection if the database has closed the old one.

    In place of asking the database first whether it is there, for each event: storing
    twice is harmless.
    """
    if database.in_atomic_block:
        return _store(door, post, verified)
    database.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _store(door, post, verified)
    except (OperationalError, InterfaceError):
        database.close()
        return _store(door, post, verified)


def _store(door: Door, post: Post, verified: Verified) -> bool:
    digest = hashlib.sha256(post.body + b"\0" + post.query.encode()).hexdigest()
    values = [
        door.workspace_id,
        door.connection_id,
        digest,
        verified.nonce,
        datetime.fromtimestamp(verified.timestamp, UTC),
        post.content_type[:100].replace("\0", ""),
        post.body,
        post.query.replace("\0", ""),
        _URGENT_AHEAD_S if _is_urgent(post) else 0.0,
    ]
    if _insert(values):
        return True
    with database.cursor() as cursor:
        cursor.execute(_COUNT_AGAIN, [door.connection_id, digest])
    return False


def _insert(values: list[object]) -> bool:
    """Run the statement of every event: prepared, as the server plans it but once.

    Django's own cursors write values into the statement, which then is read and planned
    anew for each event.
    """
    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        cursor.execute(_STORE, values, prepare=True)
        return bool(cursor.rowcount)


def _is_urgent(post: Post) -> bool:
    """Guess by the words in it, without reading it, whether a person wrote.

    Of RCS, reports come under the same name as messages; they name one of ours.
    """
    said = post.body or post.query.encode()
    return b"sms_mo" in said or (b"rcs" in said and b"msg_id" not in said)


def _note_seen(door: Door, post: Post) -> None:
    """Keep when the gateway's last event came, without a write for each of a burst."""
    if time.monotonic() - door.noted_at < _SEEN_EVERY_S:
        return
    if hook_checks.EVENT.encode() in post.body:
        # Our own: it says nothing of the gateway.
        return
    door.noted_at = time.monotonic()
    with database.cursor() as cursor:
        cursor.execute(_NOTE_SEEN, [door.connection_id, _SEEN_EVERY_S])


def _refused(door: Door, post: Post, verdict: Verdict, *, flaw: str = "") -> Verdict:
    """Count a post that is not taken in, and write down some of them."""
    flaw = flaw or verdict.value
    key = _refusals_key(door.connection_id)
    count, _ = cache.get(key) or (0, "")
    cache.set(key, (count + 1, flaw), timeout=_COUNT_S)
    if cache.add(f"webhook-refused:{door.connection_id}", 1, timeout=_NOTE_EVERY_S):
        RefusedEvent.objects.create(
            connection_id=door.connection_id,
            flaw=flaw,
            method=post.method[:8],
            size_bytes=len(post.body) + len(post.query),
            source=post.source,
        )
    return verdict


def _refusals_key(connection_id: UUID) -> str:
    return f"webhook-refusals:{connection_id}"
