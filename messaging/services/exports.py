"""Messages of a campaign as a file, some hundred rows in memory at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from messaging.models import Campaign, Message
from messaging.selectors import messages, troubles
from messaging.selectors.messages import Filter
from seven_dashboard.statuses import find

# Spreadsheet programs run a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# German spreadsheet programs expect a semicolon, because the comma is the decimal.
_DELIMITERS = {"de": ";"}
PART = 500


def messages_csv(campaign: Campaign, wanted: Filter) -> Iterator[str]:
    """Yield a CSV with a byte order mark, in the person's language, in pieces."""
    # Streaming goes on after the request, when language and zone are reset already.
    language = get_language() or "en"
    zone = timezone.get_current_timezone()
    delimiter = _DELIMITERS.get(language[:2], ",")
    with override(language):
        yield "\ufeff" + _lines([_head()], delimiter)
    for part in _parts(messages.export(campaign, wanted)):
        with override(language), timezone.override(zone):
            text = _lines([_row(message) for message in part], delimiter)
        yield text


def _parts(rows: Iterator[Message]) -> Iterator[list[Message]]:
    while part := list(islice(rows, PART)):
        yield part


def _lines(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue()


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet program runs as a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def number_cell(value: str) -> str:
    """Return "+49 1716992343": with a blank it is a text, and readable as it is."""
    code = _country_code(value[1:4])
    return f"+{code} {value[1 + len(code) :]}" if code else value


@lru_cache(maxsize=2048)
def _country_code(digits: str) -> str:
    codes = (digits[:length] for length in (1, 2, 3))
    known = (
        c for c in codes if c.isdecimal() and int(c) in COUNTRY_CODE_TO_REGION_CODE
    )
    return next(known, "")


@lru_cache(maxsize=512)
def _words(language: str, state: str, code: int | None, reason: str) -> tuple[str, str]:
    """Return the word of a state, and why; ``language`` is the current one."""
    return str(find(state).label), troubles.sentence_of(state, code, reason)


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
    language = get_language() or "en"
    state, reason = _words(
        language, message.state, message.error_code, message.skip_reason
    )
    cells = (
        message.contact.name if message.contact else "",
        message.country,
        state,
        "" if message.error_code is None else str(message.error_code),
        reason,
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
