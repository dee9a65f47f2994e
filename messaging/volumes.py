"""What was sent and what it cost, in figures that can be added up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import add, attrgetter, sub
from typing import Any, Final

from messaging.periods import Period

ZERO_EUR: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Volume:
    """Messages by channel, what became of them, and EUR.

    The gateway tells no cost by channel and no fate; we know of no lookups.
    """

    sms: int = 0
    voice: int = 0
    rcs: int = 0
    delivered: int = 0
    failed: int = 0
    lookups: int = 0
    inbound: int = 0
    cost: Decimal = ZERO_EUR
    sms_cost: Decimal = ZERO_EUR
    voice_cost: Decimal = ZERO_EUR
    rcs_cost: Decimal = ZERO_EUR

    @property
    def messages(self) -> int:
        return self.sms + self.voice + self.rcs

    @property
    def mean_cost(self) -> Decimal | None:
        """Return EUR for one message, None without any."""
        return self.cost / self.messages if self.messages else None

    @property
    def is_nothing(self) -> bool:
        return not any(_figures(self))

    def __add__(self, other: Volume) -> Volume:
        return Volume(*map(add, _figures(self), _figures(other)))

    def __sub__(self, other: Volume) -> Volume:
        return Volume(*map(sub, _figures(self), _figures(other)))


# All figures of a volume at once, in order: a page adds up thousands.
_figures: Final = attrgetter(*(field.name for field in fields(Volume)))
NONE: Final = Volume()


def total(volumes: Iterable[Volume]) -> Volume:
    """Return the sum."""
    columns = zip(_figures(NONE), *map(_figures, volumes), strict=True)
    return Volume(*map(_sum, columns))


def _sum(column: Iterable[Any]) -> Any:
    return sum(column)


def by_piece(days: Mapping[date, Volume], pieces: Sequence[Period]) -> list[Volume]:
    """Return the sum of each piece of time, in order."""
    return [total(days[day] for day in piece if day in days) for piece in pieces]


def change(now: Decimal | int, before: Decimal | int) -> Decimal | None:
    """Return how much more it is, as a part of before, in whole hundredths.

    None where that was nothing.
    """
    if not before:
        return None
    return round((Decimal(now) - Decimal(before)) / Decimal(before), 2)
