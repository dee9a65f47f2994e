"""Read the log of events: pages, filters, one event; bounded at any size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from django.db import connection as database
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Connection, Workspace
from contacts.selectors import keyset
from messaging.models import (
    Conversation,
    InboundMessage,
    IncomingCall,
    RefusedEvent,
    WebhookEvent,
)
from seven_dashboard.gateway.events import EventKind

State = WebhookEvent.State
# The gateway's words for kinds that we know; any other is shown as it came.
KNOWN_KINDS: Final = frozenset(
    {*(kind.value for kind in EventKind if kind is not EventKind.UNKNOWN), "rcs"}
)
MOST_KINDS: Final = 100
# What the dashboard posts to itself (accounts.services.hook_checks).
TEST_KIND: Final = "dashboard_test"

# The index holds kind, state and id: so many short looks, whatever the table's size.
_NEWEST = """
SELECT e.id FROM unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN unnest(%(states)s::text[]) AS s (state)
CROSS JOIN LATERAL (
    SELECT id FROM messaging_webhookevent
    WHERE workspace_id = %(workspace)s AND kind = k.kind AND state = s.state
      AND id < %(below)s
    ORDER BY id DESC LIMIT %(most)s) AS e
ORDER BY e.id DESC LIMIT %(most)s
"""
_NEXT_NEWER = """
SELECT e.id FROM unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN unnest(%(states)s::text[]) AS s (state)
CROSS JOIN LATERAL (
    SELECT id FROM messaging_webhookevent
    WHERE workspace_id = %(workspace)s AND kind = k.kind AND state = s.state
      AND id > %(above)s
    ORDER BY id LIMIT %(most)s) AS e
ORDER BY e.id LIMIT %(most)s
"""
# From one kind to the next in the index, without reading the rows of either.
_KINDS = """
WITH RECURSIVE found (kind) AS (
    (SELECT kind FROM messaging_webhookevent WHERE workspace_id = %(workspace)s
     ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT e.kind FROM messaging_webhookevent AS e
            WHERE e.workspace_id = %(workspace)s AND e.kind > found.kind
            ORDER BY e.kind LIMIT 1)
    FROM found WHERE found.kind IS NOT NULL)
SELECT kind FROM found WHERE kind IS NOT NULL LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the log is shown; "" is everything. ``subject`` is a gateway's id."""

    kind: str = ""
    state: str = ""
    subject: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.kind or self.state or self.subject)


def read(words: dict[str, str]) -> Filter:
    """Return the filter that an address asks for; what makes no sense is left out."""
    state = words.get("state", "")
    return Filter(
        kind=words.get("kind", "").replace("\0", "")[:24],
        state=state if state in State.values else "",
        subject=words.get("q", "").replace("\0", "").strip()[:32],
    )


def page(
    workspace: Workspace,
    wanted: Filter,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = keyset.PAGE_SIZE,
) -> keyset.Page[WebhookEvent]:
    """Return a page of the log, newest first, without bodies."""
    rows = _rows(workspace).defer("body", "query").select_related("message")
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
        words = {"kind": wanted.kind, "state": wanted.state}
        rows = rows.filter(**{name: word for name, word in words.items() if word})
        return keyset.page(rows, before=before, after=after, size=size)
    if not wanted.is_on:
        return keyset.page(rows, before=before, after=after, size=size)
    ids = _ids(workspace, wanted, before=before, after=after, most=size + 1)
    if before is not None and len(ids) < size:
        # Like `keyset.page`: a full first page instead of a stub.
        before = after = None
        ids = _ids(workspace, wanted, most=size + 1)
    shown = rows.filter(pk__in=ids)
    return keyset.page(shown, before=before, after=after, size=size)


def newest_failed(workspace: Workspace, *, most: int) -> list[int]:
    """Return the ids of the newest failed events."""
    return _ids(workspace, Filter(state=State.FAILED.value), most=most)


def newest(workspace: Workspace) -> WebhookEvent | None:
    """Return the newest event of the gateway, our own tests left out."""
    rows = _rows(workspace).defer("body", "query").order_by("-pk")[:20]
    return next((event for event in rows if event.kind != TEST_KIND), None)


def kinds(workspace: Workspace) -> list[str]:
    """Return the kinds of events that are in the log, unknown ones among them."""
    with database.cursor() as cursor:
        cursor.execute(_KINDS, {"workspace": workspace.pk, "most": MOST_KINDS})
        return [row[0] for row in cursor.fetchall()]


def get(workspace: Workspace, event_id: int) -> WebhookEvent:
    """Return an event of the workspace; raises Http404 for any other."""
    event = _rows(workspace).select_related("message").filter(pk=event_id).first()
    if event is None:
        raise Http404
    return event


def conversation_of(event: WebhookEvent) -> Conversation | None:
    """Return where a person's message or call stands that an event told of."""
    if not event.subject or event.message_id is not None:
        return None
    told = {"workspace": event.workspace_id, "gateway_id": event.subject}
    if event.kind.startswith("voice"):
        calls = IncomingCall.objects.filter(**told)
        number = calls.values_list("caller", flat=True).first()
    else:
        came = InboundMessage.objects.filter(**told, channel__in=("sms", "rcs"))
        number = came.values_list("sender", flat=True).first()
    rows = Conversation.objects.filter(workspace=event.workspace_id)
    return rows.filter(number=number).first() if number else None


def refused(connection: Connection, *, most: int = 20) -> list[RefusedEvent]:
    """Return the newest posts that were not taken in."""
    rows = RefusedEvent.objects.filter(connection=connection)
    return list(rows.order_by("-pk")[:most])


def shown_body(event: WebhookEvent) -> str:
    """Return what was posted, for a person to read: indented, or a line a field."""
    body = bytes(event.body)
    text = body.decode("utf-8", "replace") if body.strip() else event.query
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    if "json" in event.content_type.lower():
        return text
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return text
    return "\n".join(f"{name} = {value}" for name, value in pairs) or text


def _rows(workspace: Workspace) -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(workspace=workspace)


def _ids(
    workspace: Workspace,
    wanted: Filter,
    *,
    before: int | None = None,
    after: int | None = None,
    most: int,
) -> list[int]:
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "kinds": [wanted.kind] if wanted.kind else kinds(workspace),
        "states": [wanted.state] if wanted.state else State.values,
        "below": keyset.MAX_KEY if after is None else after,
        "above": before or 0,
        "most": most,
    }
    with database.cursor() as cursor:
        cursor.execute(_NEWEST if before is None else _NEXT_NEWER, values)
        return [row[0] for row in cursor.fetchall()]
