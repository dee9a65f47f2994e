"""Make the call for one claim, on the channel it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from contacts.models import Channel
from messaging import outcomes, timing
from messaging.claims import Claim
from messaging.outcomes import Kind, Outcome
from seven_dashboard.gateway import wire
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.receipts import Receipt

logger = logging.getLogger(__name__)


def make(client: SevenClient, claim: Claim) -> Outcome:
    """Call the gateway once and return what became of it; never raises.

    Anything unforeseen counts as unclear, because the request may have left.
    """
    try:
        with wire.leaving_within(timing.DEPARTURE_S):
            receipt = _SEND[claim.channel](client, claim)
    except GatewayError as error:
        return outcomes.of_error(error)
    except Exception:
        logger.exception("call failed", extra={"message_id": claim.message_id})
        return Outcome(Kind.UNCLEAR)
    return outcomes.of_receipt(receipt)


def _sms(client: SevenClient, claim: Claim) -> Receipt[Any]:
    return client.sms.send(
        to=[claim.recipient],
        text=claim.text,
        sender=claim.sender or None,
        foreign_id=claim.foreign_id,
        label=claim.label or None,
        flash=True if claim.is_flash else None,
    )


def _voice(client: SevenClient, claim: Claim) -> Receipt[Any]:
    return client.voice.send(
        to=[claim.recipient],
        text=claim.text,
        sender=claim.sender or None,
        foreign_id=claim.foreign_id,
    )


def _rcs(client: SevenClient, claim: Claim) -> Receipt[Any]:
    return client.rcs.send(
        to=claim.recipient,
        content=claim.text,
        agent_id=claim.sender or None,
        foreign_id=claim.foreign_id,
        label=claim.label or None,
    )


_SEND: dict[str, Callable[[SevenClient, Claim], Receipt[Any]]] = {
    Channel.SMS: _sms,
    Channel.VOICE: _voice,
    Channel.RCS: _rcs,
}
