"""What a message to a country costs, out of the polled price list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404

from accounts import countries
from accounts.models import Connection, Price

CACHE_S = 600
# A country of the list has a code or at least a prefix.
_DEFAULT = Q(mcc="")


@dataclass(frozen=True, slots=True)
class CountryPrice:
    """EUR for one SMS part: to an unnamed network, and to the dearest one."""

    country: str
    name: str
    prefix: str
    default: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A country as the Prices page lists it; `key` addresses its networks."""

    key: str
    country: str
    name: str
    prefix: str
    default: Decimal
    lowest: Decimal
    highest: Decimal
    networks: int
    previous: Decimal | None
    changed_at: datetime | None
    # When any price of the country changed last.
    any_changed_at: datetime | None


class NetworkPrice(NamedTuple):
    """EUR for one SMS part to a network; ``codes`` are its MCC and MNC in one."""

    name: str
    codes: tuple[str, ...]
    amount: Decimal


def cache_key(connection_id: UUID) -> str:
    return f"prices:{connection_id}"


def networks_cache_key(connection_id: UUID) -> str:
    return f"prices:{connection_id}:networks"


def by_network(connection: Connection) -> dict[str, tuple[NetworkPrice, ...]]:
    """Return the prices of named networks by country; cached for ten minutes."""
    key = networks_cache_key(connection.pk)
    known = cache.get(key)
    if known is None:
        found: dict[str, list[NetworkPrice]] = {}
        rows = Price.objects.filter(connection=connection).exclude(_DEFAULT)
        for row in rows.exclude(country="").order_by("pk"):
            price = NetworkPrice(row.network, _codes(row), row.amount)
            found.setdefault(row.country, []).append(price)
        known = {country: tuple(prices) for country, prices in found.items()}
        cache.set(key, known, timeout=CACHE_S)
    return dict(known)


def names_by_code(connection: Connection) -> dict[str, str]:
    """Return what networks are called by their MCC and MNC in one; cached as above."""
    return {
        code: network.name
        for networks in by_network(connection).values()
        for network in networks
        if network.name
        for code in network.codes
    }


def _codes(row: Price) -> tuple[str, ...]:
    """Return 26201 and 26206 for mcc "262" and mncs "01, 06"."""
    mccs, mncs = (text.replace(",", " ").split() for text in (row.mcc, row.mncs))
    return tuple(mcc + mnc for mcc in mccs for mnc in mncs)


def by_country(connection: Connection) -> dict[str, CountryPrice]:
    """Return the prices by ISO country code, upper case; cached for ten minutes."""
    known = cache.get(cache_key(connection.pk))
    if known is None:
        known = _read(connection)
        cache.set(cache_key(connection.pk), known, timeout=CACHE_S)
    return dict(known)


def _read(connection: Connection) -> dict[str, CountryPrice]:
    rows = (
        Price.objects.filter(connection=connection)
        .exclude(country="")
        .values("country")
        .annotate(
            name=Min("country_name"),
            prefix_text=Min("prefix"),
            default=Max("amount", filter=_DEFAULT),
            highest=Max("amount"),
        )
    )
    return {
        row["country"]: CountryPrice(
            country=row["country"],
            name=row["name"],
            prefix=row["prefix_text"],
            # Without a default row the dearest network is the honest guess.
            default=row["highest"] if row["default"] is None else row["default"],
            highest=row["highest"],
        )
        for row in rows
    }


def listing(connection: Connection, *, codes: list[str], text: str) -> list[PriceRow]:
    """Return the countries that fit `text` by name, code, prefix or a network, by name.

    `codes` are further country codes that fit, found by a name in another language.
    The list has one row for each country of the world, so it is not paged.
    """
    wanted = _fitting(connection, codes=codes, text=text) if text else None
    rows = [
        _as_row(row)
        for row in _countries(connection)
        if wanted is None or (row["country"], row["prefix"]) in wanted
    ]
    return sorted(rows, key=lambda row: (countries.sort_key(row.name), row.prefix))


def every_network(connection: Connection) -> QuerySet[Price]:
    """Return every row of the list, country by country."""
    return Price.objects.filter(connection=connection).order_by(
        "country_name", "prefix", "mcc", "network"
    )


def networks(connection: Connection, key: str) -> list[Price]:
    """Return the networks of a country, dearest first, or raise Http404."""
    country, _, prefix = key.partition("-")
    wanted = Price.objects.filter(
        connection=connection, country=country.upper(), prefix=prefix
    )
    rows = list(wanted.order_by("-amount", "network", "mcc")[:200])
    if not rows:
        raise Http404
    return rows


def of_networks(rows: list[Price]) -> CountryPrice:
    """Return what a part costs usually and at most, of the networks of a country."""
    usual = [row.amount for row in rows if not row.mcc]
    highest = max(row.amount for row in rows)
    return CountryPrice(
        country=rows[0].country,
        name=rows[0].country_name,
        prefix=rows[0].prefix,
        default=max(usual, default=highest),
        highest=highest,
    )


def _fitting(
    connection: Connection, *, codes: list[str], text: str
) -> set[tuple[str, str]]:
    fits = Q(country_name__icontains=text) | Q(country__iexact=text)
    fits |= Q(country__in=codes) | Q(network__icontains=text)
    digits = text.replace(" ", "").lstrip("+0")
    if digits.isdecimal():
        fits |= Q(prefix__startswith=digits)
    if digits.isdecimal() and len(digits) in (5, 6):
        # The code of a network, such as 26201.
        fits |= Q(mcc__contains=digits[:3], mncs__contains=digits[3:])
    found = Price.objects.filter(fits, connection=connection)
    return set(found.values_list("country", "prefix").distinct())


def _countries(connection: Connection) -> Iterable[Mapping[str, Any]]:
    return (
        Price.objects.filter(connection=connection)
        .values("country", "prefix", "country_name")
        .annotate(
            default=Max("amount", filter=_DEFAULT),
            lowest=Min("amount"),
            highest=Max("amount"),
            networks=Count("id", filter=~_DEFAULT),
            previous=Max("previous_amount", filter=_DEFAULT),
            changed=Max("changed_at", filter=_DEFAULT),
            any_changed=Max("changed_at"),
        )
        .order_by("country_name", "prefix")[:400]
    )


def _as_row(row: Mapping[str, Any]) -> PriceRow:
    default = row["highest"] if row["default"] is None else row["default"]
    return PriceRow(
        key=f"{row['country']}-{row['prefix']}",
        country=row["country"],
        name=countries.name_of(row["country"], fallback=row["country_name"]),
        prefix=row["prefix"],
        default=default,
        lowest=row["lowest"],
        highest=row["highest"],
        networks=row["networks"],
        previous=row["previous"],
        changed_at=row["changed"],
        any_changed_at=row["any_changed"],
    )
