"""Add up the texts of an audience, recipient by recipient, in order of sending."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from messaging.networks import Network
from messaging.selectors.audience_rows import Row
from messaging.text_parts import TextSize

# Neighbours of a sample are like each other: a list is imported file by file.
_LIKENESS = 2.0
# So that 19 of 20 forecasts are no further off than the margin.
_DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class RunsOut:
    """The first recipient that the balance does not reach, and how many it does.

    ``pk`` is that of an ``Addressee``.
    """

    pk: int
    phone: str
    before: int


@dataclass(slots=True)
class Sum:
    """What goes to a network."""

    recipients: int = 0
    parts: int = 0
    # Parts that they may be billed by at most.
    most: int = 0


@dataclass(slots=True)
class _Spread:
    """Costs of the messages of a country: how far they lie apart."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, cost: float) -> None:
        self.count += 1
        self.total += cost
        self.squares += cost * cost

    def variance(self) -> float:
        mean = self.total / self.count
        return max(0.0, self.squares / self.count - mean * mean)


class Measured:
    """Parts by network, the spread of sizes, and where a balance ends.

    ``weight`` is for how many recipients each measured one stands.
    """

    def __init__(self, *, balance: Decimal | None = None, weight: float = 1.0) -> None:
        self.sums: dict[Network, Sum] = {}
        self.sizes: Counter[int] = Counter()
        self.ucs2 = 0
        self.forcing: Counter[str] = Counter()
        self.longest = ""
        self.longest_id = 0
        self.runs_out: RunsOut | None = None
        self._longest_units = -1
        self._spreads: defaultdict[str, _Spread] = defaultdict(_Spread)
        self._left = balance
        self._weight = Decimal(weight)

    @property
    def total(self) -> int:
        return self.sizes.total()

    def add(
        self, row: Row, network: Network, text: str, size: TextSize, most: int
    ) -> None:
        """Add the next recipient with the text that they get, and its parts at most."""
        if size.forcing:
            self.ucs2 += 1
            self.forcing.update(size.forcing)
        if size.units > self._longest_units:
            self._longest_units, self.longest = size.units, text
            self.longest_id = row.pk
        self.sizes[size.parts] += 1
        found = self.sums.get(network)
        if found is None:
            found = self.sums[network] = Sum()
        found.recipients += 1
        found.parts += size.parts
        found.most += most
        if network.price is not None:
            self._charge(row, network.country, size.parts * network.price)

    def _charge(self, row: Row, country: str, cost: Decimal) -> None:
        self._spreads[country].add(float(cost))
        if self._left is None or self.runs_out is not None:
            return
        self._left -= cost * self._weight
        if self._left < 0:
            before = round((self.total - 1) * float(self._weight))
            self.runs_out = RunsOut(row.pk, row.phone, before)

    def margin(self, recipients: Mapping[str, int]) -> Decimal:
        """Return how far the cost of a sample may be off either way, EUR.

        ``recipients`` are those of each country, which are counted and certain.
        """
        variance = 0.0
        for country, spread in self._spreads.items():
            people = recipients.get(country, 0)
            rest = max(0.0, 1 - spread.count / people) if people else 0.0
            variance += people * people * rest * spread.variance() / spread.count
        return Decimal(_DEVIATIONS * _LIKENESS * math.sqrt(variance))

    def median(self) -> int:
        seen, half = 0, self.total / 2
        for size in sorted(self.sizes):
            seen += self.sizes[size]
            if seen >= half:
                return size
        return 0
