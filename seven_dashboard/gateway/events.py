"""What the gateway tells us by webhook: the raw request becomes a typed event.

Source: docs.seven.io, "Webhooks". Three ways of delivery (JSON, form with PHP's
nesting, the same in the query), one envelope: `webhook_event`, `webhook_timestamp` and
`data`. An event we do not know, or whose data lack what it is about, is kept raw: a
refused webhook is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError

from seven_dashboard.gateway.nesting import NestingInvalid, load_form
from seven_dashboard.gateway.parsing import (
    GatewayModel,
    JsonInvalid,
    MomentOrNone,
    MoneyOrNone,
    Text,
    TextOrNone,
    Whole,
    WholeOrNone,
    load_json,
    moment_or_none,
    text,
)

MAX_BODY_BYTES: Final = 256 * 1024
MAX_FIELDS: Final = 500
MAX_DEPTH: Final = 8


class MalformedEvent(Exception):
    """Say that a request is no webhook of the gateway."""


class EventKind(StrEnum):
    """What happened."""

    DELIVERY_REPORT = "dlr"
    INBOUND_SMS = "sms_mo"
    RCS_STATUS = "rcs_dlr"
    RCS_INBOUND = "rcs_mo"
    VOICE_STATUS = "voice_status"
    VOICE_CALL = "voice_call"
    VOICE_DTMF = "voice_dtmf"
    TRACKING = "tracking"
    UNKNOWN = "unknown"


_Id = Annotated[str, BeforeValidator(text), Field(min_length=1)]


class EventData(GatewayModel):
    """Base of all event data; `at` is the gateway's own time of it."""

    at: MomentOrNone = Field(
        default=None, validation_alias=AliasChoices("timestamp", "time")
    )


class DeliveryReport(EventData):
    """A message has come further, or to its end."""

    message_id: _Id = Field(alias="msg_id")
    status: _Id
    foreign_id: TextOrNone = None


class RcsStatus(DeliveryReport):
    """An RCS message was delivered or read, or the person is typing."""

    sender: Text = ""
    agent_id: TextOrNone = None


class InboundSms(EventData):
    """Someone wrote to us; `recipient` is our own number."""

    id: _Id
    sender: _Id
    recipient: Text = Field(default="", alias="system")
    text: Text = ""
    message_type: Text = "SMS"


def _words(value: object) -> str:
    """Return the text of a plain message or of an answer to a suggestion."""
    return text(value.get("text")) if isinstance(value, Mapping) else text(value)


class RcsInbound(EventData):
    """Someone wrote to our agent: text, suggestion_response, user_file, location.

    `text` is empty for a file or a location; what they hold is in the event's `raw`.
    """

    id: _Id
    sender: _Id
    agent_id: TextOrNone = None
    content_type: Text = "text"
    text: Annotated[str, BeforeValidator(_words)] = ""


class VoiceStatus(EventData):
    """A call of ours has come further; the price is EUR."""

    call_id: _Id = Field(alias="id")
    status: Text = ""
    caller: Text = Field(default="", alias="callerId")
    recipient: Text = ""
    duration_s: WholeOrNone = Field(default=None, alias="duration")
    price_per_minute: MoneyOrNone = Field(default=None, alias="pricePerMinute")
    total_price: MoneyOrNone = None
    foreign_id: TextOrNone = None


class VoiceDtmf(VoiceStatus):
    """The called person pressed a key."""

    digit: Text = Field(default="", alias="dtmf_digit")
    system: TextOrNone = None


class VoiceCall(EventData):
    """Someone called our number."""

    call_id: _Id = Field(alias="id")
    caller: Text = ""
    recipient: Text = Field(default="", alias="system")


class Tracking(EventData):
    """Someone opened a link in a message; `type` is "click" or "view"."""

    type: Text = ""
    message_id: _Id = Field(alias="sms_id")
    label: TextOrNone = Field(default=None, alias="sms_label")
    final_url: Text = ""
    tracking_url: Text = ""
    total_clicks: Whole = 0
    total_views: Whole = 0


class UnknownData(EventData):
    """Nothing we can name; see the event's `raw`."""


_DATA: Final[dict[EventKind, type[EventData]]] = {
    EventKind.DELIVERY_REPORT: DeliveryReport,
    EventKind.INBOUND_SMS: InboundSms,
    EventKind.RCS_STATUS: RcsStatus,
    EventKind.RCS_INBOUND: RcsInbound,
    EventKind.VOICE_STATUS: VoiceStatus,
    EventKind.VOICE_CALL: VoiceCall,
    EventKind.VOICE_DTMF: VoiceDtmf,
    EventKind.TRACKING: Tracking,
}


_KINDS: Final = {kind.value: kind for kind in _DATA}


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One event. `raw` is the whole envelope and can be stored as JSON.

    `name` is the gateway's word for the kind; `occurred_at` is the time in the data,
    or when the webhook was sent.
    """

    kind: EventKind
    name: str
    data: EventData
    occurred_at: datetime | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def subject(self) -> str:
        """The gateway's id of the message or call it is about, "" without one."""
        data = self.data
        if isinstance(data, DeliveryReport | Tracking):
            return data.message_id
        if isinstance(data, VoiceStatus | VoiceCall):
            return data.call_id
        return data.id if isinstance(data, InboundSms | RcsInbound) else ""

    @property
    def is_incomplete(self) -> bool:
        """Say whether we know its kind, but its data lack what it is about."""
        return self.kind is EventKind.UNKNOWN and (
            self.name in _KINDS or self.name.startswith("rcs")
        )


def parse(*, content_type: str, body: bytes, query: str) -> GatewayEvent:
    """Return the event a webhook request holds, or raise MalformedEvent.

    `query` is the raw query string; it counts when there is no body.
    """
    envelope = _envelope(content_type=content_type, body=body, query=query)
    name = text(envelope.get("webhook_event"))[:50]
    if not name:
        raise MalformedEvent("it names no event")
    raw_data = envelope.get("data")
    data = raw_data if isinstance(raw_data, dict) else {}
    kind, read = _read(_kind(name, data), data)
    return GatewayEvent(
        kind=kind,
        name=name,
        data=read,
        occurred_at=read.at or moment_or_none(envelope.get("webhook_timestamp")),
        raw=envelope,
    )


def _kind(name: str, data: Mapping[str, Any]) -> EventKind:
    known = _KINDS.get(name)
    if known is not None:
        return known
    if name.startswith("rcs"):
        # "rcs" alone stands for reports and for messages; only reports have a msg_id.
        is_report = "msg_id" in data and "status" in data
        return EventKind.RCS_STATUS if is_report else EventKind.RCS_INBOUND
    return EventKind.UNKNOWN


def _read(kind: EventKind, data: Mapping[str, Any]) -> tuple[EventKind, EventData]:
    model = _DATA.get(kind)
    if model is not None:
        try:
            return kind, model.model_validate(data)
        except ValidationError:
            pass
    return EventKind.UNKNOWN, UnknownData.model_validate(data)


def _envelope(*, content_type: str, body: bytes, query: str) -> dict[str, Any]:
    if len(body) > MAX_BODY_BYTES or len(query) > MAX_BODY_BYTES:
        raise MalformedEvent("it is too long")
    is_json = "json" in content_type.lower() or body.lstrip()[:1] == b"{"
    problem = "it is no form"
    try:
        if is_json:
            problem = "it is no JSON"
            return _storable_object(load_json(body))
        encoded = body.decode("utf-8", "replace") if body.strip() else query
        form = load_form(encoded, max_fields=MAX_FIELDS, max_depth=MAX_DEPTH)
        return _storable_object(form)
    except (JsonInvalid, NestingInvalid):
        pass
    raise MalformedEvent(problem)


def _storable_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedEvent("it is no object")
    storable: dict[str, Any] = _storable(value, depth=0)
    return storable


def _storable(value: Any, *, depth: int) -> Any:
    """Return a value that PostgreSQL stores as JSON: exact decimals become text."""
    if depth > MAX_DEPTH:
        raise MalformedEvent("it is too deep")
    if isinstance(value, dict):
        return {
            text(key): _storable(item, depth=depth + 1) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_storable(item, depth=depth + 1) for item in value]
    return text(value) if isinstance(value, str | Decimal) else value
