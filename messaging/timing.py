"""How long the engine waits for what; all in seconds.

The order is what makes a second message impossible: a call has ended for sure before
its lease runs out, and the journal is asked twice after that before a row is queued
again. The last look counts only if the journal shows something that was begun after the
call was over, or after a wait that no lag of the journal explains.
"""

from __future__ import annotations

import random

from django.conf import settings

# Between a claim and its call. What waited longer is given back uncalled, so that a
# pause or an opt-out takes effect within two seconds even when the gateway hangs.
CALL_WINDOW_S = 1.5
# Between the call and its first byte on the wire: waiting for a connection, looking up
# the name, connecting. A call held up longer is certain to send nothing.
DEPARTURE_S = 5.0
MAX_PAUSE_S = 300.0
# A journal that works has settled nearly all in a quarter of an hour; the longest call
# that is read out takes half an hour.
PERSON_AFTER_S = 900.0
PERSON_AFTER_CALL_S = 2700.0
# After another API key was stored, a sender may still use the one before so long.
OLD_KEY_S = 60.0
# A sender that has not seen for so long that its key is still the one makes no call: it
# stood still. Less than OLD_KEY_S by more than a call takes to leave.
KEY_SEEN_S = 30.0


def longest_call_s() -> float:
    """Return when a call is over for sure: leave, wait and read the answer."""
    return DEPARTURE_S + 2 * float(settings.GATEWAY_TIMEOUT_S)


def attempt_s() -> float:
    """Return how long after its claim an attempt is over for sure."""
    return CALL_WINDOW_S + longest_call_s()


def lease_s() -> float:
    """Return how long a claim belongs to the process that made it."""
    return attempt_s() + 5.0


def first_look_s() -> float:
    """Return when, after an unclear attempt ended, the journal is asked first."""
    return float(settings.SENDING_FIRST_LOOK_S)


def second_look_s() -> float:
    """Return the pause between the looks that find nothing.

    Longer than a call, because a gateway that let us time out may still be at it.
    """
    return max(float(settings.SENDING_SECOND_LOOK_S), longest_call_s())


def journal_lag_s() -> float:
    """Return what counts as longer than any lag of the journal.

    Nobody documents one. Four minutes are twice the two that we reckon with at worst;
    with them and the length of an attempt a row goes out again within five minutes, so
    that two attempts in the dark and a lost report still fit into a quarter of an hour.
    """
    return float(settings.GATEWAY_JOURNAL_LAG_S)


def person_after_s(*, is_call: bool = False) -> float:
    """Return when, after an attempt, a person may decide though the journal is asked.

    By then a journal that works has told, so that
    one that has not may never. A call may last, and is listed after it at the soonest.
    """
    usual_s = PERSON_AFTER_CALL_S if is_call else PERSON_AFTER_S
    return max(usual_s, attempt_s() + journal_lag_s())


def report_check_s() -> float:
    """Return when the gateway is first asked for a report that has not come."""
    return float(settings.REPORT_CHECK_AFTER_S)


def reload_lock_s() -> float:
    """Return how long the gateway refuses the same text to the same number (402)."""
    return float(settings.GATEWAY_RELOAD_LOCK_S)


def lock_over_s() -> float:
    """Return when, after a 402, the lock is surely over: jittered."""
    return reload_lock_s() + random.uniform(5, 15)


def pause_s(attempts: int) -> float:
    """Return the jittered, growing pause after an attempt that surely sent nothing."""
    ceiling = min(MAX_PAUSE_S, 2.0 ** min(attempts, 10))
    return random.uniform(ceiling / 2, ceiling)
