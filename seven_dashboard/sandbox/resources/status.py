"""GET /status: the state of messages of the last thirty days (gateway.md 3.2)."""

from __future__ import annotations

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import stamp_ms
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.records import Message
from seven_dashboard.sandbox.routing import operation

_MAX_AGE_S = 30 * 86_400


@operation("GET", "/status", scope="status")
def status(call: Call) -> Response:
    """Answer rows as JSON, or two lines for one id as text; 600 for an unknown id."""
    wanted = call.texts("msg_id")
    found = [message for text in wanted if (message := _find(call, text))]
    if wanted and not found:
        return call.code("600")
    if call.wants_json:
        return json_response([_row(message) for message in found])
    return text_response("\n".join(_lines(message) for message in found))


def _find(call: Call, text: str) -> Message | None:
    message = call.account.by_id.get(int(text)) if text.isdecimal() else None
    if message is None or message.is_deleted:
        return None
    if call.world.now() - message.created_at > _MAX_AGE_S:
        return None
    return message


def _row(message: Message) -> dict[str, object]:
    return {
        "id": str(message.id),
        "status": message.status,
        "status_time": stamp_ms(message.status_at) if message.status_at else None,
    }


def _lines(message: Message) -> str:
    at = stamp_ms(message.status_at) if message.status_at else ""
    return f"{message.status or ''}\n{at}".strip()
