"""Trouble with single groups: noted, shown, tried again less and less often.

The others go on. A group that is not listed and cannot be asked for is neither there
nor gone: its members are left as they are on both sides, and what they had agreed on
is kept, until the gateway answers for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from contacts.models import Direction, SyncGroup
from contacts.services.sync import patience
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError, NotFound

_FIELDS = ("error", "failures", "retry_at")


def rests(pair: SyncGroup) -> bool:
    """Say whether the pair is not to be tried again yet."""
    return pair.retry_at is not None and pair.retry_at > timezone.now()


def bear(pair: SyncGroup, error: GatewayError, client: SevenClient) -> None:
    """Note trouble with a group; raise it when the gateway answers nobody."""
    if halt := patience.halting_one(error, client):
        raise halt
    pair.error, pair.failures = error.sentence, min(pair.failures + 1, 1_000)
    pair.retry_at = timezone.now() + patience.pause_after(pair.failures)
    pair.save(update_fields=_FIELDS)


def forget(pair: SyncGroup) -> None:
    """Note that nothing stands in the way of a group any more."""
    if pair.pk is not None and pair.failures:
        pair.error, pair.failures, pair.retry_at = "", 0, None
        pair.save(update_fields=_FIELDS)


def is_gone(pair: SyncGroup, client: SevenClient) -> bool | None:
    """Ask the gateway for one group; None when there is no answer.

    Only its own "not found" is believed.
    """
    assert pair.remote_id is not None
    try:
        client.groups.get(pair.remote_id)
    except NotFound as error:
        if error.concerns != "row":
            raise
        return True
    except GatewayError as error:
        bear(pair, error, client)
        return None
    return False


def missed(
    pairs: Sequence[SyncGroup], client: SevenClient
) -> tuple[list[SyncGroup], list[SyncGroup]]:
    """Return which pairs that are not listed are gone, and which nobody knows of."""
    gone: list[SyncGroup] = []
    unsure: list[SyncGroup] = []
    for pair in pairs:
        is_asked = not rests(pair) and len(unsure) < patience.MOST_UNHEARD
        found = is_gone(pair, client) if is_asked else None
        if found:
            gone.append(pair)
        elif found is None:
            unsure.append(pair)
        else:
            note_there(pair)
    return gone, unsure


def note_unsure(pair: SyncGroup) -> None:
    """Leave the members of a pair alone until its group is answered for."""
    if pair.state == SyncGroup.State.LINKED:
        pair.state = SyncGroup.State.UNSURE
        pair.save(update_fields=["state"])


def note_there(pair: SyncGroup) -> None:
    """Note that the gateway's group of a pair is there."""
    if pair.state == SyncGroup.State.UNSURE:
        pair.state = SyncGroup.State.LINKED
        pair.save(update_fields=["state"])
        forget(pair)
    elif pair.direction == Direction.OFF:
        # Nothing else is asked about it.
        forget(pair)
