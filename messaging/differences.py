"""Why the gateway's figures of a day are not ours. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from messaging.volumes import Volume

# A hundredth of a cent a message is what rounding can do.
ROUNDING: Final = Decimal("0.0001")


class Reason(StrEnum):
    """A reason that the facts of a day allow."""

    NOT_FETCHED = "not_fetched"
    SENDING = "sending"
    OTHER_KEY = "other_key"
    MIDNIGHT = "midnight"
    UNCLEAR = "unclear"
    ELSEWHERE = "elsewhere"
    NOT_COUNTED = "not_counted"
    LOOKUPS = "lookups"
    BILLED_LATER = "billed_later"
    ROUNDED = "rounded"
    OTHER_PRICES = "other_prices"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day here and at the gateway.

    ``gateway`` is None before it was fetched. ``is_sending``: messages went out after
    that. ``days_shift``: days begin at another hour here than at the gateway.
    ``is_before_key``: the connection has had another key since.
    """

    day: date
    here: Volume
    gateway: Volume | None
    is_sending: bool = False
    days_shift: bool = False
    is_before_key: bool = False
    unclear: int = 0

    @property
    def is_compared(self) -> bool:
        return self.gateway is not None and not self.is_sending

    @property
    def messages(self) -> int | None:
        """How many messages more the gateway counts than we do."""
        if self.gateway is None or self.is_sending:
            return None
        return self.gateway.messages - self.here.messages

    @property
    def cost(self) -> Decimal | None:
        """How much more the gateway counts, EUR."""
        if self.gateway is None or self.is_sending:
            return None
        return self.gateway.cost - self.here.cost

    @property
    def is_quiet(self) -> bool:
        gateway = self.gateway
        return self.here.is_nothing and (gateway is None or gateway.is_nothing)


def reasons(days: Sequence[DayFacts]) -> dict[date, list[Reason]]:
    """Return what may explain the difference of each day that has one."""
    found = {}
    for at, one in enumerate(days):
        beside = [*days[max(0, at - 1) : at], *days[at + 1 : at + 2]]
        why = _why(one, beside)
        if why:
            found[one.day] = why
    return found


def _why(one: DayFacts, beside: Sequence[DayFacts]) -> list[Reason]:
    if one.gateway is None:
        return [] if one.is_quiet else [Reason.NOT_FETCHED]
    if one.is_sending:
        return [Reason.SENDING]
    why = _why_messages(one, beside) if one.messages else []
    if not one.cost:
        return why
    return why + _why_cost(one, one.gateway, one.cost, is_explained=bool(why))


def _why_messages(one: DayFacts, beside: Sequence[DayFacts]) -> list[Reason]:
    more = one.messages or 0
    if one.is_before_key:
        return [Reason.OTHER_KEY]
    if one.days_shift and any((near.messages or 0) * more < 0 for near in beside):
        return [Reason.MIDNIGHT]
    if more < 0:
        return [Reason.NOT_COUNTED]
    if more <= one.unclear:
        return [Reason.UNCLEAR]
    return [Reason.UNCLEAR, Reason.ELSEWHERE] if one.unclear else [Reason.ELSEWHERE]


def _why_cost(
    one: DayFacts, gateway: Volume, more: Decimal, *, is_explained: bool
) -> list[Reason]:
    """Return why it cost something else, unless other messages say it already."""
    if gateway.lookups and more > 0:
        return [Reason.LOOKUPS]
    if is_explained:
        return []
    if abs(more) <= ROUNDING * max(1, gateway.messages):
        return [Reason.ROUNDED]
    if one.here.voice or one.here.rcs:
        return [Reason.BILLED_LATER]
    return [Reason.OTHER_PRICES]
