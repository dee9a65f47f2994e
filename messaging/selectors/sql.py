"""Django's queries as parts of larger statements with named parameters."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_PLACES = re.compile(r"%%|%s")


class Sql(NamedTuple):
    """A statement, or part of one, with named parameters."""

    text: str
    params: dict[str, Any]


def named(rows: Any, *, prefix: str = "asked") -> Sql:
    """Return a query with its values under names, to be part of a larger one.

    Several in one statement need a prefix each.
    """
    text, values = rows.query.sql_with_params()
    params = {f"{prefix}{at}": value for at, value in enumerate(values)}
    names = iter(params)

    def name(found: re.Match[str]) -> str:
        return "%%" if found[0] == "%%" else f"%({next(names)})s"

    return Sql(_PLACES.sub(name, text), params)
