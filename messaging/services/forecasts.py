"""What a campaign would cost: measured on the real texts before anything is sent.

Every recipient's text is filled and measured, and priced by the network of the number
(``messaging.networks``), up to EXACT_UP_TO recipients; above, a sample taken evenly
from the whole list, and the forecast says so, with the margin. How many recipients
there are in each country is always counted. Memory stays flat in both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import Connection, Workspace
from accounts.selectors import prices
from contacts.models import Channel
from contacts.selectors import number_facts
from messaging import contents, networks, options, rendering, text_parts
from messaging.models import Campaign
from messaging.networks import Directory, Network
from messaging.options import Options
from messaging.rendering import MissingValue
from messaging.selectors import audience_rows, channel_prices
from messaging.selectors.audience_parts import of_draft
from messaging.selectors.audience_rows import CHUNK, Row
from messaging.selectors.audiences import Audience, Counts
from messaging.services import campaign_files
from messaging.services.measuring import Measured, RunsOut, Sum
from messaging.text_parts import TextSize

EXACT_UP_TO = 50_000
SAMPLE = 20_000
# While a person types, an answer at once is worth more than the last digit.
LIVE_EXACT_UP_TO = 4_000
LIVE_SAMPLE = 2_000
LIVE_CACHE_S = 20
# Segments may take a second to count.
SLOW_CACHE_S = 120


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


def estimate(campaign: Campaign) -> Forecast:
    """Return what launching a draft now would cost; raises TemplateError."""
    return estimate_text(
        Audience(campaign.workspace, of_draft(campaign), campaign.channel),
        text=campaign_files.linked(campaign, campaign.text),
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
    sample = _sample_size(counts.recipients, is_live=is_live)
    connection = Connection.objects.filter(workspace=audience.workspace).first()
    measured = Measured(
        balance=connection.balance if connection else None,
        weight=counts.recipients / sample if sample else 1.0,
    )
    directory = _directory(audience, connection)
    if text.strip():
        rows = _rows(audience, text, sample=sample, is_live=is_live)
        _measure(measured, rows, directory, text, audience=audience)
    margin = measured.margin(counts.by_country) if sample else Decimal(0)
    # Where nobody's text or price differs, few tell about all.
    is_sample = bool(sample) and bool(variables or margin)
    return _forecast(counts, measured, directory, is_sample=is_sample, margin=margin)


def _directory(audience: Audience, connection: Connection | None) -> Directory:
    """Return the prices of a channel; of SMS alone they differ by network."""
    by_country = channel_prices.by_country(audience.workspace, audience.channel)
    is_sms = audience.channel == Channel.SMS
    by_network = prices.by_network(connection) if connection and is_sms else {}
    return Directory(by_country, by_network)


def _counts(audience: Audience, needed: Sequence[str], *, is_live: bool) -> Counts:
    """Count the audience; while somebody types, as it was some seconds ago."""
    if not is_live:
        return audience.counts(needed)
    names = hashlib.sha256("+".join(needed).encode()).hexdigest()[:16]
    key = f"audience:{audience.key}:{names}"
    known: Counts | None = cache.get(key)
    if known is None:
        known = audience.counts(needed)
        cache.set(key, known, timeout=_cache_s(audience))
    return known


def _sample_size(recipients: int, *, is_live: bool) -> int:
    """Return how many texts to measure instead of all, 0 for all."""
    bound = LIVE_EXACT_UP_TO if is_live else EXACT_UP_TO
    if recipients <= bound:
        return 0
    return LIVE_SAMPLE if is_live else SAMPLE


def _rows(
    audience: Audience, text: str, *, sample: int, is_live: bool
) -> Iterator[Row]:
    """Return the recipients to measure, in order of sending.

    Who they are is remembered for some seconds while somebody types: only their ids.
    """
    names = sorted({variable.name for variable in rendering.variables_of(text)})
    if not is_live:
        ids = audience_rows.sampled_ids(audience, sample) if sample else None
        return audience_rows.rows(audience, names, ids=ids)
    key = f"audience:{audience.key}:ids:{sample}"
    known: list[int] | None = cache.get(key)
    if known is None:
        known = (
            audience_rows.sampled_ids(audience, sample)
            if sample
            else audience_rows.all_ids(audience, limit=LIVE_EXACT_UP_TO)
        )
        cache.set(key, known, timeout=_cache_s(audience))
    return audience_rows.rows(audience, names, ids=known)


def _cache_s(audience: Audience) -> int:
    return LIVE_CACHE_S if audience.parts.is_plain else SLOW_CACHE_S


def _measure(
    measured: Measured,
    rows: Iterable[Row],
    directory: Directory,
    text: str,
    *,
    audience: Audience,
) -> None:
    channel = audience.channel
    is_personal = bool(rendering.variables_of(text))
    filled = "" if is_personal else contents.fill(channel, text, {})
    size = _size(channel, filled)
    for row, network in _with_network(rows, directory, audience.workspace):
        if is_personal:
            try:
                filled = contents.fill(channel, text, row.values)
            except MissingValue:
                continue
            size = _size(channel, filled)
        measured.add(row, network, filled, size)


def _size(channel: str, text: str) -> TextSize:
    """Return the size of a text; a part is a minute of a call, or an RCS message."""
    if channel == Channel.SMS:
        return text_parts.measure(text)
    return TextSize("gsm", len(text), contents.units(channel, text), ())


def _with_network(
    rows: Iterable[Row], directory: Directory, workspace: Workspace
) -> Iterator[tuple[Row, Network]]:
    """Yield recipients with their network; what lookups found is asked by the chunk."""
    has_facts = number_facts.has_any(workspace)
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        phones = [row.phone for row in chunk]
        facts = number_facts.networks_of(workspace, phones) if has_facts else {}
        for row in chunk:
            fact = facts.get(row.phone)
            yield row, directory.of(row.phone, row.country, fact)


def _forecast(
    counts: Counts,
    measured: Measured,
    directory: Directory,
    *,
    is_sample: bool,
    margin: Decimal,
) -> Forecast:
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
        total = Sum(measured.total, sum(s.parts for s in measured.sums.values()))
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
        worst_cost=None if highest is None else parts * highest,
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
