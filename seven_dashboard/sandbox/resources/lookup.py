"""Look-ups. One number answers an object, several an array (gateway.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.numbering import Facts, facts_of
from seven_dashboard.sandbox.records import Lookup
from seven_dashboard.sandbox.routing import operation

PRICES_EUR = {"format": 0.0, "rcs": 0.0, "cnam": 0.01, "mnp": 0.005, "hlr": 0.01}

_CAPABILITIES = [
    "ACTION_CREATE_CALENDAR_EVENT",
    "ACTION_DIAL",
    "ACTION_OPEN_URL",
    "ACTION_SHARE_LOCATION",
    "ACTION_VIEW_LOCATION",
    "RICHCARD_CAROUSEL",
    "RICHCARD_STANDALONE",
    "REVOCATION",
]
_SHORT_NAMES = {"Telekom": "d1", "Vodafone": "d2", "Telefonica": "o2"}

Row = dict[str, object]
Builder = Callable[[Call, str, Facts | None], Row]


def _format(call: Call, given: str, facts: Facts | None) -> Row:
    if facts is None:
        return {
            "success": False,
            "national": "",
            "international": "+",
            "international_formatted": "",
            "country_name": None,
            "country_code": False,
            "country_iso": None,
            "carrier": None,
            "network_type": None,
        }
    return {
        "success": True,
        "national": facts.national,
        "international": "+" + facts.digits,
        "international_formatted": facts.international,
        "country_name": facts.country.name,
        "country_code": facts.country.prefix,
        "country_iso": facts.country.iso,
        "carrier": facts.carrier,
        "network_type": facts.network_type,
    }


def _rcs(call: Call, given: str, facts: Facts | None) -> Row:
    has_rcs = (
        facts is not None and call.reporter.fate(call.account, facts.digits).has_rcs
    )
    capabilities = list(_CAPABILITIES) if has_rcs else []
    return {**_format(call, given, facts), "rcs_capabilities": capabilities}


def _cnam(call: Call, given: str, facts: Facts | None) -> Row:
    # A bad number answers the code alone, as an int; a good one everything as text.
    if facts is None:
        return {"code": 202}
    return {
        "success": "true",
        "code": "100",
        "number": "+" + facts.digits,
        "name": facts.country.name.upper(),
    }


def _mnp(call: Call, given: str, facts: Facts | None) -> Row:
    if facts is None:
        return {"success": False, "code": 202, "price": 0, "mnp": None}
    return {
        "success": True,
        "code": 100,
        "price": PRICES_EUR["mnp"],
        "mnp": {
            "country": facts.country.iso,
            "number": "+" + facts.digits,
            "national_format": facts.national,
            "international_formatted": facts.international,
            "network": facts.carrier,
            "mccmnc": facts.mccmnc,
            "isPorted": False,
            "network_type": facts.network_type,
        },
    }


def _hlr(call: Call, given: str, facts: Facts | None) -> Row:
    if facts is None:
        return _unknown_hlr()
    carrier = {
        "network_code": facts.mccmnc,
        "name": facts.carrier,
        "country": facts.country.iso,
        "network_type": facts.network_type,
    }
    reachable = call.reporter.fate(call.account, facts.digits).hlr_reachable
    return {
        "status": True,
        "status_message": "success",
        "lookup_outcome": True,
        "lookup_outcome_message": "success",
        "international_format_number": facts.digits,
        "international_formatted": facts.international,
        "national_format_number": facts.national,
        "country_code": facts.country.iso,
        "country_name": facts.country.name,
        "country_prefix": facts.country.prefix,
        "current_carrier": carrier,
        "original_carrier": dict(carrier),
        "valid_number": "not_valid" if reachable == "bad_number" else "valid",
        "reachable": reachable,
        "ported": "assumed_not_ported",
        "roaming": "not_roaming",
        "gsm_code": "0" if reachable == "reachable" else "1b",
        "gsm_message": "No error" if reachable == "reachable" else "Absent subscriber",
    }


def _unknown_hlr() -> Row:
    carrier = {"network_code": "", "name": "", "country": "", "network_type": ""}
    return {
        "status": True,
        "status_message": "error",
        "lookup_outcome": False,
        "lookup_outcome_message": "error",
        "international_format_number": "",
        "international_formatted": "",
        "national_format_number": "",
        "country_code": "",
        "country_name": None,
        "country_prefix": False,
        "current_carrier": carrier,
        "original_carrier": dict(carrier),
        "valid_number": "not_valid",
        "reachable": "bad_number",
        "ported": "unknown",
        "roaming": "not_roaming",
        "gsm_code": None,
        "gsm_message": "",
    }


_BUILDERS: dict[str, Builder] = {
    "format": _format,
    "rcs": _rcs,
    "cnam": _cnam,
    "mnp": _mnp,
    "hlr": _hlr,
}


def _answer(call: Call, kind: str) -> Response:
    numbers = call.texts("number")
    if not numbers:
        return call.code("301")
    price = PRICES_EUR[kind]
    if price * len(numbers) > call.account.profile.balance:
        return call.code("500")
    rows = [_look_up(call, kind, number, price=price) for number in numbers]
    if kind == "mnp" and not call.wants_json:
        return text_response("\n".join(_short_name(row) for row in rows))
    return json_response(rows[0] if len(rows) == 1 else rows)


def _look_up(call: Call, kind: str, number: str, *, price: float) -> Row:
    facts = facts_of(number)
    if facts is not None:
        record = Lookup(
            id=call.world.next_serial(),
            account_id=call.account.id,
            kind=kind,
            number=facts.digits,
            price=price,
            at=call.world.now(),
        )
        call.account.lookups.append(record)
        call.world.store.put(record)
        call.world.charge(call.account, price)
    return _BUILDERS[kind](call, number, facts)


def _short_name(row: Row) -> str:
    mnp = row["mnp"]
    if not isinstance(mnp, dict):
        return "N/A"
    if mnp["country"] != "DE":
        return "int"
    head = str(mnp["network"]).split()[0]
    return _SHORT_NAMES.get(head, "N/A")


def _register(kind: str) -> None:
    for method in ("GET", "POST"):
        operation(method, f"/lookup/{kind}", scope="lookup")(
            lambda call: _answer(call, kind)
        )


for _kind in _BUILDERS:
    _register(_kind)


@operation("GET", "/lookup", scope="lookup")
@operation("POST", "/lookup", scope="lookup")
def lookup(call: Call) -> Response:
    """Answer the old form ``/lookup?type=…``."""
    kind = call.text("type")
    if kind not in _BUILDERS:
        return call.code("400" if kind else "304")
    return _answer(call, kind)
