"""The life of a voice call: ringing, in progress, over; and the events of it."""

from __future__ import annotations

from seven_dashboard.sandbox import keys
from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.keys import PRICE_PER_MINUTE_EUR
from seven_dashboard.sandbox.records import VoiceCall
from seven_dashboard.sandbox.reports import Reporter

IN_PROGRESS = "in-progress"
_FINAL = frozenset({"completed", "failed", "no-answer"})
_RING_SHARE = 0.4


def start(reporter: Reporter, account: Account, call: VoiceCall) -> None:
    """Let a call ring, and be answered or not, as the number's fate wants."""
    wait_s = reporter.delay_s(account, call.id)
    answered_at = call.created_at + wait_s * _RING_SHARE
    if call.answered_at is None:
        reporter.schedule.at(answered_at, lambda: _pick_up(reporter, account, call))
    else:
        reporter.schedule.at(
            call.answered_at + wait_s, lambda: _complete(reporter, account, call)
        )


def resume(reporter: Reporter) -> None:
    """Go on with the calls that a restart interrupted."""
    for account in reporter.world.accounts.values():
        for call in account.calls.values():
            if call.status not in _FINAL:
                start(reporter, account, call)


def hang_up(reporter: Reporter, account: Account, call: VoiceCall) -> bool:
    """End a call; False unless it is in progress."""
    if call.status != IN_PROGRESS:
        return False
    _complete(reporter, account, call)
    return True


def _pick_up(reporter: Reporter, account: Account, call: VoiceCall) -> None:
    wanted = reporter.fate(account, call.recipient).call_status
    if account.calls.get(call.id) is not call or not wanted:
        return
    if wanted == "completed":
        call.answered_at = reporter.world.now()
        _become(reporter, account, call, IN_PROGRESS)
        lasts_s = reporter.delay_s(account, call.id)
        keys.press_as_fated(reporter, account, call, lasts_s=lasts_s)
        start(reporter, account, call)
        return
    # Nobody pays for a call that nobody answered.
    reporter.world.charge(account, -call.price)
    call.price = 0.0
    if wanted == "failed":
        call.error = f"Account not authorized to call +{call.recipient}."
    _become(reporter, account, call, wanted)


def _complete(reporter: Reporter, account: Account, call: VoiceCall) -> None:
    if call.status in _FINAL or account.calls.get(call.id) is not call:
        return
    spoken_s = reporter.world.now() - (call.answered_at or reporter.world.now())
    call.duration_s = max(1, round(spoken_s))
    _become(reporter, account, call, "completed")


def _become(reporter: Reporter, account: Account, call: VoiceCall, status: str) -> None:
    call.status = status
    reporter.world.store.put(call)
    data: dict[str, object] = {
        "id": str(call.id),
        "status": status,
        "callerId": call.sender,
        "recipient": call.recipient,
        "duration": str(call.duration_s or 0),
        "pricePerMinute": PRICE_PER_MINUTE_EUR,
        "timestamp": int(reporter.world.now()),
    }
    if call.foreign_id:
        data["foreign_id"] = call.foreign_id
    reporter.webhooks.emit(account, "voice_status", data, subject=call.sender)
    reporter.committer.soon()
