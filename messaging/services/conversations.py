"""What the team does with a conversation: read, give to somebody, snooze, close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import connection as database
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User, Workspace
from accounts.rights import Right, allows
from accounts.services import audit
from messaging.models import Conversation, ConversationEntry
from seven_dashboard.errors import Refused

MAX_NOTE = 2_000
LATEST = timedelta(days=365)
# Taken in one go by a sweep; the next one takes the rest.
BATCH = 500
Kind: TypeAlias = ConversationEntry.Kind
State: TypeAlias = Conversation.State

_WAKE = """
WITH due AS (
    SELECT id FROM messaging_conversation
    WHERE state = 'snoozed' AND snoozed_until <= statement_timestamp()
    ORDER BY snoozed_until LIMIT %s FOR UPDATE SKIP LOCKED
), woken AS (
    UPDATE messaging_conversation AS c SET state = 'open', snoozed_until = NULL,
        stands_at = statement_timestamp(), changed_at = statement_timestamp()
    FROM due WHERE c.id = due.id RETURNING c.id
)
INSERT INTO messaging_conversationentry (conversation_id, kind, text, at)
SELECT id, 'woke', '', statement_timestamp() FROM woken
"""


def mark_read(conversation: Conversation) -> int:
    """Mark all as read that is there now; return how many messages nobody had seen.

    While a message is being stored nothing is marked: the page does not wait for that.
    """
    if not conversation.unread:
        return 0
    rows = Conversation.objects.filter(pk=conversation.pk)
    with transaction.atomic():
        fresh = rows.select_for_update(skip_locked=True).first()
        if fresh is None:
            return 0
        conversation.changed_at = _change(fresh, unread=0)
    conversation.unread = 0
    return fresh.unread


def mark_unread(conversation: Conversation) -> None:
    """Have a conversation count as unread again."""
    with transaction.atomic():
        fresh = _locked(conversation)
        _change(fresh, unread=max(1, fresh.unread))


def assign(
    *, conversation: Conversation, actor: User, to: User | None, is_taken: bool = False
) -> bool:
    """Give a conversation to a member who may answer, or to nobody.

    With ``is_taken`` only one that is nobody's. Returns whether that changed anything;
    raises Refused for somebody who is no such member.
    """
    if to is not None:
        _check_member(conversation.workspace, to)
    with transaction.atomic():
        fresh = _locked(conversation)
        before = fresh.assigned_to
        if before == to or (is_taken and before is not None):
            return False
        _change(fresh, assigned_to=to)
        _note(fresh, Kind.ASSIGNED, actor, person=to)
        _record(
            fresh,
            actor,
            "assign",
            before={"assigned_to": before.display_name if before else ""},
            after={"assigned_to": to.display_name if to else ""},
        )
    return True


def close(*, conversation: Conversation, actor: User) -> bool:
    """Put a conversation away until its person writes again; False: it was closed."""
    return _move(conversation, actor, State.CLOSED, Kind.CLOSED, "close")


def reopen(*, conversation: Conversation, actor: User) -> bool:
    """Take a closed or snoozed conversation back; False: it was open."""
    return _move(conversation, actor, State.OPEN, Kind.REOPENED, "reopen")


def snooze(*, conversation: Conversation, actor: User, until: datetime) -> None:
    """Put a conversation away until a time, or until its person writes.

    Raises Refused for a time that is past or too far.
    """
    now = timezone.now()
    if not now < until < now + LATEST:
        raise Refused(
            _("Choose a time that is still to come, within a year."),
            code="until",
            field="until",
        )
    with transaction.atomic():
        fresh = _locked(conversation)
        before = fresh.state
        _change(fresh, state=State.SNOOZED, snoozed_until=until, unread=0)
        _note(fresh, Kind.SNOOZED, actor, until=until)
        after = {"conversation": State.SNOOZED, "snoozed_until": until.isoformat()}
        _record(fresh, actor, "snooze", before={"conversation": before}, after=after)


def wake_due() -> int:
    """Bring back what was snoozed until now; return how many."""
    with database.cursor() as cursor:
        cursor.execute(_WAKE, [BATCH])
        return int(cursor.rowcount)


def add_note(*, conversation: Conversation, actor: User, text: str) -> None:
    """Add a note that only the team sees. Raises Refused for an empty or long one."""
    text = _tidy(text)
    with transaction.atomic():
        fresh = _locked(conversation)
        _note(fresh, Kind.NOTE, actor, text=text)
        _change(fresh)


def edit_note(*, note: ConversationEntry, actor: User, text: str) -> None:
    """Give a note of the actor's own other words.

    Raises Refused for somebody else's, and for an empty or long one.
    """
    _write_note(note, actor, _tidy(text))


def take_note_back(*, note: ConversationEntry, actor: User) -> None:
    """Take the words from a note of the actor's own; that there was one stays in sight.

    Raises Refused for somebody else's.
    """
    _write_note(note, actor, "")


def release_departed() -> int:
    """Take conversations from people who have left the team; return how many.

    Nobody would see them in a box of their own.
    """
    members = Membership.objects.filter(
        workspace=OuterRef("workspace"), user=OuterRef("assigned_to")
    )
    waiting = Conversation.objects.filter(
        ~Exists(members),
        assigned_to__isnull=False,
        state__in=(State.OPEN, State.SNOOZED),
    )
    ids = waiting.values_list("pk", flat=True)[:BATCH]
    rows = Conversation.objects.filter(pk__in=list(ids))
    return rows.update(assigned_to=None, changed_at=timezone.now())


def _write_note(note: ConversationEntry, actor: User, text: str) -> None:
    if note.actor_id != actor.pk:
        raise Refused(
            _("Only whoever wrote a note can change it. Write one of your own."),
            code="not_yours",
            field="note",
        )
    with transaction.atomic():
        fresh = _locked(note.conversation)
        # What was taken back stays so, whoever still has the box open.
        rows = ConversationEntry.objects.filter(pk=note.pk).exclude(text="")
        if rows.update(text=text, edited_at=timezone.now()):
            _change(fresh)


def _tidy(text: str) -> str:
    """Return the words of a note as they are kept, or raise Refused."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("Write the note first."), code="empty", field="note")
    if len(text) > MAX_NOTE:
        raise Refused(
            _("A note can have %(most)d characters at most.") % {"most": MAX_NOTE},
            code="too_long",
            field="note",
        )
    return text


def _move(
    conversation: Conversation, actor: User, to: State, kind: Kind, action: str
) -> bool:
    with transaction.atomic():
        fresh = _locked(conversation)
        before = fresh.state
        if before == to:
            return False
        unread = 0 if to == State.CLOSED else fresh.unread
        _change(fresh, state=to, snoozed_until=None, unread=unread)
        _note(fresh, kind, actor)
        _record(
            fresh,
            actor,
            action,
            before={"conversation": before},
            after={"conversation": str(to)},
        )
    return True


def _check_member(workspace: Workspace, person: User) -> None:
    found = Membership.objects.filter(workspace=workspace, user=person).first()
    if found is None or not allows(found.role, Right.SEND):
        raise Refused(
            _("Only members who may send can be given a conversation."),
            code="no_member",
            field="to",
        )


def _locked(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",))
    return rows.select_related("workspace", "assigned_to").get(pk=conversation.pk)


def _change(fresh: Conversation, **values: object) -> datetime:
    """Write values, and when that was; return the latter."""
    now = timezone.now()
    Conversation.objects.filter(pk=fresh.pk).update(changed_at=now, **values)
    return now


def _note(fresh: Conversation, kind: Kind, actor: User, **facts: object) -> None:
    ConversationEntry.objects.create(
        conversation=fresh, kind=kind, actor=actor, **facts
    )


def _record(
    fresh: Conversation,
    actor: User,
    action: str,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    audit.record(
        workspace=fresh.workspace,
        actor=actor,
        action=f"conversation.{action}",
        subject=fresh.number,
        before=before,
        after=after,
    )
