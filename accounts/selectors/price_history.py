"""How prices changed: newest first, of a country, and between two days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet

from accounts import countries
from accounts.models import Connection, Price, PriceChange, PriceCheck
from accounts.selectors.clock import GATEWAY_ZONE, gateway_today

PAGE: Final = 50
# A list that changed altogether several times over; more is cut off, and said.
MOST_COMPARED: Final = 5_000
HISTORY_DAYS: Final = 180
_KEY: Final = ("country", "prefix", "mcc", "mncs", "network")


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, and the cursor of the next ones ("" at the end)."""

    rows: list[PriceChange]
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A price that is not what it was: None where it was, or is, not listed."""

    country: str
    country_name: str
    prefix: str
    network: str
    mcc: str
    mncs: str
    was: Decimal | None
    now: Decimal | None
    since: datetime

    @property
    def name(self) -> str:
        return countries.name_of(self.country, fallback=self.country_name)

    @property
    def key(self) -> str:
        return f"{self.country}-{self.prefix}"

    @property
    def share(self) -> Decimal | None:
        """How much more it is, as a part of what it was; negative for less."""
        if self.was is None or self.now is None or not self.was:
            return None
        return (self.now - self.was) / self.was


@dataclass(frozen=True, slots=True)
class PriceDay:
    """EUR for a part on a day: the usual network, the cheapest and the dearest."""

    day: date
    usual: Decimal
    lowest: Decimal
    highest: Decimal


def known_since(connection: Connection) -> date | None:
    """Return the first day that can be compared, None before the first list."""
    checks = PriceCheck.objects.filter(connection=connection).order_by("day")
    return checks.values_list("day", flat=True).first()


def newest(connection: Connection, *, after: str = "") -> Page:
    """Return the changes after a cursor, newest first."""
    rows = PriceChange.objects.filter(connection=connection)
    number = int(after) if after.isdecimal() and len(after) < 19 else 0
    last = rows.filter(pk=number).first() if number else None
    if last is not None:
        older = Q(changed_at__lt=last.changed_at) | Q(pk__lt=last.pk)
        rows = rows.filter(older, changed_at__lte=last.changed_at)
    found = list(rows.order_by("-changed_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, str(shown[-1].pk) if len(found) > PAGE else "")


def of_country(
    connection: Connection, key: str, *, limit: int = 50
) -> list[Difference]:
    """Return the changes of one country, newest first; key is as in the price list."""
    rows = _of_country(connection, key).order_by("-changed_at", "-pk")[:limit]
    return [as_difference(row) for row in rows]


def as_difference(row: PriceChange) -> Difference:
    return _difference(row, row)


def between(connection: Connection, start: date, end: date) -> list[Difference]:
    """Return what was another price at the end of `start` than at the end of `end`.

    By name of the country, then of the network; a price that came back is left out.
    """
    return changed(connection, since=end_of(start), until=end_of(end))


def changed(
    connection: Connection, *, since: datetime, until: datetime | None = None
) -> list[Difference]:
    """Return what is another price than at a moment, as `between` does."""
    rows = PriceChange.objects.filter(connection=connection, changed_at__gte=since)
    if until is not None:
        rows = rows.filter(changed_at__lt=until)
    first = _one_each(rows, "changed_at", "pk")
    last = _one_each(rows, "-changed_at", "-pk")
    found = [
        _difference(first[key], row)
        for key, row in last.items()
        if first[key].before != row.amount
    ]
    return sorted(found, key=lambda one: (countries.sort_key(one.name), one.network))


def end_of(day: date) -> datetime:
    """Return the moment at which a day ends at the gateway."""
    following = day + timedelta(days=1)
    return datetime.combine(following, time(), tzinfo=GATEWAY_ZONE)


def by_day(connection: Connection, rows: list[Price], key: str) -> list[PriceDay]:
    """Return the prices of a country on each of the last days, oldest first.

    `rows` are those of today; the changes are undone day by day.
    """
    since, today = known_since(connection), gateway_today()
    if since is None:
        return []
    first = max(since, today - timedelta(days=HISTORY_DAYS - 1))
    changes = _of_country(connection, key).filter(changed_at__gte=end_of(first))
    undone = list(changes.order_by("-changed_at", "-pk"))
    amounts = {_key(row): row.amount for row in rows}
    found, day = [], today
    while day >= first:
        while undone and undone[0].changed_at >= end_of(day):
            _undo(amounts, undone.pop(0))
        if amounts:
            found.append(_price_day(day, amounts))
        day -= timedelta(days=1)
    return found[::-1]


def _undo(amounts: dict[tuple[str, ...], Decimal], change: PriceChange) -> None:
    if change.before is None:
        amounts.pop(_key(change), None)
    else:
        amounts[_key(change)] = change.before


def _price_day(day: date, amounts: dict[tuple[str, ...], Decimal]) -> PriceDay:
    lowest, highest = min(amounts.values()), max(amounts.values())
    usual = [amount for key, amount in amounts.items() if not key[2]]
    return PriceDay(day, max(usual, default=highest), lowest, highest)


def _of_country(connection: Connection, key: str) -> QuerySet[PriceChange]:
    country, _, prefix = key.partition("-")
    return PriceChange.objects.filter(
        connection=connection, country=country.upper(), prefix=prefix
    )


def _one_each(
    rows: QuerySet[PriceChange], *order: str
) -> dict[tuple[str, ...], PriceChange]:
    chosen: Iterable[PriceChange] = rows.order_by(*_KEY, *order).distinct(*_KEY)[
        :MOST_COMPARED
    ]
    return {_key(row): row for row in chosen}


def _key(row: Price | PriceChange) -> tuple[str, ...]:
    return (row.country, row.prefix, row.mcc, row.mncs, row.network)


def _difference(first: PriceChange, last: PriceChange) -> Difference:
    return Difference(
        country=last.country,
        country_name=last.country_name,
        prefix=last.prefix,
        network=last.network,
        mcc=last.mcc,
        mncs=last.mncs,
        was=first.before,
        now=last.amount,
        since=last.changed_at,
    )
