"""GET /balance, GET /pricing and GET /analytics/… (gateway.md 3.11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import day_of, read_day
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.pricing import country_of, price_csv, price_list
from seven_dashboard.sandbox.routing import operation
from seven_dashboard.sandbox.usage import Event, events_of

_DEFAULT_DAYS = 30
_COUNTED = ("sms", "rcs", "voice", "hlr", "mnp", "inbound")


@operation("GET", "/balance", scope="balance")
def balance(call: Call) -> Response:
    """Answer the credit: an object as JSON, a bare number as text."""
    amount = round(call.account.profile.balance, 3)
    if call.wants_json:
        return json_response({"amount": amount, "currency": "EUR"})
    return text_response(f"{amount:.3f}".rstrip("0").rstrip("."))


@operation("GET", "/pricing", scope="pricing")
def pricing(call: Call) -> Response:
    """Answer the price list as JSON, or as CSV with ``format=csv``."""
    country = call.text("country")
    if call.text("format").lower() == "csv":
        return text_response(price_csv(country))
    return json_response(price_list(country))


@operation("GET", "/analytics/date", scope="analytics")
def by_date(call: Call) -> Response:
    """Answer one row a day, days without traffic included, both ends included."""
    first, last = _span(call)
    rows = _sums(call, "date", lambda event, _: event.day.isoformat())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return json_response(
        [
            rows.get(day.isoformat()) or _empty("date", day.isoformat())
            for day in reversed(days)
        ]
    )


@operation("GET", "/analytics/country", scope="analytics")
def by_country(call: Call) -> Response:
    """Answer one row per country."""

    def country(event: Event, _: Account) -> str:
        found = country_of(event.number)
        return found.iso if found else ""

    return json_response(list(_sums(call, "country", country).values()))


@operation("GET", "/analytics/label", scope="analytics")
def by_label(call: Call) -> Response:
    """Answer one row per label; the unlabelled come under an empty one."""
    rows = _sums(call, "label", lambda event, _: event.label or "")
    return json_response(list(rows.values()))


@operation("GET", "/analytics/subaccount", scope="analytics")
def by_subaccount(call: Call) -> Response:
    """Answer one row per account."""
    rows = _sums(
        call, "account", lambda _, account: account.profile.company or account.id
    )
    return json_response(list(rows.values()))


_GROUPINGS = {
    "date": by_date,
    "country": by_country,
    "label": by_label,
    "subaccount": by_subaccount,
}


@operation("GET", "/analytics", scope="analytics")
def analytics(call: Call) -> Response:
    """Answer the old form ``/analytics?group_by=…``."""
    return _GROUPINGS.get(call.text("group_by"), by_date)(call)


def _span(call: Call) -> tuple[date, date]:
    last = read_day(call.text("end")) or day_of(call.world.now())
    first = read_day(call.text("start")) or last - timedelta(days=_DEFAULT_DAYS)
    return min(first, last), last


def _empty(key: str, value: str) -> dict[str, object]:
    return {key: value, **dict.fromkeys(_COUNTED, 0), "usage_eur": 0}


def _accounts(call: Call) -> list[Account]:
    wanted = call.text("subaccounts")
    subaccounts = call.world.subaccounts_of(call.account)
    if wanted in ("", "only_main", "undefined"):
        return [call.account]
    if wanted == "all":
        return [call.account, *subaccounts]
    return [other for other in subaccounts if other.id == wanted]


def _sums(
    call: Call, key: str, group: Callable[[Event, Account], str]
) -> dict[str, dict[str, object]]:
    first, last = _span(call)
    label = call.text("label") if "label" in call.params else "all"
    counts: dict[str, dict[str, int]] = {}
    money: dict[str, float] = {}
    for account in _accounts(call):
        for event in events_of(account, first=first, last=last):
            if label not in ("all", "undefined") and (event.label or "") != label:
                continue
            name = group(event, account)
            row = counts.setdefault(name, dict.fromkeys(_COUNTED, 0))
            row[event.kind] += 1
            money[name] = money.get(name, 0.0) + event.price
    return {
        name: {key: name, **row, "usage_eur": round(money[name], 4)}
        for name, row in counts.items()
    }
