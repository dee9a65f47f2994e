"""Make the call for one claim, on the channel it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from contacts.models import Channel
from messaging import outcomes, rcs_contents, timing
from messaging.claims import Claim
from messaging.options import RcsOptions, SmsOptions, VoiceOptions
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
    options = claim.options
    assert isinstance(options, SmsOptions)
    return client.sms.send(
        to=[claim.recipient],
        text=claim.text,
        sender=claim.sender or None,
        foreign_id=claim.foreign_id,
        label=claim.label or None,
        flash=options.is_flash or None,
        ttl=options.ttl_min,
        performance_tracking=options.has_tracking or None,
        delay=options.deliver_at,
    )


def _voice(client: SevenClient, claim: Claim) -> Receipt[Any]:
    options = claim.options
    assert isinstance(options, VoiceOptions)
    return client.voice.send(
        to=[claim.recipient],
        text=claim.text,
        sender=claim.sender or None,
        ringtime_s=options.ringtime_s,
        foreign_id=claim.foreign_id,
    )


def _rcs(client: SevenClient, claim: Claim) -> Receipt[Any]:
    options = claim.options
    assert isinstance(options, RcsOptions)
    return client.rcs.send(
        to=claim.recipient,
        content=rcs_contents.of(claim.text, options.card),
        agent_id=claim.sender or None,
        fallback=rcs_contents.fallback_of(options.fallback),
        foreign_id=claim.foreign_id,
        label=claim.label or None,
        ttl=options.ttl_min,
        performance_tracking=options.has_tracking or None,
        delay=options.deliver_at,
    )


_SEND: dict[str, Callable[[SevenClient, Claim], Receipt[Any]]] = {
    Channel.SMS: _sms,
    Channel.VOICE: _voice,
    Channel.RCS: _rcs,
}
