"""What segments may ask of a workspace's own fields, by their kind.

Values are texts in one form for each kind (``contacts/field_kinds.py``). A value that
is left from another kind is none: it is never compared, and the field counts as filled.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, DecimalField, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from contacts import field_kinds
from contacts.models import CustomField
from contacts.segments.catalog import Field, Operator
from contacts.segments.moments import Moment
from contacts.segments.options import Choices, Fixed
from contacts.segments.values import MAX_DAYS, Day, Number, Pair, Whole
from contacts.selectors import segment_sql as sql
from contacts.selectors import segment_texts as texts

PREFIX = "custom:"
SECTION = _("Own fields")
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def fields(own: list[CustomField]) -> list[Field]:
    """Return the workspace's own fields."""
    return [
        Field(f"{PREFIX}{field.slug}", field.label, SECTION, _operators(field))
        for field in own
    ]


def _operators(field: CustomField) -> tuple[Operator, ...]:
    value = _value(field.slug)
    if field.kind == field_kinds.NUMBER:
        return (*_number(value), *texts.presence(value))
    if field.kind == field_kinds.DATE:
        return (*_date(value), *texts.presence(value))
    if field.kind == field_kinds.BOOLEAN:
        return (*_boolean(value), *texts.presence(value))
    if field.kind == field_kinds.CHOICE:
        return (*_choice(field, value), *texts.presence(value))
    return texts.operators(value)


def _value(slug: str) -> Combinable:
    key = Value(slug, output_field=TextField())
    return Coalesce(
        _Key(F("custom"), key, output_field=TextField()),
        Value(""),
        output_field=TextField(),
    )


class _Key(Func):
    template = "(%(expressions)s)"
    arg_joiner = " ->> "


class _Decimal(Func):
    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


def _fits(value: Combinable, pattern: str) -> Q:
    return sql.asks(sql.Matches(value, Value(pattern)))


def _only(value: Combinable, pattern: str, shape: Any) -> Any:
    """Return the value where it has a form, else NULL, which compares with nothing."""
    fits = _fits(value, pattern)
    return Case(When(fits, then=shape), default=None, output_field=shape.output_field)


def _number(value: Combinable) -> tuple[Operator, ...]:
    decimal = _Decimal(value)
    number = _only(value, _NUMBER, decimal)

    def asked(comparison: type[sql.Asks], amount: str) -> Q:
        right = _Decimal(Value(amount, output_field=TextField()))
        # Never NULL, whose opposite would not hold either.
        return sql.asks(comparison(number, right)) & _fits(value, _NUMBER)

    def equal(moment: Moment, given: Any) -> Q:
        return asked(sql.Equals, given)

    def below(moment: Moment, given: Any) -> Q:
        return asked(sql.Below, given)

    def above(moment: Moment, given: Any) -> Q:
        return asked(sql.Above, given)

    def between(moment: Moment, given: Any) -> Q:
        return asked(sql.AtLeast, given[0]) & asked(sql.AtMost, given[1])

    one, two = Number(), Pair(Number(), Number(), is_range=True)
    return (
        Operator("eq", _("is"), _("%(field)s is %(value)s"), equal, one),
        Operator("lt", _("is below"), _("%(field)s is below %(value)s"), below, one),
        Operator("gt", _("is above"), _("%(field)s is above %(value)s"), above, one),
        Operator(
            "between",
            _("is between"),
            _("%(field)s is between %(value)s"),
            between,
            two,
        ),
    )


def _date(value: Combinable) -> tuple[Operator, ...]:
    # The form is such that texts sort as days do.
    day = _only(value, _DAY, Coalesce(value, Value(""), output_field=TextField()))

    def asked(comparison: type[sql.Asks], wanted: str) -> Q:
        right = Value(wanted, output_field=TextField())
        return sql.asks(comparison(day, right)) & _fits(value, _DAY)

    def on(moment: Moment, given: Any) -> Q:
        return asked(sql.Equals, given)

    def before(moment: Moment, given: Any) -> Q:
        return asked(sql.Below, given)

    def after(moment: Moment, given: Any) -> Q:
        return asked(sql.Above, given)

    def span(moment: Moment, first: int, last: int) -> Q:
        begin, end = (moment.today + dt.timedelta(days=n) for n in (first, last))
        return asked(sql.AtLeast, begin.isoformat()) & asked(
            sql.AtMost, end.isoformat()
        )

    def past(moment: Moment, given: Any) -> Q:
        return span(moment, -given, 0)

    def coming(moment: Moment, given: Any) -> Q:
        return span(moment, 0, given)

    days, after_days = Whole(0, MAX_DAYS), (_("days"),)
    return (
        Operator("on", _("is on"), _("%(field)s is on %(value)s"), on, Day()),
        Operator(
            "before", _("is before"), _("%(field)s is before %(value)s"), before, Day()
        ),
        Operator(
            "after", _("is after"), _("%(field)s is after %(value)s"), after, Day()
        ),
        Operator(
            "past",
            _("is today or in the last"),
            _("%(field)s is today or in the last %(value)s days"),
            past,
            days,
            after=after_days,
        ),
        Operator(
            "coming",
            _("is today or in the next"),
            _("%(field)s is today or in the next %(value)s days"),
            coming,
            days,
            after=after_days,
        ),
    )


def _boolean(value: Combinable) -> tuple[Operator, ...]:
    def yes(moment: Moment, given: Any) -> Q:
        return sql.asks(sql.Equals(value, Value("1")))

    def no(moment: Moment, given: Any) -> Q:
        return sql.asks(sql.Equals(value, Value("0")))

    return (
        Operator("yes", _("is yes"), _("%(field)s is yes"), yes),
        Operator("no", _("is no"), _("%(field)s is no"), no),
    )


def _choice(field: CustomField, value: Combinable) -> tuple[Operator, ...]:
    listed = Choices(
        Fixed(tuple((str(one), str(one)) for one in field.choices)),
        _("This is no longer one of the choices."),
    )

    def is_any(moment: Moment, given: Any) -> Q:
        return Q(In(value, given))

    def is_none(moment: Moment, given: Any) -> Q:
        return ~Q(In(value, given))

    return (
        Operator("any", _("is"), _("%(field)s is %(value)s"), is_any, listed),
        Operator("none", _("is not"), _("%(field)s is not %(value)s"), is_none, listed),
    )
