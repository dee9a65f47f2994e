"""What becomes of a row in doubt, once the journal was asked.

Found: accepted. Not found on two looks, and the journal reaches past the attempt
(`journal_reach.py`): queued again, unless something speaks for it having been sent.
What stays open is for a person (`lease_until` null).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.utils import DataError, IntegrityError
from django.utils import timezone

from messaging import attempts, entries, timing
from messaging.models import Message
from messaging.outcomes import DUPLICATE_CODE, MAX_GATEWAY_ID
from messaging.services import days, told
from messaging.services.journal_looks import Look
from messaging.states import AWAITING_REPORT, CampaignState, MessageState
from seven_dashboard.gateway.resources.journal import OutboundEntry

logger = logging.getLogger(__name__)

# Looks that found nothing before the row is queued again, or given to a person.
LOOKS_BEFORE_SENDING = 2
LOOKS_BEFORE_PERSON = 4
# Attempts that ended unclear and had sent nothing, before a person is asked.
MAX_DOUBTS = 5
# A journal that did not answer is asked again at the latest after so long.
LONGEST_TROUBLE_S = 600.0
# Looks into one that answers and cannot prove anything, before a person is asked: with
# their growing pauses about four hours.
LOOKS_FOR_PROOF = 40


def is_last_look(message: Message) -> bool:
    """Say whether not to find it this time may have it sent again."""
    return message.looks + 1 >= LOOKS_BEFORE_SENDING


def _asks_to_send_again(found: Look) -> bool:
    """Say that nothing speaks for it having been sent, if the journal is up to date."""
    return (
        is_last_look(found.message)
        and not found.failed
        and not found.is_ambiguous
        and not _has_evidence(found.message)
    )


def _has_evidence(message: Message) -> bool:
    """Say whether a 402 tells that an earlier attempt of ours was accepted.

    One for a whole group does not: nobody in a group was tried before (claiming.py), so
    somebody else sent that text to one of them.
    """
    is_first = message.attempts <= 1 and not message.doubts
    return message.error_code == DUPLICATE_CODE and not is_first


def decided(found: Look, *, is_proof: bool) -> str:
    """Decide about one row; one that cannot be stored keeps no other from it.

    `is_proof`: that it is not found means that it was not sent (journal_reach.py).
    """
    try:
        return _decide(found, is_proof=is_proof)
    except (DataError, IntegrityError):
        logger.exception("not settled", extra={"message_id": found.message.pk})
        return "failed"


def _decide(found: Look, *, is_proof: bool) -> str:
    message = found.message
    if found.entry is not None:
        _accept(message, found.entry)
        return "accepted"
    if found.failed:
        postpone([message.pk], seconds=_trouble_s(message))
        return "postponed"
    if _asks_to_send_again(found):
        return _send_again(message) if is_proof else _wait_for_proof(message)
    looks = message.looks + 1
    is_open = looks < LOOKS_BEFORE_PERSON
    pause = timedelta(seconds=timing.second_look_s())
    _change(
        message,
        looks=looks,
        lease_until=timezone.now() + pause if is_open else None,
    )
    return "looking" if is_open else "for a person"


def _accept(message: Message, entry: OutboundEntry) -> None:
    """Write what the journal shows: it is the truth whenever it comes (answers.py).

    Also for a row that another look, or a person, has queued again meanwhile and that
    nobody has claimed since: a claim gives it a foreign id of its own.
    """
    state = entries.state_of(entry)
    is_final = state not in AWAITING_REPORT
    now = timezone.now()
    accepted_at = entry.sent_at or message.attempted_at or now
    _change(
        message,
        states=(MessageState.UNCLEAR, MessageState.QUEUED),
        state=state,
        error_code=None,
        gateway_id=entry.id[:MAX_GATEWAY_ID],
        price=entries.price_of(entry),
        accepted_at=accepted_at,
        sent_on=days.day_in(message.workspace, accepted_at),
        reported_at=(entry.status_at or now) if is_final else None,
        report_word=told.word_of(entry.status or ""),
        mccmnc=entries.network_of(entry),
        due_at=now + timedelta(seconds=timing.report_check_s()),
        lease_until=None,
    )


def _wait_for_proof(message: Message) -> str:
    """Look again later, at the latest when no lag explains any more what is missing."""
    looks = message.looks + 1
    if looks >= LOOKS_FOR_PROOF:
        _change(message, looks=looks, lease_until=None)
        return "for a person"
    now, pause_s = timezone.now(), _trouble_s(message)
    left_s = (attempts.no_lag_at(message) - now).total_seconds()
    if left_s > 0:
        pause_s = min(pause_s, left_s)
    _change(message, looks=looks, lease_until=now + timedelta(seconds=pause_s))
    return "postponed"


def _trouble_s(message: Message) -> float:
    """Return how long to wait for a journal that could tell nothing."""
    age_s = (timezone.now() - attempts.began_at(message)).total_seconds()
    return min(LONGEST_TROUBLE_S, max(timing.first_look_s(), age_s / 4))


def _send_again(message: Message) -> str:
    if message.campaign.state == CampaignState.CANCELLED:
        _change(message, state=MessageState.CANCELLED, lease_until=None)
        return "cancelled"
    if message.error_code == DUPLICATE_CODE:
        return _wait_out_the_lock(message)
    if message.error_code is None and not settings.SENDING_AGAIN_BY_ITSELF:
        # The gateway may take the request in yet: nobody but a person says again.
        _change(message, looks=message.looks + 1, lease_until=None)
        return "for a person"
    doubts = message.doubts + 1
    if doubts >= MAX_DOUBTS and message.error_code is not None:
        # The gateway gave a code each time and its journal shows that it sent nothing.
        _change(message, state=MessageState.REFUSED, lease_until=None)
        return "refused"
    if doubts >= MAX_DOUBTS:
        _change(message, looks=message.looks + 1, lease_until=None)
        return "for a person"
    pause = timedelta(seconds=timing.pause_s(doubts))
    _change(
        message,
        state=MessageState.QUEUED,
        doubts=doubts,
        looks=0,
        due_at=timezone.now() + pause,
        lease_until=None,
    )
    return "queued again"


def _wait_out_the_lock(message: Message) -> str:
    """Queue a row as after a first 402 of its own (answers.py); it goes alone now.

    That was an answer and leaves no doubt behind: a second one refuses the row.
    """
    since = message.attempted_at or timezone.now()
    _change(
        message,
        state=MessageState.QUEUED,
        looks=0,
        due_at=since + timedelta(seconds=timing.lock_over_s()),
        lease_until=None,
    )
    return "queued again"


def _change(
    message: Message,
    *,
    states: Sequence[str] = (MessageState.UNCLEAR,),
    **values: object,
) -> None:
    """Change the row unless an answer or a report was faster."""
    Message.objects.filter(
        pk=message.pk, state__in=states, foreign_id=message.foreign_id
    ).update(**values)


def postpone(ids: list[int], *, seconds: float) -> None:
    """Look after rows that are still unclear, and not for a person, so much later."""
    later = timezone.now() + timedelta(seconds=seconds)
    Message.objects.filter(
        pk__in=ids, state=MessageState.UNCLEAR, lease_until__isnull=False
    ).update(lease_until=later)
