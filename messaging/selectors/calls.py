"""How far a call is, in words for the person who waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Channel
from messaging.models import CallKeys, Message
from messaging.selectors.call_log import meanings
from messaging.states import FINAL, MessageState

# A call lasts no longer; afterwards the page stops asking.
LONGEST = timedelta(hours=2)
_WORDS = {
    MessageState.QUEUED: _("Waiting to be called"),
    MessageState.SENDING: _("Being called"),
    MessageState.ACCEPTED: _("The gateway is calling"),
    MessageState.BUFFERED: _("Ringing"),
    MessageState.TRANSMITTED: _("In progress"),
    MessageState.DELIVERED: _("Ended"),
    MessageState.UNDELIVERED: _("Not answered"),
}


@dataclass(frozen=True, slots=True)
class Course:
    """``seconds``: how long it lasts so far or lasted; ``is_live``: it may go on.

    ``digits`` are the keys pressed so far, ``answer`` what the one that counts means.
    """

    words: str | Promise
    seconds: int | None
    is_live: bool
    digits: str = ""
    answer: str = ""


def of(message: Message) -> Course | None:
    """Return the course of a call; None for what is no call."""
    if message.channel != Channel.VOICE:
        return None
    state = MessageState(message.state)
    pressed = CallKeys.objects.filter(message=message).first()
    is_old = timezone.now() - message.created_at > LONGEST
    return Course(
        words=_WORDS.get(state, state.label),
        seconds=_seconds(message.state, message.reported_at, message.duration_s),
        is_live=state not in FINAL and state != MessageState.UNCLEAR and not is_old,
        digits=pressed.digits if pressed else "",
        answer=meanings(message.campaign).get(pressed.answer, "") if pressed else "",
    )


def _seconds(
    state: str, answered_at: datetime | None, duration_s: int | None
) -> int | None:
    if state != MessageState.TRANSMITTED or answered_at is None:
        return duration_s
    return max(0, round((timezone.now() - answered_at).total_seconds()))
