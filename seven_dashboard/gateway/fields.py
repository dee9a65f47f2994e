"""How arguments are spelled in a path, query or form of the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.errors import InvalidArgument

_SEGMENT: Final = re.compile(r"\+?[A-Za-z0-9_-]{1,64}")


def segment(value: str | int) -> str:
    """Return an id as a part of a path, or raise InvalidArgument.

    An id with dots or slashes would address something else.
    """
    spelled = str(value)
    if not _SEGMENT.fullmatch(spelled):
        raise InvalidArgument(detail="an id may hold letters, digits, - and _ only")
    return spelled.replace("+", "%2B")


def joined(values: Iterable[str]) -> str:
    """Return values as a comma list, or raise InvalidArgument if there are none.

    A value with a comma would become two recipients.
    """
    items = list(values)
    if not items or any(not item.strip() or "," in item for item in items):
        raise InvalidArgument(detail="give at least one entry, each without a comma")
    return ",".join(items)


def indexed(name: str, values: Sequence[object] | None) -> dict[str, object]:
    """Return a list as `name[0]`, `name[1]`; an empty list as an empty `name`."""
    if values is None:
        return {}
    if not values:
        return {name: ""}
    return {f"{name}[{index}]": value for index, value in enumerate(values)}


def unix(at: datetime | None) -> int | None:
    """Return unix seconds, or raise InvalidArgument for a time without a zone."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidArgument(detail="the time needs a time zone")
    return int(at.timestamp())


def day(on: date | None) -> str | None:
    """Return YYYY-MM-DD."""
    return None if on is None else on.strftime("%Y-%m-%d")


def chosen(value: bool | None) -> str | None:
    """Return "true" or "false", as the filters of the gateway spell it."""
    return None if value is None else str(value).lower()


def encoded(values: Mapping[str, object]) -> str:
    """Return fields as a query or form; None is left out, secrets are revealed.

    Raises InvalidArgument for text with half of a character pair, which no encoding
    can carry.
    """
    pairs = [(name, _spelled(value)) for name, value in values.items()]
    try:
        return urlencode([(name, value) for name, value in pairs if value is not None])
    except UnicodeEncodeError:
        pass
    raise InvalidArgument(detail="the text holds a broken character")


def _spelled(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    return value.reveal() if isinstance(value, Secret) else str(value)
