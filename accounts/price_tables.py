"""Prices and their changes as tables for files. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import Price
from accounts.selectors.price_history import Difference
from seven_dashboard.csv_text import Cell

Row = Sequence[Cell]


def prices(rows: Iterable[Price]) -> Iterator[Row]:
    """Yield each network with its price, what it was, and since when it is."""
    yield [*_place(), _("Price (EUR)"), _("Was (EUR)"), _("Since")]
    for row in rows:
        yield [
            *_place_of(row),
            row.amount,
            row.previous_amount,
            row.changed_at,
        ]


def differences(rows: Iterable[Difference]) -> Iterator[Row]:
    """Yield each price that changed: was, is, and since when."""
    yield [*_place(), _("Was (EUR)"), _("Price (EUR)"), _("Since")]
    for row in rows:
        yield [*_place_of(row), row.was, row.now, row.since]


def _place() -> list[str]:
    return [_("Country"), _("Code"), _("Prefix"), _("Network"), "MCC", "MNC"]


def _place_of(row: Price | Difference) -> list[Cell]:
    name = countries.name_of(row.country, fallback=row.country_name)
    prefix = f"+{row.prefix}" if row.prefix else ""
    return [name, row.country, prefix, row.network, row.mcc, row.mncs]
