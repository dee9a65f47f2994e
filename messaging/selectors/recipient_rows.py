"""The rows of an export of recipients: batch by batch, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from contacts.csv_export import Cell
from contacts.xlsx_export import MOMENT, NUMBER, Column
from messaging.models import Campaign, Message
from messaging.selectors import answers, network_names, recipients, troubles
from messaging.selectors.recipients import Filter
from seven_dashboard.statuses import find

BATCH = 2_000


def columns(campaign: Campaign) -> list[Column]:
    """Return the columns in the language that is active now."""
    found = [
        Column(_("Number")),
        Column(_("Contact")),
        Column(_("Country")),
        Column(_("State")),
        Column(_("Code"), NUMBER),
        Column(_("Reason")),
        Column(_("Report of the gateway")),
        Column(_("What they did")),
        Column(_("Parts"), NUMBER),
        Column(_("Price in EUR"), NUMBER),
        Column(_("Attempts"), NUMBER),
        Column(_("Sent"), MOMENT),
        Column(_("Reported"), MOMENT),
        Column(_("Seconds on the way"), NUMBER),
        Column(_("Network")),
    ]
    if campaign.channel == "voice":
        found += [
            Column(_("Seconds of the call"), NUMBER),
            Column(_("Keys pressed")),
            Column(_("Answer by key")),
        ]
    return [*found, Column(_("Gateway id")), Column(_("Text"))]


def rows(
    campaign: Campaign,
    wanted: Filter,
    *,
    after_batch: Callable[[int], None] = lambda count: None,
) -> Iterator[list[Cell]]:
    """Yield the cells of each recipient, oldest first, in the active language.

    ``after_batch`` is told how many rows were yielded since it was called last.
    """
    zone = ZoneInfo(campaign.workspace.time_zone)
    matching = recipients.matching(campaign, wanted).select_related("contact")
    names = network_names.by_digits(campaign.workspace_id)
    last = 0
    while True:
        beyond = matching.filter(pk__gt=last).defer("variables").order_by("pk")
        batch = list(beyond[:BATCH])
        if not batch:
            return
        did = recipients.doings(batch)
        pressed = answers.of(campaign, batch)
        for message in batch:
            cells = _row(campaign, message, did.get(message.pk, []), zone, names)
            if campaign.channel == "voice":
                keys, answer = pressed.get(message.pk, ("", ""))
                cells += [_number(message.duration_s), keys, answer]
            yield [*cells, message.gateway_id, message.text]
        after_batch(len(batch))
        last = batch[-1].pk


def number_cell(value: str) -> str:
    """Return "+49 1716992343": with a blank it is a text, and readable as it is."""
    code = _country_code(value[1:4])
    return f"+{code} {value[1 + len(code) :]}" if code else value


def did_words() -> dict[str, str]:
    """Return what each of the things that people do is called."""
    return {
        "replied": _("Replied"),
        "stop": _("Opted out"),
        "clicked": _("Clicked"),
        "viewed": _("Viewed"),
        "read": _("Has read it"),
    }


@lru_cache(maxsize=2048)
def _country_code(digits: str) -> str:
    codes = (digits[:length] for length in (1, 2, 3))
    known = (
        c for c in codes if c.isdecimal() and int(c) in COUNTRY_CODE_TO_REGION_CODE
    )
    return next(known, "")


def _row(
    campaign: Campaign,
    message: Message,
    did: list[str],
    zone: ZoneInfo,
    names: Mapping[str, str],
) -> list[Cell]:
    words = did_words() if did else {}
    return [
        number_cell(message.recipient),
        message.contact.name if message.contact else "",
        message.country,
        str(find(message.state, channel=message.channel).label),
        _number(message.error_code),
        troubles.sentence(message),
        message.report_word,
        ", ".join(words[word] for word in did),
        _number(message.parts or None),
        None if message.price is None else message.price.normalize(),
        _number(message.attempts),
        _moment(message.accepted_at or message.attempted_at, zone),
        _moment(message.reported_at, zone),
        _seconds(message.latency_s),
        names.get(message.mccmnc) or message.mccmnc,
    ]


def _number(value: int | None) -> Cell:
    return None if value is None else Decimal(value)


def _seconds(value: float | None) -> Cell:
    return None if value is None else Decimal(str(round(value, 1)))


def _moment(moment: datetime | None, zone: ZoneInfo) -> Cell:
    return moment.astimezone(zone) if moment else None
