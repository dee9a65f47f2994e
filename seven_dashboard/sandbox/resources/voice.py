"""Voice calls and verified caller numbers (gateway.md 3.3)."""

from __future__ import annotations

from seven_dashboard.sandbox import calls
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.encoding import MAX_VOICE_CHARACTERS
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.inbox import DEFAULT_SYSTEM
from seven_dashboard.sandbox.keys import PRICE_PER_MINUTE_EUR
from seven_dashboard.sandbox.recipients import expand, normalize
from seven_dashboard.sandbox.records import VoiceCall
from seven_dashboard.sandbox.routing import operation
from seven_dashboard.sandbox.sending import ERROR_TEXTS, tag_error

_DEBUG_ID = 123456789
_MAX_SENDER = 16


@operation("POST", "/voice", scope="voice", is_send=True)
@operation("GET", "/voice", scope="voice", is_send=True)
def dispatch(call: Call) -> Response:
    """Call every recipient and read the text to them."""
    refusal = _refusal(call)
    if refusal:
        return _bare(call, refusal)
    is_debug = call.account.profile.is_debug or call.flag("debug")
    entries = expand(call.account, call.texts("to"))
    rows = [_row(call, entry, is_debug=is_debug) for entry in entries]
    failed = [str(row["error"]) for row in rows if row["error"]]
    success = "100" if not failed else failed[0] if len(failed) == len(rows) else "101"
    total = 0 if is_debug else round(sum(float(str(r["price"])) for r in rows), 4)
    if call.wants_json:
        return json_response(
            {
                "success": success,
                "total_price": total,
                "balance": round(call.account.profile.balance, 3),
                "debug": is_debug,
                "messages": rows,
            }
        )
    first = _DEBUG_ID if is_debug else rows[0]["id"] or ""
    return text_response(f"{success}\n{first}\n{total:g}")


def _refusal(call: Call) -> str:
    if not call.texts("to"):
        return "301"
    if not call.text("text"):
        return "305"
    if len(call.text("text")) > MAX_VOICE_CHARACTERS:
        return "401"
    if len(call.text("from")) > _MAX_SENDER:
        return "201"
    ringtime = call.text("ringtime")
    if ringtime and not 5 <= call.number("ringtime", default=0) <= 60:
        return "308"
    return tag_error(call)


def _bare(call: Call, code: str) -> Response:
    """Answer a refusal; the text form keeps its three lines (gateway.md 3.3)."""
    if call.wants_json:
        return call.code(code)
    return text_response(f"{code}\n\n{PRICE_PER_MINUTE_EUR:g}")


def _row(call: Call, entry: str, *, is_debug: bool) -> dict[str, object]:
    digits = normalize(entry)
    code = "202" if digits is None else call.reporter.fate(call.account, digits).code
    if not code and call.account.profile.balance < PRICE_PER_MINUTE_EUR:
        code = "500"
    made = None
    if not code and not is_debug:
        made = _dial(call, digits or "")
    return {
        "id": made.id if made else None,
        "sender": call.text("from") or DEFAULT_SYSTEM,
        "recipient": digits or entry,
        "text": call.text("text"),
        "price": made.price if made else 0,
        "success": not code,
        "error": code or None,
        "error_text": ERROR_TEXTS.get(code) if code else None,
    }


def _dial(call: Call, digits: str) -> VoiceCall:
    text = call.text("text")
    made = VoiceCall(
        id=call.world.next_serial(),
        account_id=call.account.id,
        sender=call.text("from").lstrip("+") or DEFAULT_SYSTEM,
        recipient=digits,
        text=text,
        is_xml=text.lstrip().startswith("<"),
        price=PRICE_PER_MINUTE_EUR,
        created_at=call.world.now(),
        foreign_id=call.text("foreign_id") or None,
    )
    call.account.calls[made.id] = made
    call.world.store.put(made)
    call.world.charge(call.account, made.price)
    calls.start(call.reporter, call.account, made)
    return made


@operation("POST", "/voice/{call_id}/hangup", scope="voice")
def hangup(call: Call) -> Response:
    """End a call that is in progress."""
    text = call.path_values[0]
    made = call.account.calls.get(int(text)) if text.isdecimal() else None
    if made is None:
        return json_response({"success": False, "error": "Call not found"})
    if not calls.hang_up(call.reporter, call.account, made):
        return json_response({"success": False, "error": "Call is not in progress"})
    return json_response({"success": True, "error": None})
