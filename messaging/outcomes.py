"""What the outcome of one call to the gateway means for the message it was for.

Pure: a receipt or an error goes in, an `Outcome` for each recipient comes out. The rule
that decides all others: a message goes back to the queue only when it is certain that
nothing was sent. Whatever is not certain is UNCLEAR, and the journal settles it
(services/unclear.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from messaging import spellings
from messaging.pause_reasons import HTTP
from seven_dashboard.gateway.codes import CODES, meaning_of
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.receipts import Receipt, SentMessage
from seven_dashboard.gateway.resources.rcs import RcsMessage

DUPLICATE_CODE: Final = 402
MAX_GATEWAY_ID: Final = 32
_MAX_PRICE: Final = Decimal(10_000)
_SMALLEST_PRICE: Final = Decimal("0.00001")
# These stop a campaign though they are not for good: waiting does not pay the bill.
_STOPPING_CODES: Final = frozenset({500})
# What is judged recipient by recipient. One of these for a whole group does not say
# whom it is about, nor that no other one was served before.
_OF_ONE_RECIPIENT: Final = frozenset({202, 301, 402, 403, 500})
# Without 402: the person has that very text already, from somebody else.
RETRYABLE_CODES: Final = frozenset(
    code for code, meaning in CODES.items() if not meaning.permanent and code > 101
) - {DUPLICATE_CODE}


class Kind(StrEnum):
    """What becomes of the message."""

    ACCEPTED = "accepted"
    # Certainly unsent, trouble that passes: queued again after a pause.
    RELEASED = "released"
    # Not called at all: queued again as if it had never been claimed.
    UNTOUCHED = "untouched"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    # Certainly unsent; the campaign, or every one of the connection, has to stop.
    STOPS_CAMPAIGN = "stops_campaign"
    STOPS_CONNECTION = "stops_connection"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call. Prices are EUR; `balance` is the account's credit."""

    kind: Kind
    code: int | None = None
    gateway_id: str = ""
    price: Decimal | None = None
    parts: int | None = None
    balance: Decimal | None = None
    # What refused the whole call, where no code did.
    http_status: int | None = None
    retry_after_s: float | None = None
    # Trouble of the way to the gateway, which the circuit breaker counts.
    is_outage: bool = field(default=False)
    # Nobody knows what became of the message, but no other one may follow it.
    halts_campaign: bool = field(default=False)

    @property
    def stops_campaign(self) -> bool:
        return self.halts_campaign or self.kind is Kind.STOPS_CAMPAIGN

    @property
    def reason(self) -> str:
        """Return the word that a paused campaign shows: a gateway code, mostly."""
        if self.code is None:
            return f"{HTTP}{self.http_status}"
        return str(self.code)


def storable_price(price: Decimal | None) -> Decimal | None:
    """Return a price (EUR) that the message's column holds, None for nonsense."""
    if price is None or not price.is_finite() or not 0 <= price < _MAX_PRICE:
        return None
    return price.quantize(_SMALLEST_PRICE)


def of_receipt(receipt: Receipt[Any], recipients: Sequence[str]) -> list[Outcome]:
    """Return what became of each recipient of a call that the gateway answered.

    Answers are matched by number. A recipient whose answer is missing, is there twice
    or cannot be told from another's is UNCLEAR, whatever the others say.
    """
    answered = receipt.messages
    if len(recipients) == 1:
        # Whatever number it names: there is no other that it could mean.
        return [_of_message(receipt, answered[0] if len(answered) == 1 else None)]
    places = spellings.places(recipients, [message.recipient for message in answered])
    return [_of_message(receipt, None if at is None else answered[at]) for at in places]


def _of_message(receipt: Receipt[Any], message: SentMessage | None) -> Outcome:
    if message is None:
        return Outcome(Kind.UNCLEAR)
    if not message.is_success:
        return of_code(message.error_code)
    return Outcome(
        Kind.ACCEPTED,
        gateway_id=(message.id or "")[:MAX_GATEWAY_ID],
        price=_price_of(message),
        parts=_storable_parts(getattr(message, "parts", None)),
        balance=receipt.balance,
    )


def _price_of(message: SentMessage) -> Decimal | None:
    """Return the price, None while it is not known.

    RCS is billed with its delivery and answered with 0 before.
    """
    is_rcs = isinstance(message, RcsMessage) and message.channel.upper() == "RCS"
    return None if is_rcs and not message.price else storable_price(message.price)


def _storable_parts(parts: int | None) -> int | None:
    return parts if parts is not None and 0 <= parts < 1000 else None


def of_code(code: int | None) -> Outcome:
    """Return the outcome of a code that refuses one recipient."""
    meaning = meaning_of(code)
    if code is None or not meaning.certain_unsent:
        return Outcome(Kind.UNCLEAR, code=code)
    if meaning.concerns == "connection":
        return Outcome(Kind.STOPS_CONNECTION, code=code)
    if meaning.concerns == "campaign":
        return Outcome(Kind.STOPS_CAMPAIGN, code=code)
    return Outcome(Kind.REFUSED, code=code)


def of_error(error: GatewayError, *, recipients: int = 1) -> Outcome:
    """Return what became of each recipient of a call that raised.

    A 503 counts as unclear although the client calls it unsent: it may come from a
    proxy that had already handed the request on, and a look costs less than a second
    message.
    """
    if recipients > 1 and error.code in _OF_ONE_RECIPIENT:
        halts = meaning_of(error.code).concerns == "campaign"
        return Outcome(Kind.UNCLEAR, code=error.code, halts_campaign=halts)
    if error.code is not None:
        return of_code(error.code)
    if not error.is_certainly_unsent or error.http_status == 503:
        return Outcome(Kind.UNCLEAR, is_outage=True, retry_after_s=error.retry_after_s)
    if not error.is_permanent:
        return Outcome(Kind.RELEASED, is_outage=True, retry_after_s=error.retry_after_s)
    return _http_refusal(error)


def _http_refusal(error: GatewayError) -> Outcome:
    """Judge a refusal by HTTP status alone: never by one recipient's fault.

    A 404 and the like mean a wrong address of the gateway or a setting it does not
    take, and would refuse every further row alike.
    """
    status = error.http_status or 0
    code = {401: 900, 403: 902}.get(status)
    is_of_all = error.concerns == "connection"
    kind = Kind.STOPS_CONNECTION if is_of_all else Kind.STOPS_CAMPAIGN
    return Outcome(kind, code=code, http_status=status)
