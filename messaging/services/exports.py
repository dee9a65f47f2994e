"""Messages of a campaign as a file, a row in memory at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from messaging.models import Campaign, Message
from messaging.selectors import messages, troubles
from messaging.selectors.messages import Filter
from seven_dashboard.formatting import NBSP, phone_parts
from seven_dashboard.statuses import find

# Spreadsheet programs run a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# German spreadsheet programs expect a semicolon, because the comma is the decimal.
_DELIMITERS = {"de": ";"}


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def messages_csv(campaign: Campaign, wanted: Filter) -> Iterator[str]:
    """Yield the lines of a CSV with a byte order mark, in the person's language."""
    # Streaming goes on after the request, when the language is reset already.
    language = get_language() or "en"
    zone = timezone.get_current_timezone()
    delimiter = _DELIMITERS.get(language[:2], ",")
    writer = csv.writer(_Echo(), delimiter=delimiter)
    with override(language):
        head = _head()
    yield "\ufeff" + str(writer.writerow(head))
    for message in messages.export(campaign, wanted):
        with override(language), timezone.override(zone):
            row = _row(message)
        yield str(writer.writerow(row))


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet program runs as a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def number_cell(value: str) -> str:
    """Return "+49 171 6992343": with blanks it is a text, and readable as it is."""
    return phone_parts(value)[0].replace(NBSP, " ") if value else ""


def _head() -> Sequence[str]:
    return (
        _("Number"),
        _("Contact"),
        _("Country"),
        _("State"),
        _("Code"),
        _("Reason"),
        _("Parts"),
        _("Price in EUR"),
        _("Attempts"),
        _("Sent"),
        _("Reported"),
        _("Gateway id"),
        _("Text"),
    )


def _row(message: Message) -> Sequence[str]:
    cells = (
        message.contact.name if message.contact else "",
        message.country,
        str(find(message.state).label),
        "" if message.error_code is None else str(message.error_code),
        troubles.sentence(message),
        str(message.parts or ""),
        "" if message.price is None else f"{message.price.normalize():f}",
        str(message.attempts),
        _time(message.accepted_at or message.attempted_at),
        _time(message.reported_at),
        message.gateway_id,
        message.text,
    )
    return (number_cell(message.recipient), *(safe_cell(cell) for cell in cells))


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
