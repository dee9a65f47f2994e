"""Keep the gateway's price list as rows, with what a price was before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import Connection, Price
from accounts.selectors.prices import cache_key, networks_cache_key
from accounts.services import gateway, price_history
from accounts.services.price_history import Key
from seven_dashboard.gateway.resources.pricing import CountryPrices, PriceList

_CENT_OF_A_CENT = Decimal("0.00001")


def refresh(*, connection: Connection) -> None:
    """Fetch the price list and store it. Raises GatewayError, Refused."""
    listed = gateway.client_for(connection).pricing.get()
    store(connection=connection, listed=listed)


def store(*, connection: Connection, listed: PriceList) -> None:
    """Replace the rows by the list; what changed is kept beside it.

    An empty list changes nothing: it is more likely an accident than a gateway that
    delivers nowhere.
    """
    now = timezone.now()
    wanted = {_key(row): row for row in _rows(connection, listed, now)}
    if not wanted:
        return
    with transaction.atomic():
        known = {
            _key(row): row
            for row in Price.objects.select_for_update().filter(connection=connection)
        }
        for key, row in wanted.items():
            _carry_history(row, known.get(key))
        price_history.note(connection=connection, before=known, after=wanted, at=now)
        gone = [row.pk for key, row in known.items() if key not in wanted]
        Price.objects.filter(pk__in=gone).delete()
        Price.objects.bulk_create(
            wanted.values(),
            batch_size=1000,
            update_conflicts=True,
            unique_fields=[
                "connection",
                "country",
                "prefix",
                "mcc",
                "mncs",
                "network",
            ],
            update_fields=[
                "amount",
                "previous_amount",
                "changed_at",
                "country_name",
                "seen_at",
            ],
        )
    cache.delete_many([cache_key(connection.pk), networks_cache_key(connection.pk)])


def _carry_history(row: Price, known: Price | None) -> None:
    if known is None:
        return
    if known.amount == row.amount:
        row.previous_amount, row.changed_at = known.previous_amount, known.changed_at
    else:
        row.previous_amount, row.changed_at = known.amount, row.seen_at


def _rows(connection: Connection, listed: PriceList, now: datetime) -> Iterator[Price]:
    for country in listed.countries:
        yield from _rows_of(connection, country, now)


def _rows_of(
    connection: Connection, country: CountryPrices, now: datetime
) -> Iterator[Price]:
    for network in country.networks:
        if network.price is None:
            continue
        yield Price(
            connection=connection,
            country=country.code[:2].upper(),
            country_name=country.name[:100],
            prefix=country.prefix.lstrip("+")[:8],
            mcc=(network.mcc or "")[:40],
            mncs=", ".join(network.mncs)[:200],
            network=(network.name or "")[:160],
            amount=network.price.quantize(_CENT_OF_A_CENT),
            seen_at=now,
        )


def _key(row: Price) -> Key:
    return (row.country, row.prefix, row.mcc, row.mncs, row.network)
