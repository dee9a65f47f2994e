"""Make a call, on the channel it is for, and say what became of each recipient."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from contacts.models import Channel
from messaging import outcomes, rcs_contents, timing
from messaging.claims import Call
from messaging.options import RcsOptions, SmsOptions, VoiceOptions
from messaging.outcomes import Kind, Outcome
from seven_dashboard.gateway import wire
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.receipts import Receipt

logger = logging.getLogger(__name__)


def make(client: SevenClient, call: Call) -> list[Outcome]:
    """Call the gateway once; return an outcome for each claim. Never raises.

    Anything unforeseen counts as unclear, because the request may have left.
    """
    try:
        with wire.leaving_within(timing.DEPARTURE_S):
            receipt = _SEND[call.channel](client, call)
        return outcomes.of_receipt(receipt, call.recipients)
    except GatewayError as error:
        outcome = outcomes.of_error(error, recipients=len(call.claims))
    except Exception:
        first = call.claims[0].message_id
        logger.exception("call failed", extra={"message_id": first})
        outcome = Outcome(Kind.UNCLEAR)
    return [outcome] * len(call.claims)


def _sms(client: SevenClient, call: Call) -> Receipt[Any]:
    options = call.options
    assert isinstance(options, SmsOptions)
    return client.sms.send(
        to=call.recipients,
        text=call.text,
        sender=call.sender or None,
        foreign_id=call.foreign_id,
        label=call.label or None,
        flash=options.is_flash or None,
        ttl=options.ttl_min,
        performance_tracking=options.has_tracking or None,
        delay=options.deliver_at,
        files=call.files,
    )


def _voice(client: SevenClient, call: Call) -> Receipt[Any]:
    options = call.options
    assert isinstance(options, VoiceOptions)
    return client.voice.send(
        to=call.recipients,
        text=call.text,
        sender=call.sender or None,
        ringtime_s=options.ringtime_s,
        foreign_id=call.foreign_id,
    )


def _rcs(client: SevenClient, call: Call) -> Receipt[Any]:
    options = call.options
    assert isinstance(options, RcsOptions)
    (recipient,) = call.recipients
    return client.rcs.send(
        to=recipient,
        content=rcs_contents.of(call.text, options.cards),
        agent_id=call.sender or None,
        fallback=rcs_contents.fallback_of(options.fallback),
        foreign_id=call.foreign_id,
        label=call.label or None,
        ttl=options.ttl_min,
        performance_tracking=options.has_tracking or None,
        delay=options.deliver_at,
    )


_SEND: dict[str, Callable[[SevenClient, Call], Receipt[Any]]] = {
    Channel.SMS: _sms,
    Channel.VOICE: _voice,
    Channel.RCS: _rcs,
}
