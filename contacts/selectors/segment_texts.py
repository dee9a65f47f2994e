"""What segments may ask of a text: a contact's columns and fields of its own.

Case does not count. Not empty means: holds more than nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts.folding import folded
from contacts.segments.catalog import Operator
from contacts.segments.moments import Moment
from contacts.segments.values import Text
from contacts.selectors import segment_sql as sql

# Columns that the trigram index of `Contact.search_text` holds: folded, in lower case.
FOLDED = ("firstname", "lastname", "company")
LOWERED = ("email", "phone")


def operators(text: Combinable, *, column: str = "") -> tuple[Operator, ...]:
    """Return the operators of a text that is never NULL.

    ``column`` names one of the contact's that the search index helps to find.
    """

    def found(value: str) -> Q:
        if column in FOLDED:
            text = folded(Value(value, output_field=TextField()))
            return Q(search_text__contains=text)
        return Q(search_text__contains=_lower(value)) if column in LOWERED else Q()

    def is_text(moment: Moment, value: Any) -> Q:
        return found(value) & sql.asks(sql.Equals(Lower(text), _lower(value)))

    def is_not(moment: Moment, value: Any) -> Q:
        return sql.asks(sql.Differs(Lower(text), _lower(value)))

    def holds(moment: Moment, value: Any) -> Q:
        return found(value) & sql.asks(sql.Holds(_lower(value), Lower(text)))

    def holds_not(moment: Moment, value: Any) -> Q:
        return ~sql.asks(sql.Holds(_lower(value), Lower(text)))

    def starts(moment: Moment, value: Any) -> Q:
        return found(value) & sql.asks(sql.StartsWith(Lower(text), _lower(value)))

    return (
        Operator("is", _("is"), _("%(field)s is %(value)s"), is_text, Text()),
        Operator(
            "is_not", _("is not"), _("%(field)s is not %(value)s"), is_not, Text()
        ),
        Operator(
            "contains", _("contains"), _("%(field)s contains %(value)s"), holds, Text()
        ),
        Operator(
            "contains_not",
            _("does not contain"),
            _("%(field)s does not contain %(value)s"),
            holds_not,
            Text(),
        ),
        Operator(
            "starts",
            _("starts with"),
            _("%(field)s starts with %(value)s"),
            starts,
            Text(),
        ),
        *presence(text),
    )


def presence(text: Combinable) -> tuple[Operator, ...]:
    """Return "is empty" and "is filled" of a text."""

    def empty(moment: Moment, value: Any) -> Q:
        return sql.asks(sql.Equals(text, Value("")))

    def filled(moment: Moment, value: Any) -> Q:
        return sql.asks(sql.Differs(text, Value("")))

    return (
        Operator("empty", _("is empty"), _("%(field)s is empty"), empty),
        Operator("filled", _("is filled"), _("%(field)s is filled"), filled),
    )


def _lower(value: str) -> Lower:
    return Lower(Value(value, output_field=TextField()))
