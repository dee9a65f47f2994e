"""What segments may ask of the fields that every contact has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import countries
from accounts.models import Workspace
from contacts import phone as phones
from contacts.segments.catalog import Field, Operator
from contacts.segments.moments import Moment
from contacts.segments.options import Choices
from contacts.segments.values import MAX_DAYS, Day, Text, Whole
from contacts.selectors import segment_birthdays
from contacts.selectors import segment_texts as texts

PERSON, DATES = _("Contact"), _("Dates")
TEXTS: tuple[tuple[str, str | Promise], ...] = (
    ("firstname", _("First name")),
    ("lastname", _("Last name")),
    ("company", _("Company")),
    ("email", _("E-mail")),
    ("city", _("City")),
    ("postal_code", _("Postal code")),
    ("address", _("Street and number")),
    ("home_phone", _("Home number")),
    ("notes", _("Notes")),
)
_DAYS = (_("days"),)


def fields(workspace: Workspace) -> list[Field]:
    """Return the fields of every contact."""
    return [
        *(
            Field(name, label, PERSON, texts.operators(F(name), column=name))
            for name, label in TEXTS
        ),
        Field("phone", _("Mobile number"), PERSON, _phone(workspace.country)),
        Field("country", _("Country"), PERSON, _country()),
        Field("birthday", _("Birthday"), DATES, segment_birthdays.operators()),
        Field(
            "created_at", pgettext_lazy("contact", "Added"), DATES, _time("created_at")
        ),
        Field(
            "updated_at",
            pgettext_lazy("contact", "Changed"),
            DATES,
            _time("updated_at"),
        ),
    ]


def _phone(country: str) -> tuple[Operator, ...]:
    def digits(value: str) -> str:
        return phones.search_digits(value, country=country) or value

    def starts(moment: Moment, value: Any) -> Q:
        return Q(phone__startswith=value)

    def holds(moment: Moment, value: Any) -> Q:
        return Q(phone__contains=digits(value))

    def has(moment: Moment, value: Any) -> Q:
        return ~Q(phone="")

    def has_none(moment: Moment, value: Any) -> Q:
        return Q(phone="")

    return (
        Operator("filled", _("is there"), _("has a mobile number"), has),
        Operator("empty", _("is missing"), _("has no mobile number"), has_none),
        Operator(
            "starts",
            _("starts with"),
            _("%(field)s starts with %(value)s"),
            starts,
            Text(),
        ),
        Operator(
            "contains", _("contains"), _("%(field)s contains %(value)s"), holds, Text()
        ),
    )


class Countries:
    """Every country that has phone numbers."""

    def listed(self) -> Sequence[tuple[str, str]]:
        return countries.choices()

    def found(self, values: Sequence[str]) -> Mapping[str, str]:
        return {code: countries.name_of(code) for code in values if _is_code(code)}


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def _country() -> tuple[Operator, ...]:
    listed = Choices(Countries(), _("There is no such country."))

    def is_any(moment: Moment, value: Any) -> Q:
        return Q(country__in=value)

    def is_none(moment: Moment, value: Any) -> Q:
        return ~Q(country__in=value)

    def unknown(moment: Moment, value: Any) -> Q:
        return Q(country="")

    return (
        Operator("any", _("is"), _("%(field)s is %(value)s"), is_any, listed),
        Operator("none", _("is not"), _("%(field)s is not %(value)s"), is_none, listed),
        Operator("empty", _("is unknown"), _("%(field)s is unknown"), unknown),
    )


def _time(name: str) -> tuple[Operator, ...]:
    def before(moment: Moment, value: Any) -> Q:
        return Q(**{f"{name}__lt": moment.midnight(dt.date.fromisoformat(value))})

    def after(moment: Moment, value: Any) -> Q:
        next_day = dt.date.fromisoformat(value) + dt.timedelta(days=1)
        return Q(**{f"{name}__gte": moment.midnight(next_day)})

    def within(moment: Moment, value: Any) -> Q:
        return Q(**{f"{name}__gte": moment.days_ago(value)})

    def longer_ago(moment: Moment, value: Any) -> Q:
        return Q(**{f"{name}__lt": moment.days_ago(value)})

    days = Whole(0, MAX_DAYS)
    return (
        Operator(
            "within",
            _("within the last"),
            _("%(field)s within the last %(value)s days"),
            within,
            days,
            after=_DAYS,
        ),
        Operator(
            "longer_ago",
            _("longer ago than"),
            _("%(field)s longer ago than %(value)s days"),
            longer_ago,
            days,
            after=_DAYS,
        ),
        Operator("before", _("before"), _("%(field)s before %(value)s"), before, Day()),
        Operator("after", _("after"), _("%(field)s after %(value)s"), after, Day()),
    )
