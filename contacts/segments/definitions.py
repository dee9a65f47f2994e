"""The shape of a segment's definition: conditions under "all" or "any", two deep.

``{"match": "all", "conditions": [{"field", "op", "value"}, {"match": "any", ...}]}``.
Nothing is known here of fields; a shape that is none is refused as a whole, because
what is left of it would say something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ALL, ANY = "all", "any"
MATCHES = (ALL, ANY)
MAX_DEPTH = 2
MAX_CONDITIONS = 20
MAX_NAME = 100


class Malformed(ValueError):
    """The definition is not one: wrong types, too deep, too many conditions."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line: a field, an operator and what stands behind it, not yet checked.

    ``path`` is its place, "0" or "2.1"; forms and complaints name it by that.
    """

    path: str
    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions of which all, or any, have to hold."""

    path: str
    match: str
    children: tuple[Branch | Condition, ...]


def parse(raw: object) -> Branch:
    """Return the definition as a tree; raises Malformed."""
    root = _branch(raw, path="", depth=1)
    if sum(1 for _ in conditions(root)) > MAX_CONDITIONS:
        raise Malformed("too many conditions")
    return root


def conditions(branch: Branch) -> Iterator[Condition]:
    """Yield every condition, as they are read."""
    for child in branch.children:
        if isinstance(child, Condition):
            yield child
        else:
            yield from conditions(child)


def _branch(raw: object, *, path: str, depth: int) -> Branch:
    if depth > MAX_DEPTH:
        raise Malformed("too deep")
    if not isinstance(raw, dict) or raw.get("match") not in MATCHES:
        raise Malformed("no match")
    rows = raw.get("conditions")
    if not isinstance(rows, list) or len(rows) > MAX_CONDITIONS:
        raise Malformed("no list of conditions")
    children = tuple(
        _child(row, path=f"{path}.{at}" if path else str(at), depth=depth)
        for at, row in enumerate(rows)
    )
    return Branch(path, raw["match"], children)


def _child(raw: object, *, path: str, depth: int) -> Branch | Condition:
    if isinstance(raw, dict) and "match" in raw:
        return _branch(raw, path=path, depth=depth + 1)
    if not isinstance(raw, dict):
        raise Malformed("no condition")
    return Condition(
        path, _name(raw.get("field")), _name(raw.get("op")), raw.get("value")
    )


def _name(raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_NAME:
        raise Malformed("no name")
    return raw
