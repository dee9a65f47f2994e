"""Who is writing at this moment: kept in the cache alone, where it may get lost.

Two keys for a conversation: which members of the team are writing an answer, and
whether the person is (RCS tells so). Both are gone soon after the last sign of it.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.core.cache import cache

# Somebody who thinks about a sentence still writes.
ANSWERING_S = 12.0
# The standard has handsets repeat it while a person goes on.
TYPING_S = 15
_KEEP_S = 60


def note_answering(conversation_id: int, user_id: UUID) -> None:
    """Note that a member writes an answer just now."""
    key = _answering(conversation_id)
    known = cache.get(key) or {}
    now = time.time()
    fresh = {who: at for who, at in known.items() if now - at < ANSWERING_S}
    cache.set(key, {**fresh, user_id: now}, timeout=_KEEP_S)


def note_answered(conversation_id: int, user_id: UUID) -> None:
    """Note that a member has sent it, or does something else."""
    key = _answering(conversation_id)
    known = cache.get(key) or {}
    if known.pop(user_id, None) is not None:
        cache.set(key, known, timeout=_KEEP_S)


def answering(conversation_id: int) -> list[UUID]:
    """Return the ids of the members who write an answer, the latest first."""
    known: dict[UUID, float] = cache.get(_answering(conversation_id)) or {}
    now = time.time()
    fresh = [(at, who) for who, at in known.items() if now - at < ANSWERING_S]
    return [who for _at, who in sorted(fresh, reverse=True)]


def note_typing(workspace_id: UUID, number: str) -> None:
    """Note that the person with a number is typing."""
    cache.set(_typing(workspace_id, number), True, timeout=TYPING_S)


def note_written(workspace_id: UUID, number: str) -> None:
    """Note that what the person typed has come."""
    cache.delete(_typing(workspace_id, number))


def is_typing(workspace_id: UUID, number: str) -> bool:
    """Say whether the person with a number is typing, as far as RCS tells."""
    return bool(cache.get(_typing(workspace_id, number)))


def _answering(conversation_id: int) -> str:
    return f"answering:{conversation_id}"


def _typing(workspace_id: UUID, number: str) -> str:
    return f"typing:{workspace_id}:{number}"
