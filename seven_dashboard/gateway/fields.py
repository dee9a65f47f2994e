"""How arguments are spelled in a path, query or form of the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

_SEGMENT: Final = re.compile(r"\+?[A-Za-z0-9_-]{1,64}")


def segment(value: str | int) -> str:
    """Return an id as a part of a path, or raise ValueError.

    An id with dots or slashes would address something else.
    """
    spelled = str(value)
    if not _SEGMENT.fullmatch(spelled):
        raise ValueError("an id may hold letters, digits, - and _ only")
    return spelled.replace("+", "%2B")


def joined(values: Iterable[str]) -> str:
    """Return values as a comma list, or raise ValueError if there are none.

    A value with a comma would become two recipients.
    """
    items = list(values)
    if not items or any(not item.strip() or "," in item for item in items):
        raise ValueError("give at least one entry, each without a comma")
    return ",".join(items)


def indexed(name: str, values: Sequence[object] | None) -> dict[str, object]:
    """Return a list as `name[0]`, `name[1]`; an empty list as an empty `name`."""
    if values is None:
        return {}
    if not values:
        return {name: ""}
    return {f"{name}[{index}]": value for index, value in enumerate(values)}


def unix(at: datetime | None) -> int | None:
    """Return unix seconds, or raise ValueError for a time without a zone."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("the time needs a time zone")
    return int(at.timestamp())


def day(on: date | None) -> str | None:
    """Return YYYY-MM-DD."""
    return None if on is None else on.strftime("%Y-%m-%d")


def chosen(value: bool | None) -> str | None:
    """Return "true" or "false", as the filters of the gateway spell it."""
    return None if value is None else str(value).lower()
