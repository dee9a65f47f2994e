"""Lenient readings of what the gateway sends: one value at a time, never an error.

The gateway spells numbers as strings, booleans as 0, 1 or "true", and times as local
time without an offset. A value that makes no sense becomes None (or the field's
default): an odd extra must not cost us the id of a message that was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

# Recorded hook times would lie in the future if they were UTC.
GATEWAY_ZONE: Final = ZoneInfo("Europe/Berlin")

_TRUE: Final = frozenset({"true", "1", "yes", "on", "100"})
_FALSE: Final = frozenset({"false", "0", "no", "off", ""})
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}")
_UNIX: Final = re.compile(r"[0-9]{9,13}(\.[0-9]+)?")
_FRACTION: Final = re.compile(r"(\.[0-9]{6})[0-9]+")
# A "+" that was not escaped in a form or query arrives as a space.
_LOST_PLUS: Final = re.compile(r"(:[0-9.]+) ([0-9]{2}:?[0-9]{2})$")
# PostgreSQL takes neither; a broken emoji must not cost us the message around it.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_MAX_MONEY: Final = Decimal(10) ** 12


class JsonInvalid(ValueError):
    """Say that a text is not JSON we accept, without repeating it."""


def load_json(body: bytes) -> Any:
    """Return the value of a JSON text, with exact decimals, or raise JsonInvalid."""
    try:
        return _JSON.decode(body.decode())
    except (ValueError, RecursionError):
        pass
    raise JsonInvalid


def _exact(digits: str) -> Decimal:
    if len(digits) > 64:
        raise ValueError
    return Decimal(digits)


def _refuse_constant(name: str) -> Any:
    raise ValueError


# Made once: json.loads makes one for each text that it reads in a way of its own.
_JSON: Final = json.JSONDecoder(parse_float=_exact, parse_constant=_refuse_constant)


def text_or_none(value: object) -> str | None:
    """Return text that PostgreSQL can store; None for lists, objects and null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if value is None or isinstance(value, bool | list | dict):
        return None
    return str(value)


def text(value: object) -> str:
    """Return text, empty for null and for what is no text."""
    return text_or_none(value) or ""


def filled_text(value: object) -> str | None:
    """Return text, or None when it is empty: the gateway mixes both for "nothing"."""
    return text_or_none(value) or None


def whole_or_none(value: object) -> int | None:
    """Return a whole number out of 5, "5", 5.0 or "5.0"."""
    if isinstance(value, bool) or value is None:
        return None
    spelled = str(value).strip()
    if _WHOLE.fullmatch(spelled):
        return int(spelled)
    number = decimal_or_none(value)
    return int(number) if number is not None and number == int(number) else None


def whole(value: object) -> int:
    """Return a whole number, 0 for what is none."""
    return whole_or_none(value) or 0


def decimal_or_none(value: object) -> Decimal | None:
    """Return an exact decimal out of a number or its spelling; None if it is neither.

    Money is in EUR unless its field says otherwise.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _MAX_MONEY else None


def decimal(value: object) -> Decimal:
    """Return an exact decimal, 0 for what is none."""
    number = decimal_or_none(value)
    return Decimal(0) if number is None else number


def flag_or_none(value: object) -> bool | None:
    """Return a truth out of true, 1, "1", "true" or the success code "100"."""
    if isinstance(value, bool) or value is None:
        return value
    spelled = str(value).strip().lower()
    if spelled in _TRUE:
        return True
    return False if spelled in _FALSE else None


def flag(value: object) -> bool:
    """Return a truth, false for what is none."""
    return flag_or_none(value) or False


def moment_or_none(value: object) -> datetime | None:
    """Return an aware time out of an ISO or local time, or of unix seconds.

    A time without an offset is Europe/Berlin. Unix milliseconds are understood too.
    """
    spelled = str(value).strip() if isinstance(value, str | int | Decimal) else ""
    try:
        if _UNIX.fullmatch(spelled):
            return _from_unix(float(spelled))
        iso = _LOST_PLUS.sub(r"\1+\2", _FRACTION.sub(r"\1", spelled))
        parsed = datetime.fromisoformat(iso)
        if parsed.tzinfo is None:
            return parsed.replace(tzinfo=GATEWAY_ZONE)
        # An offset next to year 1 or 9999 cannot be turned into any other zone.
        parsed.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return parsed


def _from_unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def day_or_none(value: object) -> date | None:
    """Return the day of "YYYY-MM-DD", also when a time follows."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def texts(value: object) -> list[str]:
    """Return a list of texts out of a list, an object's values, or a single text."""
    if isinstance(value, Mapping):
        value = list(value.values())
    items = value if isinstance(value, list) else [value]
    return [item for item in map(filled_text, items) if item is not None]


def wholes(value: object) -> list[int]:
    """Return a list of whole numbers out of a list or a single one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in map(whole_or_none, items) if item is not None]


def section(value: object) -> Any:
    """Return an object, empty for what is none: PHP sends [] for an empty one."""
    return value if isinstance(value, Mapping | BaseModel) else {}


def section_or_none(value: object) -> Any:
    """Return an object, or None for what is none."""
    return value if isinstance(value, Mapping | BaseModel) else None


def sections(value: object) -> Any:
    """Return the objects of a list; what is no list has none."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping | BaseModel)]


def listed(value: object) -> Any:
    """Return the objects of a list, none for null; raise ValueError for what is none.

    For lists whose absence would count as proof that something is gone.
    """
    if value is not None and not isinstance(value, list):
        raise ValueError("no list")
    return sections(value)


Text = Annotated[str, BeforeValidator(text)]
TextOrNone = Annotated[str | None, BeforeValidator(filled_text)]
Whole = Annotated[int, BeforeValidator(whole)]
WholeOrNone = Annotated[int | None, BeforeValidator(whole_or_none)]
Money = Annotated[Decimal, BeforeValidator(decimal)]
MoneyOrNone = Annotated[Decimal | None, BeforeValidator(decimal_or_none)]
Flag = Annotated[bool, BeforeValidator(flag)]
FlagOrNone = Annotated[bool | None, BeforeValidator(flag_or_none)]
MomentOrNone = Annotated[datetime | None, BeforeValidator(moment_or_none)]
DayOrNone = Annotated[date | None, BeforeValidator(day_or_none)]
Texts = Annotated[list[str], BeforeValidator(texts)]
Wholes = Annotated[list[int], BeforeValidator(wholes)]
Section = BeforeValidator(section)
SectionOrNone = BeforeValidator(section_or_none)
Sections = BeforeValidator(sections)
Listed = BeforeValidator(listed)


class GatewayModel(BaseModel):
    """Base of everything read from the gateway: unknown keys are left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)
