"""Keys that somebody presses during a call, and the events of them."""

from __future__ import annotations

from functools import partial

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.params import Params, text_of
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import VoiceCall
from seven_dashboard.sandbox.reports import Reporter

PRICE_PER_MINUTE_EUR = 0.045


def data(
    *, call_id: int, caller: str, recipient: str, system: str, key: str, at: int
) -> dict[str, object]:
    """Return the data of an event; ``system`` is the account's own number."""
    return {
        "id": call_id,
        "status": "in-progress",
        "callerId": caller,
        "recipient": recipient,
        "duration": 3,
        "pricePerMinute": PRICE_PER_MINUTE_EUR,
        "timestamp": at,
        "dtmf_digit": int(key) if key.isdecimal() else key,
        "system": system,
        "total_price": PRICE_PER_MINUTE_EUR,
    }


def press(reporter: Reporter, account: Account, call: VoiceCall, key: str) -> int:
    """Let the called person press a key; return how many hooks hear of it."""
    told = data(
        call_id=call.id,
        caller=call.sender,
        recipient=call.recipient,
        system=call.sender,
        key=key,
        at=int(reporter.world.now()),
    )
    told["duration"] = int(reporter.world.now() - (call.answered_at or call.created_at))
    if call.foreign_id:
        told["foreign_id"] = call.foreign_id
    started = reporter.webhooks.emit(account, "voice_dtmf", told, subject=call.sender)
    reporter.committer.soon()
    return len(started)


def press_as_fated(
    reporter: Reporter, account: Account, call: VoiceCall, *, lasts_s: float
) -> None:
    """Let the called person press the keys of the number's fate, one by one."""
    wanted = reporter.fate(account, call.recipient).keys
    for place, key in enumerate(wanted, start=1):
        at = reporter.world.now() + lasts_s * place / (len(wanted) + 1)
        reporter.schedule.at(at, partial(_press, reporter, account, call, key))


def _press(reporter: Reporter, account: Account, call: VoiceCall, key: str) -> None:
    press(reporter, account, call, key)


def press_now(
    reporter: Reporter, account: Account, params: Params
) -> dict[str, object]:
    """Let the person of the latest call to ``to`` press ``digit``."""
    number = normalize(text_of(params.get("to")))
    key = text_of(params.get("digit"))
    calls = reversed(account.calls.values())
    call = next((call for call in calls if call.recipient == number), None)
    if call is None or not key:
        raise ValueError("to is nobody who was called, or digit is missing")
    return {"id": call.id, "deliveries": press(reporter, account, call, key)}
