"""What came of a campaign, as plain figures: worked out once, kept as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Any, Final

from pydantic import TypeAdapter

from messaging.states import AT_GATEWAY, MessageState

# Another shape of the figures gets another number: kept ones are worked out again.
VERSION: Final = 2
# Upper ends of the bars of a distribution, in seconds; the last bar has none.
DELIVERY_BOUNDS_S: Final = (2, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 21_600, 86_400)
CALL_BOUNDS_S: Final = (5, 10, 20, 30, 60, 120, 300)
# How many lines of networks, prices and links are kept.
MOST_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Messages that have something in common: a country, a network, a price.

    ``sent`` were taken by the gateway, ``failed`` of them were not delivered or
    expired; ``refused`` were not taken. ``cost`` is EUR.
    """

    key: str
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    refused: int = 0
    parts: int = 0
    cost: Decimal = Decimal(0)

    def __add__(self, other: Line) -> Line:
        return Line(
            self.key,
            self.sent + other.sent,
            self.delivered + other.delivered,
            self.failed + other.failed,
            self.refused + other.refused,
            self.parts + other.parts,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Messages that did not arrive for the same reason.

    ``word`` is the gateway's own for a report of a message that was not delivered.
    """

    state: str
    code: int | None
    skip_reason: str
    messages: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: seconds, and messages in each bar of a chart."""

    count: int = 0
    total_s: float = 0
    median_s: float | None = None
    p90_s: float | None = None
    bars: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    clicks: int
    people: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Calls in which the same key counts; "" is none with a meaning."""

    key: str
    people: int


@dataclass(frozen=True, slots=True)
class Responses:
    """What people did; ``people_…`` counts each recipient once."""

    replies: int = 0
    people_replied: int = 0
    opt_outs: int = 0
    clicks: int = 0
    people_clicked: int = 0
    views: int = 0
    people_viewed: int = 0
    people_read: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the report of a campaign shows."""

    states: dict[str, int] = field(default_factory=dict)
    countries: list[Line] = field(default_factory=list)
    networks: list[Line] = field(default_factory=list)
    prices: list[Line] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    delivery: Spread = field(default_factory=Spread)
    calls: Spread = field(default_factory=Spread)
    responses: Responses = field(default_factory=Responses)
    links: list[Link] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    # What was looked at; other marks mean that the figures are old.
    marks: list[str] = field(default_factory=list)

    def of(self, *states: str) -> int:
        """Return how many messages are in any of these states."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.countries), Decimal(0))

    @property
    def parts(self) -> int:
        return sum(line.parts for line in self.countries)


_ADAPTER: Final = TypeAdapter(Figures)


def to_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON can hold them; amounts are text."""
    written: dict[str, Any] = _ADAPTER.dump_python(figures, mode="json")
    return written


def from_json(kept: dict[str, Any]) -> Figures:
    """Return figures that were kept."""
    return _ADAPTER.validate_python(kept)


def line(
    key: str, state: str, *, messages: int, parts: int = 0, cost: Decimal = Decimal(0)
) -> Line:
    """Return the line of messages in one state."""
    return Line(
        key,
        sent=messages if state in AT_GATEWAY else 0,
        delivered=messages if state == MessageState.DELIVERED else 0,
        failed=messages
        if state in (MessageState.UNDELIVERED, MessageState.EXPIRED)
        else 0,
        refused=messages if state == MessageState.REFUSED else 0,
        parts=parts if state in AT_GATEWAY else 0,
        cost=cost,
    )


def summed(lines: Iterable[Line]) -> list[Line]:
    """Return one line for each key, the most messages first."""
    found: dict[str, Line] = {}
    for one in lines:
        found[one.key] = found[one.key] + one if one.key in found else one
    used = [one for one in found.values() if one.sent or one.refused or one.cost]
    return sorted(used, key=lambda one: (-one.sent, -one.refused, one.key))


def spread(counts: Sequence[tuple[float, int]], bounds: Sequence[int]) -> Spread:
    """Return the spread of values in seconds, each with how often it was seen."""
    ordered = sorted((float(seconds), n) for seconds, n in counts)
    total = sum(n for _seconds, n in ordered)
    if not total:
        return Spread()
    edges = (float("-inf"), *bounds, float("inf"))
    return Spread(
        count=total,
        total_s=sum(seconds * n for seconds, n in ordered),
        median_s=_ranked(ordered, ceil(total * 0.5)),
        p90_s=_ranked(ordered, ceil(total * 0.9)),
        bars=[
            sum(n for seconds, n in ordered if low < seconds <= high)
            for low, high in pairwise(edges)
        ],
    )


def _ranked(ordered: Sequence[tuple[float, int]], rank: int) -> float:
    """Return the value of a rank, counted from 1 (the nearest-rank percentile)."""
    seen = 0
    for seconds, n in ordered:
        seen += n
        if seen >= rank:
            return seconds
    return ordered[-1][0]
