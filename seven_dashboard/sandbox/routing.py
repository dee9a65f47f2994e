"""The table of operations: method and path to handler, scope and kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response

Operation = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """An operation with the scope a key needs for it.

    ``is_send`` marks the operations that fault plans aim at by default.
    """

    method: str
    path: str
    scope: str
    handler: Operation
    is_send: bool = False

    @property
    def kind(self) -> str:
        """Return which fault plans aim at it: send, lookup, read or write.

        Look-ups are GETs, too, but cost money.
        """
        if self.is_send:
            return "send"
        if self.scope == "lookup":
            return "lookup"
        return "read" if self.method == "GET" else "write"


_EXACT: dict[tuple[str, str], Route] = {}
_PATTERNS: list[tuple[str, re.Pattern[str], Route]] = []


def operation(
    method: str, path: str, *, scope: str, is_send: bool = False
) -> Callable[[Operation], Operation]:
    """Register a function as the handler of a method and path below ``/api``.

    ``{name}`` in the path takes one segment, handed over in ``Call.path_values``.
    """

    def register(handler: Operation) -> Operation:
        route = Route(method, path, scope, handler, is_send)
        if "{" in path:
            pattern = re.sub(r"\{[a-z_]+\}", "([^/]+)", path)
            _PATTERNS.append((method, re.compile(pattern), route))
        else:
            _EXACT[(method, path)] = route
        return handler

    return register


def find(method: str, path: str) -> tuple[Route | None, tuple[str, ...]]:
    """Return the route of a request and the values in its path."""
    route = _EXACT.get((method, path))
    if route is not None:
        return route, ()
    for wanted, pattern, route in _PATTERNS:
        if wanted == method and (match := pattern.fullmatch(path)):
            return route, match.groups()
    return None, ()


def operations() -> list[tuple[str, str]]:
    """Return method and path of every registered operation."""
    return [*_EXACT, *((route.method, route.path) for _, _, route in _PATTERNS)]
