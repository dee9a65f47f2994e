"""Keep the numbers of the account, and those to rent, as rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import Connection, NumberOffer, OwnNumber
from accounts.models.numbers import MAX_DIGITS
from accounts.services import gateway
from seven_dashboard.gateway.resources import numbers

_DIGITS: Final = re.compile(rf"[0-9]{{3,{MAX_DIGITS}}}")
# A price beyond this is a slip of the gateway, and no column holds it.
_MAX_PRICE: Final = Decimal(100_000)
_STORED_AT_ONCE: Final = 1000


def refresh(*, connection: Connection) -> None:
    """Keep the list of active numbers. Raises GatewayError, Refused."""
    keep(connection, gateway.client_for(connection).numbers.active())


def keep(connection: Connection, listed: Iterable[numbers.ActiveNumber]) -> None:
    """Make the rows what the gateway listed; what is not listed is gone."""
    found = {number: row for row in listed if (number := digits_of(row.number))}
    with transaction.atomic():
        # Two readers at once must not put back what one of them saw go.
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        mine = OwnNumber.objects.filter(connection=connection)
        mine.exclude(number__in=found).delete()
        known = {row.number: row for row in mine}
        for number, row in found.items():
            _keep_one(connection, number, row, known.get(number))
        # What is ours is not for rent.
        offers = NumberOffer.objects.filter(connection=connection)
        offers.filter(number__in=found).delete()


def keep_one(connection: Connection, listed: numbers.ActiveNumber) -> None:
    """Note what the gateway says of one number that the account has."""
    number = digits_of(listed.number)
    known = OwnNumber.objects.filter(connection=connection, number=number).first()
    if number:
        _keep_one(connection, number, listed, known)


def refresh_offers(*, connection: Connection) -> None:
    """Keep what is for rent everywhere. Raises GatewayError, Refused."""
    keep_offers(connection, gateway.client_for(connection).numbers.available())


def keep_offers(
    connection: Connection,
    listed: Iterable[numbers.AvailableNumber],
    *,
    country: str = "",
) -> None:
    """Make the offers what the gateway listed, everywhere or in one country."""
    found = {number: row for row in listed if (number := digits_of(row.number))}
    now = timezone.now()
    rows = [
        NumberOffer(
            connection=connection, number=number, seen_at=now, **_offer_values(row)
        )
        for number, row in found.items()
    ]
    with transaction.atomic():
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        outdated = NumberOffer.objects.filter(connection=connection)
        if country:
            outdated = outdated.filter(country=country)
        outdated.delete()
        NumberOffer.objects.bulk_create(
            rows, batch_size=_STORED_AT_ONCE, ignore_conflicts=True
        )


def digits_of(number: str) -> str:
    """Return a number as digits alone, "" for what is none."""
    bare = re.sub(r"[\s+]", "", number)
    return bare if _DIGITS.fullmatch(bare) else ""


def _keep_one(
    connection: Connection,
    number: str,
    listed: numbers.ActiveNumber,
    known: OwnNumber | None,
) -> None:
    row = known or OwnNumber(connection=connection, number=number)
    fees, features = listed.billing.fees, listed.features
    row.country = listed.country[:2].upper()
    row.friendly_name = listed.friendly_name[:120]
    row.interval = listed.billing.payment_interval[:16]
    row.charge, row.setup = price(fees.basic_charge), price(fees.setup)
    row.sms_in, row.voice_in = price(fees.sms_mo), price(fees.voice_mo)
    row.has_sms, row.has_voice = features.sms, features.voice
    row.has_a2p_sms = features.a2p_sms
    row.sms_forward = listed.forwarding.sms.targets
    row.email_forward = listed.forwarding.email.targets
    slack = _slack(listed, known)
    row.slack_forward = json.dumps(slack) if slack else ""
    row.rented_at, row.expires_at = listed.created_at, listed.expires_at
    row.seen_at = timezone.now()
    row.save()


def _slack(listed: numbers.ActiveNumber, known: OwnNumber | None) -> list[str]:
    uris = listed.forwarding.slack.targets
    # The specification has room for one address only: where it is one of several that
    # we know of, the others are still there.
    if known is not None and len(uris) == 1 and uris[0] in known.slack_addresses:
        return known.slack_addresses
    return uris


def _offer_values(listed: numbers.AvailableNumber) -> dict[str, object]:
    fees, features = listed.fees, listed.features
    return {
        "country": listed.country[:2].upper(),
        "formatted": (listed.formatted or "")[:40],
        "monthly_charge": price(fees.monthly.basic_charge),
        "monthly_setup": price(fees.monthly.setup),
        "annual_charge": price(fees.annually.basic_charge),
        "annual_setup": price(fees.annually.setup),
        "sms_in": price(fees.sms_mo),
        "voice_in": price(fees.voice_mo),
        "has_sms": features.sms,
        "has_a2p_sms": features.a2p_sms,
        "has_voice": features.voice,
    }


def price(amount: Decimal | None) -> Decimal | None:
    """Return a price as a column holds it; None for one that cannot be meant."""
    if amount is None or not 0 <= amount < _MAX_PRICE:
        return None
    return amount.quantize(Decimal("0.0001"))
