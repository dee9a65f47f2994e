"""POST /sms (also GET) and DELETE /sms (gateway.md 3.1)."""

from __future__ import annotations

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.encoding import MAX_SMS_CHARACTERS
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.recipients import expand
from seven_dashboard.sandbox.routing import operation
from seven_dashboard.sandbox.sending import (
    ERROR_TEXTS,
    Draft,
    Outcome,
    draft_sms,
    send_all,
    tag_error,
)

_DEBUG_ID = "1234567890"


@operation("GET", "/sms", scope="sms", is_send=True)
@operation("POST", "/sms", scope="sms", is_send=True)
def dispatch(call: Call) -> Response:
    """Send one text to every recipient named in ``to``."""
    refusal = _refusal(call)
    if refusal:
        return call.code(refusal)
    draft = draft_sms(call)
    if len(draft.text) > MAX_SMS_CHARACTERS:
        return call.code("401")
    outcomes = send_all(call, draft, expand(call.account, call.texts("to")))
    if not call.wants_json:
        return _as_text(call, draft, outcomes)
    success = overall(outcomes)
    is_bare = call.account.profile.refusal_shape == "bare"
    if is_bare and success not in ("100", "101"):
        return call.code(success)
    return json_response(envelope(call, draft, outcomes))


def _refusal(call: Call) -> str:
    if not call.texts("to"):
        return "301"
    if not call.text("text"):
        return "305"
    return tag_error(call)


def overall(outcomes: list[Outcome]) -> str:
    """Return the code of the whole: 100, 101 for some, the code itself for none."""
    failed = [outcome.code for outcome in outcomes if outcome.code]
    if not failed:
        return "100"
    return "101" if len(failed) < len(outcomes) else failed[0]


def envelope(call: Call, draft: Draft, outcomes: list[Outcome]) -> dict[str, object]:
    """Return the JSON answer of a send, with the recorded keys in their order."""
    return {
        "success": overall(outcomes),
        "total_price": round(sum(outcome.price for outcome in outcomes), 4),
        "balance": round(call.account.profile.balance, 3),
        "debug": "true" if draft.is_debug else "false",
        "sms_type": "direct",
        "messages": [_entry(draft, outcome) for outcome in outcomes],
    }


def _entry(draft: Draft, outcome: Outcome) -> dict[str, object]:
    message = outcome.message
    is_refused = bool(outcome.code)
    return {
        "id": str(message.id) if message else None,
        "sender": draft.sender,
        "recipient": outcome.recipient,
        "text": draft.text,
        "encoding": draft.measure.encoding,
        "label": draft.label,
        "parts": draft.measure.parts,
        "udh": draft.udh,
        "is_binary": draft.is_binary,
        "price": outcome.price,
        "success": not is_refused,
        "error": outcome.code or None,
        "error_text": ERROR_TEXTS.get(outcome.code) if is_refused else None,
    }


def _as_text(call: Call, draft: Draft, outcomes: list[Outcome]) -> Response:
    lines = [overall(outcomes)]
    if call.flag("return_msg_id"):
        ids = [str(outcome.message.id) for outcome in outcomes if outcome.message]
        lines.extend([_DEBUG_ID] if draft.is_debug else ids)
    if call.flag("details"):
        lines.extend(_details(call, draft, outcomes))
    return text_response("\n".join(lines))


def _details(call: Call, draft: Draft, outcomes: list[Outcome]) -> list[str]:
    price = round(sum(outcome.price for outcome in outcomes), 4)
    is_gsm = draft.measure.encoding == "gsm"
    return [
        f"Verbucht: {0 if draft.is_debug else sum(1 for o in outcomes if o.message)}",
        f"Preis: {price:g}",
        f"Guthaben: {call.account.profile.balance:g}",
        f"Text: {draft.text}",
        "SMS-Typ: direct",
        f"Flash SMS: {'true' if call.flag('flash') else 'false'}",
        f"Encoding: {draft.measure.encoding}",
        f"GSM0338: {'true' if is_gsm else 'false'}",
        f"Debug: {'true' if draft.is_debug else 'false'}",
    ]


@operation("DELETE", "/sms", scope="sms")
def delete(call: Call) -> Response:
    """Withdraw messages that have not left yet, and give their price back."""
    deleted: list[str] = []
    for text in call.texts("ids"):
        message = call.account.by_id.get(int(text)) if text.isdecimal() else None
        if message is None or message.is_deleted or message.channel != "SMS":
            continue
        if message.send_at <= call.world.now():
            continue
        message.is_deleted = True
        call.world.store.put(message)
        call.world.charge(call.account, -message.price)
        deleted.append(text)
    return json_response({"success": bool(deleted), "deleted": deleted or None})
