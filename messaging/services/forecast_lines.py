"""What a forecast says: lines of countries and networks, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import countries
from messaging import networks
from messaging.networks import Directory, Network
from messaging.selectors.audiences import Counts
from messaging.services.measuring import Measured, RunsOut, Sum


@dataclass(frozen=True, slots=True)
class NetworkForecast:
    """One network of a country; prices and costs are EUR, None where not listed.

    ``source`` is how the network is known (``networks``): looked up, guessed, not.
    """

    name: str
    source: str
    recipients: int
    parts: int
    price: Decimal | None
    cost: Decimal | None
    worst_cost: Decimal | None

    @property
    def is_guess(self) -> bool:
        return self.source == networks.GUESSED


@dataclass(frozen=True, slots=True)
class CountryForecast:
    """One country: ``country`` is its ISO code or empty.

    The prices are those of its networks, from lowest to highest; they and the costs
    are None where the price list has no row.
    """

    country: str
    recipients: int
    parts: int
    price: Decimal | None
    highest_price: Decimal | None
    cost: Decimal | None
    worst_cost: Decimal | None
    by_network: tuple[NetworkForecast, ...] = ()

    @property
    def name(self) -> str:
        """Return the country's name in the language of the person."""
        return countries.name_of(self.country) if self.country else _("Unknown")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Parts of one message over the personalised texts, and what forces UCS-2."""

    least: int = 0
    median: int = 0
    most: int = 0
    ucs2_share: float = 0.0
    longest: str = ""
    # The contact that it goes to; 0 when the text is the same for everybody.
    longest_id: int = 0
    forcing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Recipients, parts and EUR of a text to an audience.

    ``is_sample``: parts and costs are projected from ``measured`` texts, and ``margin``
    is how far the cost may be off either way (19 times of 20); the worst cost has it
    in. ``unpriced`` recipients live where the price list has no row; they are in no
    cost. ``runs_out`` is set when the balance is not enough.
    """

    recipients: int = 0
    parts: int = 0
    cost: Decimal = Decimal(0)
    worst_cost: Decimal = Decimal(0)
    by_country: tuple[CountryForecast, ...] = ()
    opted_out: int = 0
    no_number: int = 0
    missing: Mapping[str, int] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)
    unpriced: int = 0
    is_sample: bool = False
    measured: int = 0
    margin: Decimal = Decimal(0)
    runs_out: RunsOut | None = None

    @property
    def is_priced(self) -> bool:
        """Say whether the price of anything is known; of nothing costs nothing."""
        return self.unpriced < self.recipients or not self.recipients

    @property
    def skipped(self) -> int:
        return self.opted_out + self.no_number


def of(
    counts: Counts,
    measured: Measured,
    directory: Directory,
    *,
    is_sample: bool,
    margin: Decimal,
) -> Forecast:
    """Return the forecast of an audience from what was counted and measured."""
    lines = tuple(
        _country(country, recipients, measured, directory)
        for country, recipients in sorted(
            counts.by_country.items(), key=lambda pair: (-pair[1], pair[0])
        )
    )
    return Forecast(
        recipients=counts.recipients,
        parts=sum(line.parts for line in lines),
        cost=_sum(line.cost for line in lines),
        worst_cost=_sum(line.worst_cost for line in lines) + margin,
        by_country=lines,
        opted_out=counts.opted_out,
        no_number=counts.no_number,
        missing=counts.missing,
        sizes=_sizes(measured),
        unpriced=sum(line.recipients for line in lines if line.price is None),
        is_sample=is_sample,
        measured=measured.total,
        margin=margin,
        runs_out=measured.runs_out,
    )


def _sizes(measured: Measured) -> Sizes:
    if not measured.sizes:
        return Sizes()
    return Sizes(
        least=min(measured.sizes),
        median=measured.median(),
        most=max(measured.sizes),
        ucs2_share=min(1.0, measured.ucs2 / measured.total),
        longest=measured.longest,
        longest_id=measured.longest_id,
        forcing=tuple(sign for sign, _n in measured.forcing.most_common(20)),
    )


def _country(
    country: str, recipients: int, measured: Measured, directory: Directory
) -> CountryForecast:
    """Return the line of a country; what was measured of it stands for all of it."""
    found = {n: s for n, s in measured.sums.items() if n.country == country}
    if not found and measured.sums:
        # Too few to be met by the sample: as long as the others, in any network.
        total = Sum(
            measured.total,
            sum(s.parts for s in measured.sums.values()),
            sum(s.most for s in measured.sums.values()),
        )
        found = {directory.of("", country, None): total}
    seen = sum(one.recipients for one in found.values())
    scale = Decimal(recipients) / seen if seen else Decimal(1)
    by_network = tuple(
        _network(network, one, scale)
        for network, one in sorted(
            found.items(), key=lambda pair: (-pair[1].recipients, pair[0].name)
        )
    )
    return _summed(country, recipients, by_network, directory)


def _network(network: Network, one: Sum, scale: Decimal) -> NetworkForecast:
    # Rounded last: a thousand networks would each be half a part off.
    parts = one.parts * scale
    price, highest = network.price, network.highest
    return NetworkForecast(
        name=network.name,
        source=network.source,
        recipients=round(one.recipients * scale),
        parts=round(parts),
        price=price,
        cost=None if price is None else parts * price,
        worst_cost=None if highest is None else one.most * scale * highest,
    )


def _summed(
    country: str,
    recipients: int,
    by_network: tuple[NetworkForecast, ...],
    directory: Directory,
) -> CountryForecast:
    listed = [line.price for line in by_network if line.price is not None]
    if not by_network:
        # Nothing is measured before there is a text.
        usual = directory.of("", country, None).price
        listed = [] if usual is None else [usual]
    is_priced = bool(listed)
    return CountryForecast(
        country=country,
        recipients=recipients,
        parts=sum(line.parts for line in by_network),
        price=min(listed, default=None),
        highest_price=max(listed, default=None),
        cost=_sum(line.cost for line in by_network) if is_priced else None,
        worst_cost=_sum(line.worst_cost for line in by_network) if is_priced else None,
        by_network=by_network,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
