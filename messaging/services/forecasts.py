"""What a campaign would cost: measured on the real texts before anything is sent.

Every recipient's text is filled and measured, and priced by the network of the number
(``messaging.networks``), up to EXACT_UP_TO recipients; above, a sample taken evenly
from the whole list, and the forecast says so, with the margin. How many recipients
there are in each country is always counted. Memory stays flat in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice

from accounts.models import Connection
from accounts.selectors import prices
from contacts.models import Channel
from messaging import contents, options, text_parts
from messaging.models import Campaign
from messaging.networks import Directory, Network
from messaging.options import Options
from messaging.rendering import MissingValue
from messaging.selectors import (
    audience_rows,
    channel_prices,
    known_networks,
    own_traffic,
)
from messaging.selectors.audience_parts import of_draft
from messaging.selectors.audience_rows import CHUNK, Row
from messaging.selectors.audiences import Audience
from messaging.services import campaign_files, forecast_lines, live_samples
from messaging.services.forecast_lines import Forecast
from messaging.services.live_samples import Sample
from messaging.services.measuring import Measured
from messaging.text_parts import TextSize

EXACT_UP_TO = 50_000
SAMPLE = 20_000
# Texts that are remembered by their values, so that memory stays flat.
MOST_KNOWN = 4_000


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

    ``is_live`` answers at once, from what is kept of the audience (`live_samples`).
    """
    own = own or options.KINDS[audience.channel]()
    variables = contents.variables_of(text, own)
    needed = sorted({v.name for v in variables if v.default is None})
    kept = live_samples.Kept(audience) if is_live else None
    counts = (kept or audience).counts(needed)
    connection = Connection.objects.filter(workspace=audience.workspace).first()
    balance = connection.balance if connection else None
    directory = _directory(audience, connection, own)
    # Also before there is a text, so that the first one need not wait for it.
    sample = (
        kept.sample(counts.recipients, directory)
        if kept
        else _sample(audience, counts.recipients)
    )
    weight = counts.recipients / len(sample.ids) if sample.ids else 1.0
    measured = Measured(balance=balance, weight=weight if sample.is_part else 1.0)
    if text.strip():
        rows = sample.rows(audience, sorted({v.name for v in variables}))
        found = _with_network(rows, directory, audience, sample)
        _measure(measured, found, text, channel=audience.channel, own=own)
    margin = measured.margin(counts.by_country) if sample.is_part else Decimal(0)
    # Where nobody's text or price differs, few tell about all.
    is_sample = sample.is_part and bool(variables or margin)
    return forecast_lines.of(
        counts, measured, directory, is_sample=is_sample, margin=margin
    )


def _directory(
    audience: Audience, connection: Connection | None, own: Options
) -> Directory:
    """Return the prices of a channel; of SMS alone they differ by network."""
    by_country = channel_prices.of_message(audience.workspace, audience.channel, own)
    is_sms = audience.channel == Channel.SMS
    if connection is None or not is_sms:
        return Directory(by_country, {})
    by_network = prices.by_network(connection)
    return Directory(by_country, by_network, own_traffic.of(audience.workspace))


def _sample(audience: Audience, recipients: int) -> Sample:
    """Return whom to measure: everybody, or of a very long list some of all."""
    if recipients <= EXACT_UP_TO:
        return Sample(None)
    return Sample(audience_rows.sampled_ids(audience, SAMPLE), is_part=True)


def _measure(
    measured: Measured,
    found: Iterable[tuple[Row, Network]],
    text: str,
    *,
    channel: str,
    own: Options,
) -> None:
    """Fill and measure each text; who has the same values gets the same one."""
    known: dict[tuple[str, ...], tuple[str, TextSize, int] | None] = {}
    for row, network in found:
        key = tuple(row.values.values())
        if key not in known:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[key] = _written(channel, text, row.values, own)
        if written := known[key]:
            measured.add(row, network, *written)


def _written(
    channel: str, text: str, values: Mapping[str, str], own: Options
) -> tuple[str, TextSize, int] | None:
    """Return a text with its size and its parts at most, None where a value is missing.

    A part is one of an SMS, a minute of a call, or an RCS message.
    """
    try:
        filled = contents.fill(channel, text, values, own)
        theirs = options.filled(own, values)
    except MissingValue:
        return None
    if channel == Channel.SMS:
        size = text_parts.measure(filled)
        return filled, size, size.parts
    units = contents.units(channel, filled)
    most = contents.most_units(channel, filled, theirs)
    return filled, TextSize("gsm", len(filled), units, ()), most


def _with_network(
    rows: Iterable[Row], directory: Directory, audience: Audience, sample: Sample
) -> Iterator[tuple[Row, Network]]:
    """Yield recipients with their network; what was told of it is asked by chunks."""
    asks = audience.channel == Channel.SMS and not sample.networks
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        phones = [row.phone for row in chunk]
        told = known_networks.of(audience.workspace, phones) if asks else {}
        for row in chunk:
            network = sample.networks.get(row.pk)
            if network is None:
                network = directory.of(row.phone, row.country, told.get(row.phone))
            yield row, network
