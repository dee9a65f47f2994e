"""What a campaign would cost: measured on the real texts before anything is sent.

Every recipient's text is filled and measured, and priced by the network of the number
(``messaging.networks``), up to EXACT_UP_TO recipients; above, a sample taken evenly
from the whole list, and the forecast says so, with the margin. How many recipients
there are in each country is always counted. Memory stays flat in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from django.core.cache import cache

from accounts.models import Connection, Workspace
from accounts.selectors import prices
from contacts.models import Channel
from contacts.selectors import number_facts
from messaging import contents, options, rendering, text_parts
from messaging.models import Campaign
from messaging.networks import Directory, Network
from messaging.options import Options
from messaging.rendering import MissingValue
from messaging.selectors import audience_rows, channel_prices
from messaging.selectors.audience_parts import of_draft
from messaging.selectors.audience_rows import CHUNK, Row
from messaging.selectors.audiences import Audience, Counts
from messaging.services import campaign_files, forecast_lines
from messaging.services.forecast_lines import Forecast
from messaging.services.measuring import Measured
from messaging.text_parts import TextSize

EXACT_UP_TO = 50_000
SAMPLE = 20_000
# While a person types, an answer at once is worth more than the last digit.
LIVE_EXACT_UP_TO = 4_000
LIVE_SAMPLE = 2_000
LIVE_CACHE_S = 20
# Segments may take a second to count.
SLOW_CACHE_S = 120


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
    own = own or options.KINDS[audience.channel]()
    variables = contents.variables_of(text, own)
    needed = sorted({v.name for v in variables if v.default is None})
    counts = _counts(audience, needed, is_live=is_live)
    sample = _sample_size(counts.recipients, is_live=is_live)
    connection = Connection.objects.filter(workspace=audience.workspace).first()
    balance = connection.balance if connection else None
    measured = Measured(balance=balance)
    directory = _directory(audience, connection, own, text)
    # Also before there is a text, so that the first one need not wait for it.
    ids = _ids(audience, sample=sample, is_live=is_live)
    if text.strip():
        if sample and ids:
            measured = Measured(balance=balance, weight=counts.recipients / len(ids))
        rows = audience_rows.rows(audience, _names(text), ids=ids)
        _measure(measured, rows, directory, text, audience=audience, own=own)
    margin = measured.margin(counts.by_country) if sample else Decimal(0)
    # Where nobody's text or price differs, few tell about all.
    is_sample = bool(sample) and bool(variables or margin)
    return forecast_lines.of(
        counts, measured, directory, is_sample=is_sample, margin=margin
    )


def _directory(
    audience: Audience, connection: Connection | None, own: Options, text: str
) -> Directory:
    """Return the prices of a channel; of SMS alone they differ by network."""
    by_country = channel_prices.of_message(
        audience.workspace, audience.channel, own, text
    )
    is_sms = audience.channel == Channel.SMS
    by_network = prices.by_network(connection) if connection and is_sms else {}
    return Directory(by_country, by_network)


def _counts(audience: Audience, needed: Sequence[str], *, is_live: bool) -> Counts:
    """Count the audience; while somebody types, as it was some seconds ago.

    Who lacks a value is kept by name: another variable in the text asks for that one
    alone, and taking one out asks for nothing.
    """
    if not is_live:
        return audience.counts(needed)
    key = f"audience:{audience.key}:counts"
    kept: tuple[Counts, dict[str, int]] | None = cache.get(key)
    counts, lacking = kept or (None, {})
    new = [name for name in needed if name not in lacking]
    if counts is None or new:
        counts = audience.counts(new)
        lacking |= {name: counts.missing.get(name, 0) for name in new}
        cache.set(key, (counts, lacking), timeout=_cache_s(audience))
    missing = {name: lacking[name] for name in needed if lacking[name]}
    return replace(counts, missing=missing)


def _sample_size(recipients: int, *, is_live: bool) -> int:
    """Return how many texts to measure instead of all, 0 for all."""
    bound = LIVE_EXACT_UP_TO if is_live else EXACT_UP_TO
    if recipients <= bound:
        return 0
    return LIVE_SAMPLE if is_live else SAMPLE


def _names(text: str) -> list[str]:
    return sorted({variable.name for variable in rendering.variables_of(text)})


def _ids(audience: Audience, *, sample: int, is_live: bool) -> list[int] | None:
    """Return the recipients to measure, None for all of them.

    Who they are is remembered for some seconds while somebody types: only their ids.
    """
    if not is_live:
        return audience_rows.sampled_ids(audience, sample) if sample else None
    key = f"audience:{audience.key}:ids:{sample}"
    known: list[int] | None = cache.get(key)
    if known is None:
        known = (
            audience_rows.sampled_ids(audience, sample)
            if sample
            else audience_rows.all_ids(audience, limit=LIVE_EXACT_UP_TO)
        )
        cache.set(key, known, timeout=_cache_s(audience))
    return known


def _cache_s(audience: Audience) -> int:
    return LIVE_CACHE_S if audience.parts.is_plain else SLOW_CACHE_S


def _measure(
    measured: Measured,
    rows: Iterable[Row],
    directory: Directory,
    text: str,
    *,
    audience: Audience,
    own: Options,
) -> None:
    channel = audience.channel
    is_personal = bool(rendering.variables_of(text))
    filled = "" if is_personal else contents.fill(channel, text, {})
    size = _size(channel, filled)
    for row, network in _with_network(rows, directory, audience.workspace):
        if is_personal:
            try:
                filled = contents.fill(channel, text, row.values, own)
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
