"""What the log of calls is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from contacts import phone as phones
from contacts.models import Contact
from contacts.number_forms import forms
from contacts.selectors import search
from messaging import keys
from messaging.models import IncomingCall
from messaging.states import AWAITING_REPORT, MessageState

OUT, IN = "out", "in"
# What a log is narrowed to by the course of calls, and the states that are meant.
COURSES: dict[str, tuple[str, ...]] = {
    "answered": (MessageState.DELIVERED,),
    "unanswered": (MessageState.UNDELIVERED, MessageState.EXPIRED),
    "under_way": (MessageState.SENDING, *AWAITING_REPORT),
    "refused": (MessageState.REFUSED,),
    "unclear": (MessageState.UNCLEAR,),
    "received": (IncomingCall.RECEIVED,),
}
ANY_KEY, NO_KEY = "any", "none"
MOST_NAMED = 200


class Days(NamedTuple):
    """From a moment until before another one; None: unbounded."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What the log is narrowed to; empty values narrow nothing.

    ``key`` is a key of a telephone, ``any`` or ``none``; ``text`` a number in any
    spelling or words of a contact's name; the days are those of the workspace.
    """

    direction: str = ""
    course: str = ""
    key: str = ""
    date_from: str = ""
    date_to: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filter()

    def as_dict(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    def numbers(self, workspace: Workspace) -> list[str] | None:
        """Return the numbers that the text means; None when there is no text."""
        return _numbers(workspace, self.text) if self.text else None

    def days(self, workspace: Workspace) -> Days:
        """Return the days as moments of the workspace's clock; the last one is in."""
        zone = ZoneInfo(workspace.time_zone)
        first, last = _day(self.date_from), _day(self.date_to)
        return Days(
            _start(first, zone) if first else None,
            _start(last + timedelta(1), zone) if last else None,
        )


def read(values: Mapping[str, str]) -> Filter:
    """Return the filter that an address asks for; what makes no sense is left out."""
    found = {f.name: values.get(f.name, "").strip()[:60] for f in fields(Filter)}
    allowed: dict[str, tuple[str, ...]] = {
        "direction": (OUT, IN),
        "course": tuple(COURSES),
        "key": (ANY_KEY, NO_KEY, *keys.KEYS),
    }
    for name, choices in allowed.items():
        if found[name] not in choices:
            found[name] = ""
    for name in ("date_from", "date_to"):
        found[name] = found[name] if _day(found[name]) else ""
    return Filter(**found)


def _numbers(workspace: Workspace, text: str) -> list[str]:
    number = phones.parse(text, country=workspace.country)
    if number is not None:
        return forms(number.e164)
    named = Contact.objects.filter(
        search.matches(text, country=workspace.country), workspace=workspace
    )
    found = named.exclude(phone="").values_list("phone", flat=True)
    return list(found.order_by()[:MOST_NAMED])


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    # Years that cannot be turned into every zone.
    return found if found and 1900 <= found.year <= 9000 else None
