"""What a timetable means for an audience: who gets it when, and what to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.zones import city_of
from messaging import hours as clock
from messaging.hours import EVERY_DAY, Hours
from messaging.models import Campaign, HoursKept
from messaging.selectors import audience_zones, pace, timetables
from messaging.selectors import rules as found_rules
from messaging.selectors.timetables import Timetable

MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Line:
    """The recipients of one zone: ``first`` and ``last`` by their own clock."""

    zone: str
    recipients: int
    first_at: datetime
    last_at: datetime
    is_left_out: bool = False

    @property
    def place(self) -> str:
        return city_of(self.zone)

    @property
    def first(self) -> str:
        return in_zone(self.first_at, self.zone)

    @property
    def last(self) -> str:
        return in_zone(self.last_at, self.zone)


@dataclass(frozen=True, slots=True)
class Plan:
    """``lines`` come by their first message; ``more_zones`` are not among them."""

    is_later: bool = False
    lines: list[Line] = field(default_factory=list)
    more_zones: int = 0
    ends: str = ""
    hours: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def first(self) -> Line | None:
        return self.lines[0] if self.lines else None


def in_zone(moment: datetime, zone: str) -> str:
    """Return day and time of a moment by the clock of a zone."""
    return date_format(moment.astimezone(clock.zone_of(zone)), "DATETIME_FORMAT")


def of(campaign: Campaign, *, now: datetime | None = None) -> Plan:
    """Return what would happen, or will, from the start of a campaign on."""
    table = timetables.of(campaign)
    since = now or timezone.now()
    if table.is_plain and not table.is_later:
        return Plan()
    counts = audience_zones.of(campaign)
    length_s = _length_s(campaign, table, sum(counts.values()))
    lines = sorted(
        (_line(table, zone, count, since, length_s) for zone, count in counts.items()),
        key=lambda line: line.first_at,
    )
    sent = [line for line in lines if not line.is_left_out]
    ends = max((line.last_at for line in sent), default=None)
    return Plan(
        is_later=table.is_later,
        lines=lines[:MOST_LINES],
        more_zones=max(0, len(lines) - MOST_LINES),
        ends=in_zone(ends, table.home) if ends else "",
        hours=_hours_sentence(campaign, table),
        notes=_notes(table, list(counts)),
    )


def starts_at(campaign: Campaign) -> datetime | None:
    """Return when a campaign begins: with the first zone of its audience."""
    table = timetables.of(campaign)
    zones = audience_zones.of(campaign) if table.is_by_recipient else {}
    return table.begins_at(zones)


def problem_of(campaign: Campaign, *, now: datetime | None = None) -> str:
    """Return why a draft cannot be started at its time, or nothing."""
    table = timetables.of(campaign)
    if not table.is_later:
        return ""
    if table.day is None or table.at is None:
        return _("Say on which day and at what time it starts.")
    begins = starts_at(campaign)
    if begins is None or begins <= (now or timezone.now()):
        if table.is_by_recipient:
            return _("For some recipients that time is past. Choose a later one.")
        return _("This start is past. Choose a later one.")
    return ""


def hours_words(hours: Hours) -> str:
    """Return hours in words, like "08:00 to 20:00, Mon, Tue"."""
    days = [str(WEEKDAYS_ABBR[day]) for day in range(7) if hours.weekdays >> day & 1]
    names = _("every day") if hours.weekdays == EVERY_DAY else ", ".join(days)
    if hours.start is None or hours.end is None:
        return _("at any hour, %(days)s") % {"days": names}
    return _("%(start)s to %(end)s, %(days)s") % {
        "start": hours.start.strftime("%H:%M"),
        "end": hours.end.strftime("%H:%M"),
        "days": names,
    }


def _length_s(campaign: Campaign, table: Timetable, recipients: int) -> float:
    rate = pace.planned_rate(campaign)
    return max(table.spread_s, recipients / rate if rate else 0.0)


def _line(
    table: Timetable, zone: str, count: int, since: datetime, length_s: float
) -> Line:
    stretches = table.stretches(zone, since)
    allowed = [part for part in stretches if part.is_allowed]
    if not allowed:
        at = stretches[0].opens
        return Line(zone, count, at, at, is_left_out=True)
    start = allowed[0].opens
    by_hours = clock.waiting(table.hours, zone, start, length_s)
    last = next(part for part in by_hours if length_s < part.until)
    return Line(
        zone, count, start, last.opens + timedelta(seconds=length_s - last.since)
    )


def _hours_sentence(campaign: Campaign, table: Timetable) -> str:
    usual = found_rules.of(campaign.workspace).hours
    if campaign.hours_kept == HoursKept.WORKSPACE:
        if usual.is_any:
            return ""
        return _("Only %(hours)s, by the clock of each recipient.") % {
            "hours": hours_words(usual)
        }
    words = (
        _("At any hour of the day")
        if table.hours.is_any
        else _("Only %(hours)s, by the clock of each recipient")
        % {"hours": hours_words(table.hours)}
    )
    if usual.is_any:
        return f"{words}."
    return _("%(words)s. The rule of the workspace would be: %(usual)s.") % {
        "words": words,
        "usual": hours_words(usual),
    }


def _notes(table: Timetable, zones: list[str]) -> list[str]:
    notes = []
    if len(zones) > 1 and not (table.hours.is_any and not table.is_by_recipient):
        notes.append(
            _(
                "The zone comes from the number: its region where that tells one, "
                "otherwise where most people of its country live."
            )
        )
    if table.day is None or table.at is None or not table.is_later:
        return notes
    meant = zones if table.is_by_recipient else [table.home]
    for zone in meant:
        info = clock.zone_of(zone)
        if not clock.exists(table.day, table.at, info):
            notes.append(
                _("In %(place)s the clock skips that time: it starts as it does.")
                % {"place": city_of(zone)}
            )
        elif clock.is_twice(table.day, table.at, info):
            notes.append(
                _("In %(place)s that time comes twice: it starts the first time.")
                % {"place": city_of(zone)}
            )
    return notes[:4]
