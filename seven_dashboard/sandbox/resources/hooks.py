"""Hooks: who hears of events. The list's shape is top-level (gateway.md 3.8)."""

from __future__ import annotations

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.outbound import read_target
from seven_dashboard.sandbox.records import Hook
from seven_dashboard.sandbox.routing import operation

EVENT_TYPES = frozenset(
    {
        "all",
        "rcs",
        "sms_mo",
        "dlr",
        "voice_call",
        "voice_status",
        "voice_dtmf",
        "tracking",
    }
)
REQUEST_METHODS = frozenset({"GET", "JSON", "POST"})
DEFAULT_METHOD = "POST"


def _hook_json(hook: Hook) -> dict[str, object]:
    return {
        "id": str(hook.id),
        "target_url": hook.target_url,
        "headers": hook.headers,
        "event_type": hook.event_type,
        "event_filter": hook.event_filter,
        "request_method": hook.request_method,
        "enabled": hook.is_enabled,
        "created": stamp(hook.created_at),
    }


def _refused(why: str) -> Response:
    return json_response({"success": False, "code": None, "error_message": why})


@operation("GET", "/hooks", scope="hooks")
def read(call: Call) -> Response:
    """List the hooks; the old ``action`` may come by GET too."""
    if call.text("action") in ("subscribe", "unsubscribe"):
        return create(call)
    hooks = [_hook_json(hook) for hook in call.account.hooks.values()]
    return json_response({"success": True, "code": None, "hooks": hooks})


@operation("POST", "/hooks", scope="hooks")
def create(call: Call) -> Response:
    """Add a hook; the old ``action`` chooses something else."""
    action = call.text("action")
    if action == "unsubscribe":
        return delete(call)
    if action == "read":
        return read(call)
    why = _flaw(call)
    if why:
        return _refused(why)
    hook = Hook(
        id=call.world.next_serial(),
        account_id=call.account.id,
        target_url=call.text("target_url"),
        event_type=call.text("event_type"),
        event_filter=call.text("event_filter") or None,
        request_method=call.text("request_method").upper() or DEFAULT_METHOD,
        headers=call.text("headers"),
        created_at=call.world.now(),
    )
    call.account.hooks[hook.id] = hook
    call.world.store.put(hook)
    return json_response({"success": True, "code": None, "id": hook.id})


def _flaw(call: Call) -> str:
    if read_target(call.text("target_url")) is None:
        return "Invalid URL"
    if call.text("event_type") not in EVENT_TYPES:
        return "Invalid event type"
    method = call.text("request_method").upper() or DEFAULT_METHOD
    return "" if method in REQUEST_METHODS else "Invalid request method"


@operation("DELETE", "/hooks", scope="hooks")
def delete(call: Call) -> Response:
    """Remove a hook; its id comes in the query, a form or a JSON body."""
    hook = call.account.hooks.pop(call.number("id", default=0), None)
    if hook is None:
        return _refused("Hook not found")
    call.world.store.delete(hook)
    return json_response({"success": True, "code": None})
