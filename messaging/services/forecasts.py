"""What a campaign would cost: measured on the real texts before anything is sent.

A text without variables has one size for everybody, so the database counts recipients
by country and that is exact. With variables every text is filled and measured, up to
EXACT_UP_TO recipients; above, a sample taken evenly from the whole list, and the
forecast says so. Memory stays flat in both.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts import countries
from contacts.models import Channel
from messaging import contents, options, text_parts
from messaging.models import Campaign
from messaging.options import Options
from messaging.rendering import MissingValue, Variable
from messaging.selectors import channel_prices
from messaging.selectors.audience_parts import of_draft
from messaging.selectors.audiences import Audience, Counts
from messaging.selectors.channel_prices import Price

EXACT_UP_TO = 50_000
SAMPLE = 20_000
# While a person types, an answer at once is worth more than the last digit.
LIVE_EXACT_UP_TO = 4_000
LIVE_SAMPLE = 2_000
LIVE_CACHE_S = 20
# Segments may take a second to count.
SLOW_CACHE_S = 120


@dataclass(frozen=True, slots=True)
class CountryForecast:
    """One country: ``country`` is its ISO code or empty, prices and costs are EUR.

    ``price`` and the costs are None where the price list has no row.
    """

    country: str
    recipients: int
    parts: int
    price: Decimal | None
    cost: Decimal | None
    worst_cost: Decimal | None

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
    forcing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Recipients, parts and EUR of a text to an audience.

    ``is_sample``: parts and costs are projected from ``measured`` texts. ``unpriced``
    recipients live where the price list has no row; they are in no cost.
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

    @property
    def is_priced(self) -> bool:
        """Say whether the price of anything is known; of nothing costs nothing."""
        return self.unpriced < self.recipients or not self.recipients

    @property
    def skipped(self) -> int:
        return self.opted_out + self.no_number


def estimate(campaign: Campaign) -> Forecast:
    """Return what launching a draft now would cost; raises TemplateError."""
    return estimate_text(
        Audience(campaign.workspace, of_draft(campaign), campaign.channel),
        text=campaign.text,
        own=options.read(campaign.channel, campaign.options),
    )


def estimate_text(
    audience: Audience,
    *,
    text: str,
    own: Options | None = None,
    is_live: bool = False,
) -> Forecast:
    """Return the forecast of a text to an audience; raises TemplateError, Refused.

    ``is_live`` answers at once and samples lists of more than LIVE_EXACT_UP_TO.
    """
    variables = contents.variables_of(text, own or options.KINDS[audience.channel]())
    needed = sorted({v.name for v in variables if v.default is None})
    counts = _counts(audience, needed, is_live=is_live)
    sample = _sample_size(counts.recipients, is_live=is_live) if variables else 0
    measured = _measure(audience, counts, text, variables, sample=sample)
    return _forecast(
        counts,
        measured,
        channel_prices.by_country(audience.workspace, audience.channel),
        is_sample=bool(sample),
    )


def _counts(audience: Audience, needed: Sequence[str], *, is_live: bool) -> Counts:
    """Count the audience; while somebody types, as it was some seconds ago."""
    if not is_live:
        return audience.counts(needed)
    names = hashlib.sha256("+".join(needed).encode()).hexdigest()[:16]
    key = f"audience:{audience.key}:{names}"
    known: Counts | None = cache.get(key)
    if known is None:
        known = audience.counts(needed)
        is_slow = not audience.parts.is_plain
        cache.set(key, known, timeout=SLOW_CACHE_S if is_slow else LIVE_CACHE_S)
    return known


class _Measured:
    """Parts by country and the spread of sizes, one text after the other.

    What counts as a part is the channel's: minutes of a call, whole RCS messages.
    """

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.parts: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.sizes: Counter[int] = Counter()
        self.ucs2 = 0
        self.forcing: Counter[str] = Counter()
        self.longest = ""
        self._longest_units = -1

    def add(self, country: str, text: str, times: int = 1) -> None:
        size = text_parts.measure(text)
        units = contents.units(self.channel, text) if text else 0
        self.parts[country] += units * times
        self.texts[country] += times
        self.sizes[units] += times
        if size.forcing and self.channel == Channel.SMS:
            self.ucs2 += times
            self.forcing.update(size.forcing)
        if size.units > self._longest_units:
            self._longest_units, self.longest = size.units, text

    @property
    def total(self) -> int:
        return self.texts.total()

    def parts_for(self, country: str, recipients: int) -> int:
        """Project the parts of so many recipients of a country."""
        texts, parts = self.texts[country], self.parts[country]
        if not texts:
            texts, parts = self.total, self.parts.total()
        return round(recipients * parts / texts) if texts else 0

    def spread(self) -> Sizes:
        if not self.sizes:
            return Sizes()
        ordered = sorted(self.sizes)
        return Sizes(
            least=ordered[0],
            median=_median(self.sizes),
            most=ordered[-1],
            ucs2_share=self.ucs2 / self.total,
            longest=self.longest,
            forcing=tuple(sign for sign, _n in self.forcing.most_common(20)),
        )


def _median(sizes: Counter[int]) -> int:
    seen, half = 0, sizes.total() / 2
    for size in sorted(sizes):
        seen += sizes[size]
        if seen >= half:
            return size
    return 0


def _sample_size(recipients: int, *, is_live: bool) -> int:
    """Return how many texts to measure instead of all, 0 for all."""
    bound = LIVE_EXACT_UP_TO if is_live else EXACT_UP_TO
    if recipients <= bound:
        return 0
    return LIVE_SAMPLE if is_live else SAMPLE


def _measure(
    audience: Audience,
    counts: Counts,
    text: str,
    variables: tuple[Variable, ...],
    *,
    sample: int,
) -> _Measured:
    measured = _Measured(audience.channel)
    if not variables:
        plain = contents.fill(audience.channel, text, {})
        for country, recipients in counts.by_country.items():
            measured.add(country, plain, recipients)
        return measured
    names = sorted({variable.name for variable in variables})
    for country, values in audience.values(names, sample=sample):
        try:
            measured.add(country, contents.fill(audience.channel, text, values))
        except MissingValue:
            continue
    return measured


def _forecast(
    counts: Counts,
    measured: _Measured,
    price_list: Mapping[str, Price],
    *,
    is_sample: bool,
) -> Forecast:
    lines = tuple(
        _country(country, recipients, measured, price_list.get(country))
        for country, recipients in sorted(
            counts.by_country.items(), key=lambda pair: (-pair[1], pair[0])
        )
    )
    return Forecast(
        recipients=counts.recipients,
        parts=sum(line.parts for line in lines),
        cost=_sum(line.cost for line in lines),
        worst_cost=_sum(line.worst_cost for line in lines),
        by_country=lines,
        opted_out=counts.opted_out,
        no_number=counts.no_number,
        missing=counts.missing,
        sizes=measured.spread(),
        unpriced=sum(line.recipients for line in lines if line.price is None),
        is_sample=is_sample,
        measured=measured.total,
    )


def _country(
    country: str, recipients: int, measured: _Measured, price: Price | None
) -> CountryForecast:
    parts = measured.parts_for(country, recipients)
    if price is None:
        return CountryForecast(country, recipients, parts, None, None, None)
    return CountryForecast(
        country=country,
        recipients=recipients,
        parts=parts,
        price=price.default,
        cost=parts * price.default,
        worst_cost=parts * price.highest,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
