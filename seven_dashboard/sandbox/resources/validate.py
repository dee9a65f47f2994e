"""POST /validate_for_voice: verify a number as a caller (gateway.md 3.3)."""

from __future__ import annotations

import secrets

import phonenumbers

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import CallerId
from seven_dashboard.sandbox.reports import Reporter
from seven_dashboard.sandbox.routing import operation

_INVALID = "Reception number invalid"


@operation("GET", "/validate_for_voice", scope="validate_for_voice")
@operation("POST", "/validate_for_voice", scope="validate_for_voice")
def validate(call: Call) -> Response:
    """Start a verification; the handset answers after the usual delay.

    The answer is always JSON. Whether the handset types the code is its fate's matter.
    """
    given = call.text("number")
    digits = normalize(given)
    if digits is None:
        return json_response(
            {
                "id": None,
                "sender": given,
                "formatted_output": None,
                "success": False,
                "error": _INVALID,
                "voice": False,
            }
        )
    known = call.account.caller_ids.get(digits)
    if known is not None and known.is_valid:
        return json_response(_result(known, "The sender ID is already saved."))
    caller = CallerId(
        id=digits,
        account_id=call.account.id,
        serial=call.world.next_serial(),
        code=f"{secrets.randbelow(1_000_000):06d}",
        callback=call.text("callback"),
    )
    call.account.caller_ids[digits] = caller
    call.world.store.put(caller)
    due = call.world.now() + call.reporter.delay_s(call.account, caller.serial)
    reporter, account = call.reporter, call.account
    reporter.schedule.at(due, lambda: _typed(reporter, account, caller))
    return json_response({"success": True, "code": caller.code, "error": None})


def _result(caller: CallerId, error: str | None) -> dict[str, object]:
    parsed = phonenumbers.parse("+" + caller.id)
    shown = phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return {
        "id": caller.serial,
        "sender": caller.id,
        "formatted_output": shown,
        "success": caller.is_valid,
        "error": error,
        "voice": caller.is_valid,
    }


def _typed(reporter: Reporter, account: Account, caller: CallerId) -> None:
    caller.is_valid = reporter.fate(account, caller.id).call_status == "completed"
    reporter.world.store.put(caller)
    reporter.committer.soon()
    if not caller.callback:
        return
    error = None if caller.is_valid else "The code was not entered."
    result = _result(caller, error)
    result["success"] = 1 if caller.is_valid else 0
    reporter.webhooks.call_back(caller.callback, result)
