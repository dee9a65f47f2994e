"""RCS messages and events (gateway.md 3.4)."""

from __future__ import annotations

import json

from seven_dashboard.sandbox.call import Call, missing
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.encoding import measure
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.params import text_of
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import FINAL_STATUSES, Message
from seven_dashboard.sandbox.resources.sms import envelope
from seven_dashboard.sandbox.routing import operation
from seven_dashboard.sandbox.sending import Draft, draft_sms, send_all, tag_error

_AGENT_CREATED_AT = 1_700_000_000
_EVENTS = frozenset({"IS_TYPING", "READ"})


@operation("POST", "/rcs/messages", scope="rcs", is_send=True)
def dispatch(call: Call) -> Response:
    """Send one RCS message; the price is charged on delivery."""
    recipients = call.texts("to")
    if not recipients:
        return call.code("301")
    if not call.text("text"):
        return call.code("305")
    # Agent names are longer than senders may be.
    agent = call.params.pop("from", None)
    refusal = tag_error(call)
    if refusal:
        return call.code(refusal)
    kind, fallback_text, fallback_from = _fallback(call)
    draft = draft_sms(call)
    draft.fallback = kind or None
    if kind == "sms" and not _has_rcs(call, recipients[0]):
        draft.text = fallback_text or draft.text
        draft.sender = fallback_from or draft.sender
        draft.measure = measure(draft.text)
    else:
        draft.channel = "RCS"
        draft.sender = text_of(agent) or call.account.profile.agent_id
    return json_response(_answer(call, draft, recipients[0]))


def _fallback(call: Call) -> tuple[str, str, str]:
    given = call.params.get("fallback")
    if isinstance(given, str) and given.lstrip().startswith("{"):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if isinstance(given, dict):
        kind = text_of(given.get("type")).lower()
        return kind, text_of(given.get("text")), text_of(given.get("from"))
    return text_of(given).lower(), "", ""


def _has_rcs(call: Call, recipient: str) -> bool:
    digits = normalize(recipient) or ""
    return call.reporter.fate(call.account, digits).has_rcs


def _answer(call: Call, draft: Draft, recipient: str) -> dict[str, object]:
    outcomes = send_all(call, draft, [recipient])
    answer = envelope(call, draft, outcomes)
    is_rcs = draft.channel == "RCS"
    if is_rcs:
        answer["total_price"] = None
    rows = answer["messages"]
    if not isinstance(rows, list):
        return answer
    answer["messages"] = [_with_channel(row, draft, is_rcs=is_rcs) for row in rows]
    return answer


def _with_channel(
    row: dict[str, object], draft: Draft, *, is_rcs: bool
) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in row.items():
        if name == "success":
            result |= {"channel": draft.channel, "fallback": draft.fallback}
        result[name] = value
    if is_rcs:
        result |= {"parts": 0, "price": 0}
    return result


@operation("DELETE", "/rcs/messages/{id}", scope="rcs")
def delete(call: Call) -> Response:
    """Revoke a message: before its delivery, and only without a fallback."""
    message = _find(call, call.path_values[0])
    if message is None:
        return missing("Message")
    is_over = message.status in FINAL_STATUSES
    if is_over or message.fallback or message.is_deleted:
        return json_response({"success": False})
    message.is_deleted = True
    call.world.store.put(message)
    return json_response({"success": True})


def _find(call: Call, text: str) -> Message | None:
    message = call.account.by_id.get(int(text)) if text.isdecimal() else None
    if message is None or message.channel != "RCS":
        return None
    return message


@operation("POST", "/rcs/events", scope="rcs")
def event(call: Call) -> Response:
    """Show the handset that we type, or that we read its message."""
    if call.text("event").upper() not in _EVENTS:
        return _event_refused("Unknown event")
    if not call.text("to") and not call.text("msg_id"):
        return _event_refused("to or msg_id is missing")
    return json_response({"success": True})


def _event_refused(why: str) -> Response:
    body = {"success": False, "error_code": 400, "error_message": why}
    return json_response(body, status=400)


@operation("GET", "/rcs/agents", scope="rcs")
def agents(call: Call) -> Response:
    """List the account's agents; newer than the specification."""
    return json_response(
        {
            "agents": [
                {
                    "id": call.account.profile.agent_id,
                    "display_name": call.account.profile.company or "Sandbox",
                    "status": "launched",
                    "logo_url": None,
                    "created": stamp(_AGENT_CREATED_AT),
                    "is_generic": False,
                }
            ]
        }
    )
