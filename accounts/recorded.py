"""How a value that the audit trail keeps is written for whoever reads it.

Entries keep plain facts: codes as the code names them, numbers and moments as JSON has
them. Here alone they become words, in the reader's language, form and zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from accounts import actions, countries, scopes, zones
from seven_dashboard.formatting import (
    amount_text,
    day_text,
    number_text,
    phone_parts,
    to_decimal,
)
from seven_dashboard.gateway.codes import CODES

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.+")
_NUMBER = re.compile(r"\+\d{7,15}")
# Nouns whose things are named by the id of their row alone.
_NAMELESS: Final = frozenset({"event", "message"})


def written(field: str, value: object) -> str | None:
    """Return what a value is for the reader; None says that there is none."""
    if isinstance(value, str | bool) and (word := actions.value_word(field, value)):
        return word
    if value in (None, "", [], {}):
        return None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if writer := _WRITERS.get(field):
        return writer(value)
    if isinstance(value, list):
        return _joined(field, value)
    return _plain(value)


def subject(action: str, named: str) -> str:
    """Return the name of what an entry is about; the id of a row says nothing."""
    noun = action.partition(".")[0]
    if noun in _NAMELESS and named.isdecimal():
        return ""
    if noun == "lookup_price":
        return actions.value_word("kinds", named) or named
    if action.endswith("_country_limit"):
        return countries.name_of(named)
    return _plain(named)


def _plain(value: object) -> str:
    """Write what looks like nothing but a number, a day, a moment or a phone number."""
    if isinstance(value, int | float):
        return _decimal(value)
    text = str(value)
    if _MOMENT.fullmatch(text):
        return _moment(text)
    if _DAY.fullmatch(text):
        return day_text(text)
    return phone_parts(text)[0] if _NUMBER.fullmatch(text) else text


def _joined(field: str, values: list[object]) -> str:
    return ", ".join(text for one in values if (text := written(field, one)))


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = localtime(moment) if is_aware(moment) else moment
    return date_format(local, "DATETIME_FORMAT")


def _decimal(value: object) -> str:
    """Return a number with the decimals that it has."""
    number = to_decimal(value)
    if number is None:
        return str(value)
    exponent = number.normalize().as_tuple().exponent
    return number_text(number, decimals=max(0, -int(exponent)))


def _amount(value: object) -> str:
    return amount_text(str(value)) or str(value)


def _phones(value: object) -> str:
    given = value if isinstance(value, list) else str(value).split(", ")
    return ", ".join(phone_parts(str(one))[0] for one in given)


def _weekdays(value: object) -> str:
    mask = value if isinstance(value, int) else 0
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in range(7) if mask >> day & 1)


def _columns(value: object) -> str:
    """Name the columns of a table; those of own fields by their slug, as elsewhere."""
    names = str(value).split(", ")
    return ", ".join(actions.column_name(name) for name in names if name)


def _reason(value: object) -> str:
    """Return the sentence of a code; one of ours was kept in English."""
    text = str(value)
    if text.isdecimal() and int(text) in CODES:
        return _(CODES[int(text)].sentence)
    return _(text)


def _uses(value: object) -> str:
    granted = value if isinstance(value, list) else str(value).split()
    return ", ".join(str(c.use.label) for c in scopes.covered(granted) if c.is_covered)


_Writer = Callable[[object], str]
_AMOUNTS: Final = (
    "amount",
    "balance",
    "balance_below",
    "cap",
    "confirm_above_eur",
    "cost",
    "cost_agreed",
    "limit_per_day",
    "per_campaign",
    "per_day",
    "price",
    "subaccount_balance",
    "threshold",
)
_WRITERS: Final[dict[str, _Writer]] = {
    **dict.fromkeys(_AMOUNTS, _amount),
    **dict.fromkeys(("forward_sms", "home_phone", "phone", "to"), _phones),
    # Names, though they may look like numbers.
    **dict.fromkeys(("account", "code", "id", "subaccount"), str),
    "columns": _columns,
    "country": lambda value: countries.name_of(str(value)),
    "hours_end": lambda value: str(value)[:5],
    "hours_start": lambda value: str(value)[:5],
    "rate_per_s": _decimal,
    "reason": _reason,
    "scopes": _uses,
    "time_zone": lambda value: zones.name_of(str(value)),
    "weekdays": _weekdays,
}
