"""What segments may ask of a birthday: its day in any year, and the age it makes.

Who was born on 29 February has their birthday on 1 March in other years.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import IntegerField, Q, Value
from django.db.models.functions import ExtractDay, ExtractMonth
from django.utils.translation import gettext_lazy as _

from contacts.segments.catalog import Operator
from contacts.segments.moments import Moment
from contacts.segments.values import MAX_YEAR_DAYS, DayOfYear, Pair, Whole
from contacts.selectors import segment_sql as sql

MAX_AGE = 130


def operators() -> tuple[Operator, ...]:
    """Return what can be asked of a birthday."""
    return (*_days(), *_ages(), *_presence())


def _presence() -> tuple[Operator, ...]:
    def filled(moment: Moment, value: Any) -> Q:
        return Q(birthday__isnull=False)

    def empty(moment: Moment, value: Any) -> Q:
        return Q(birthday__isnull=True)

    return (
        Operator("filled", _("is filled"), _("%(field)s is filled"), filled),
        Operator("empty", _("is empty"), _("%(field)s is empty"), empty),
    )


def _days() -> tuple[Operator, ...]:
    def today(moment: Moment, value: Any) -> Q:
        return _celebrated(moment.today, moment.today)

    def soon(moment: Moment, value: Any) -> Q:
        return _celebrated(moment.today, moment.today + dt.timedelta(days=value))

    def between(moment: Moment, value: Any) -> Q:
        return _day_between(*(int(day.replace("-", "")) for day in value))

    return (
        Operator("today", _("is today"), _("%(field)s is today"), today),
        Operator(
            "soon",
            _("is today or in the next"),
            _("%(field)s is today or in the next %(value)s days"),
            soon,
            Whole(1, MAX_YEAR_DAYS),
            after=(_("days"),),
        ),
        Operator(
            "between",
            _("is between"),
            _("%(field)s is between %(value)s of any year"),
            between,
            Pair(DayOfYear(), DayOfYear()),
        ),
    )


def _ages() -> tuple[Operator, ...]:
    def at_least(moment: Moment, value: Any) -> Q:
        return Q(birthday__lte=_years_before(moment.today, value))

    def under(moment: Moment, value: Any) -> Q:
        return Q(birthday__gt=_years_before(moment.today, value))

    def aged(moment: Moment, value: Any) -> Q:
        oldest, youngest = value[1] + 1, value[0]
        return Q(birthday__gt=_years_before(moment.today, oldest)) & Q(
            birthday__lte=_years_before(moment.today, youngest)
        )

    age = Whole(0, MAX_AGE)
    return (
        Operator(
            "age_from",
            _("makes an age of at least"),
            _("at least %(value)s years old"),
            at_least,
            age,
            after=(_("years"),),
        ),
        Operator(
            "age_under",
            _("makes an age of under"),
            _("under %(value)s years old"),
            under,
            Whole(1, MAX_AGE),
            after=(_("years"),),
        ),
        Operator(
            "age",
            _("makes an age between"),
            _("between %(value)s years old"),
            aged,
            Pair(age, age, is_range=True),
            after=("", _("years")),
        ),
    )


def _celebrated(first: dt.date, last: dt.date) -> Q:
    """Return whose birthday is from one day to another; 29 February may be 1 March."""
    if (last - first).days >= MAX_YEAR_DAYS:
        return Q(birthday__isnull=False)
    begin, end = (day.month * 100 + day.day for day in (first, last))
    if begin == 301 and not _is_leap(first.year):
        begin = 229
    return _day_between(begin, end)


def _day_between(begin: int, end: int) -> Q:
    """Return whose birthday, as month times 100 plus day, is between two, both too."""
    key = ExtractMonth("birthday") * Value(100) + ExtractDay("birthday")
    after, before = _from(key, begin), _until(key, end)
    found = (after & before) if begin <= end else (after | before)
    # Never NULL, whose opposite would not hold either.
    return found & Q(birthday__isnull=False)


def _from(key: Any, least: int) -> Q:
    return sql.asks(sql.AtLeast(key, Value(least, output_field=IntegerField())))


def _until(key: Any, most: int) -> Q:
    return sql.asks(sql.AtMost(key, Value(most, output_field=IntegerField())))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _years_before(day: dt.date, years: int) -> dt.date:
    """Return the youngest birthday that makes somebody so many years old on a day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # 29 February: those born on it have their birthday on 1 March.
        return day.replace(year=day.year - years, month=2, day=28)
