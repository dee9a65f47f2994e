"""When an attempt to send is over, so that a journal without lag would show it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from contacts.models import Channel
from messaging import options, timing, voice_markup

if TYPE_CHECKING:
    from messaging.models import Campaign, Message

# How much later than asked for the gateway may send a delayed message.
_HELD_BACK = timedelta(minutes=10)
# Nobody documents whether a call is listed before it is over: the longest ringing, and
# room beside a text that is read out half as fast as we guess.
_RINGING_S, _ROOM_S = 60, 240


def began_at(message: Message) -> datetime:
    """Return when the last attempt was written down; its call left after that."""
    return message.attempted_at or message.created_at


def over_at(message: Message) -> datetime:
    """Return when the last attempt is over, and listed if it has sent anything."""
    if message.channel == Channel.VOICE:
        return began_at(message) + call_lasts(message)
    over_at = began_at(message) + timedelta(seconds=timing.attempt_s())
    return max(over_at, _held_until(message.campaign) or over_at)


def no_lag_at(message: Message) -> datetime:
    """Return from when on no lag explains that a journal does not show it."""
    return over_at(message) + timedelta(seconds=timing.journal_lag_s())


def is_held_back(message: Message) -> bool:
    """Say whether the gateway may hold a delayed message, and show it only later.

    Nobody documents whether its journal lists what was not sent yet, so that it is not
    there proves nothing before the time it was to be sent at.
    """
    until = _held_until(message.campaign)
    return until is not None and timezone.now() < until


def for_person_since(campaign: Campaign) -> datetime | None:
    """Return before when an attempt began about which a person may decide by now.

    Although its journal is still asked. None: the gateway may hold it, and show it only
    later.
    """
    now = timezone.now()
    lag = timedelta(seconds=timing.journal_lag_s())
    until = _held_until(campaign)
    if until is not None and now < until + lag:
        return None
    is_call = campaign.channel == Channel.VOICE
    return now - timedelta(seconds=timing.person_after_s(is_call=is_call))


def _held_until(campaign: Campaign) -> datetime | None:
    own = options.read(campaign.channel, campaign.options)
    return None if own.deliver_at is None else own.deliver_at + _HELD_BACK


def call_lasts(message: Message) -> timedelta:
    """Return after how long a call is over for sure."""
    read_s = 2 * voice_markup.seconds(voice_markup.heard(message.text))
    return timedelta(seconds=_RINGING_S + read_s + _ROOM_S)
