"""One act for several conversations: each as if it were done alone, one by one.

Each is locked, told and put on record by itself, so that an act that breaks off has
done a part and holds up nobody; done again, it goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from messaging.models import Conversation
from messaging.services import conversations


def mark_unread(rows: Sequence[Conversation]) -> int:
    """Have conversations count as unread again; return how many did not."""
    others = [row for row in rows if not row.unread]
    for row in others:
        conversations.mark_unread(row)
    return len(others)


def close(rows: Sequence[Conversation], *, actor: User) -> int:
    """Close conversations; return how many were not closed."""
    return sum(conversations.close(conversation=row, actor=actor) for row in rows)


def reopen(rows: Sequence[Conversation], *, actor: User) -> int:
    """Take conversations back that were closed or snoozed; return how many were."""
    return sum(conversations.reopen(conversation=row, actor=actor) for row in rows)


def assign(rows: Sequence[Conversation], *, actor: User, to: User | None) -> int:
    """Give conversations to a member or to nobody; return how many changed hands.

    Raises Refused for somebody who may not answer.
    """
    return sum(
        conversations.assign(conversation=row, actor=actor, to=to) for row in rows
    )
