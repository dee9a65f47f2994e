"""Keyset pages over a list that can be sorted by one of several columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

M = TypeVar("M", bound=Model)

PAGE_SIZE: Final = 50
# Stands in for a price that is not known: such rows come last.
_UNKNOWN: Final = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column to sort by, `is_amount` for one of money."""

    column: str
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class SortedPage(Generic[M]):
    """The rows of one page, the sorting that was used, the cursor of the next."""

    rows: list[M]
    sort: str
    after: str | None


def page(
    rows: QuerySet[M],
    *,
    sortings: Mapping[str, Sorting],
    sort: str,
    after: str = "",
) -> SortedPage[M]:
    """Return the page behind the cursor `after`.

    `sort` is a name of `sortings`, with "-" in front for the other way; what is none
    is the first of them. A cursor that makes no sense is the beginning.
    """
    name = sort.removeprefix("-")
    if name not in sortings:
        name = sort = next(iter(sortings))
    sorting, is_down = sortings[name], sort.startswith("-")
    column = "sort_amount" if sorting.is_amount else sorting.column
    if sorting.is_amount:
        known = _known(sorting.column, is_down=is_down)
        rows = cast("QuerySet[M]", rows.annotate(sort_amount=known))
    behind = _behind(rows.model, column, after, is_down=is_down)
    sign = "-" if is_down else ""
    found = list(rows.filter(behind).order_by(f"{sign}{column}", "pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    cursor = f"{getattr(shown[-1], column)}|{shown[-1].pk}" if has_more else None
    return SortedPage(shown, sort, cursor)


def _known(column: str, *, is_down: bool) -> Coalesce:
    last = -_UNKNOWN if is_down else _UNKNOWN
    kind = DecimalField(max_digits=20, decimal_places=4)
    return Coalesce(column, Value(last, output_field=kind), output_field=kind)


def _behind(model: type[Model], column: str, after: str, *, is_down: bool) -> Q:
    """Return what comes behind a cursor; everything for one that makes no sense."""
    text, _, key = after.rpartition("|")
    try:
        pk = model._meta.pk.to_python(key)
        value = _amount(text) if column == "sort_amount" else text
    except (ValidationError, InvalidOperation):
        return Q()
    if pk is None or "\x00" in after or len(after) > 200:
        return Q()
    farther = "lt" if is_down else "gt"
    return Q(**{f"{column}__{farther}": value}) | Q(**{column: value, "pk__gt": pk})


def _amount(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or abs(value) > _UNKNOWN:
        raise InvalidOperation
    return value
