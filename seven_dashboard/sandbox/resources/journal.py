"""GET /journal/…: bare arrays, newest first, no paging metadata (gateway.md 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import end_of, read_day, stamp, stamp_ms, start_of
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import Inbound, Message, VoiceCall
from seven_dashboard.sandbox.routing import operation

MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """The parameters all journals share; what cannot be read is no filter."""

    id: int | None
    since: float
    until: float
    to: str | None
    state: str
    limit: int
    offset: int
    # What went out after it is not shown yet: the journal lags.
    shown_until: float

    def takes(self, *, id: int, at: float, to: str, state: str) -> bool:
        """Say whether a row passes."""
        if self.id is not None and id != self.id:
            return False
        if not self.since <= at < self.until:
            return False
        if self.to is not None and to != self.to:
            return False
        return not self.state or state.upper() == self.state

    def page(self, rows: Iterable[dict[str, object]]) -> Response:
        """Answer the wanted slice of rows that come newest first."""
        return json_response(list(islice(rows, self.offset, self.offset + self.limit)))


def _filter(call: Call) -> Filter:
    since = read_day(call.text("date_from"))
    until = read_day(call.text("date_to"))
    limit = call.number("limit", default=MAX_ROWS)
    state = call.text("state").upper()
    lag_s = call.account.profile.journal_lag_s
    return Filter(
        id=call.number("id", default=-1) if call.text("id").isdecimal() else None,
        since=start_of(since) if since else 0.0,
        until=end_of(until) if until else float("inf"),
        to=_number(call.text("to")),
        state="" if state == "UNDEFINED" else state,
        limit=min(limit, MAX_ROWS) if limit > 0 else MAX_ROWS,
        offset=max(call.number("offset", default=0), 0),
        shown_until=call.world.now() - lag_s if lag_s else float("inf"),
    )


def _number(text: str) -> str | None:
    if not any(character.isdigit() for character in text):
        return None
    return normalize(text) or text


@operation("GET", "/journal/outbound", scope="journal")
def outbound(call: Call) -> Response:
    """List sent messages."""
    wanted = _filter(call)
    account = call.account
    chosen: Iterable[Message] = reversed(account.messages)
    if wanted.id is not None:
        chosen = [found] if (found := account.by_id.get(wanted.id)) else []
    elif wanted.to is not None:
        chosen = reversed(account.by_recipient.get(wanted.to, []))
    return wanted.page(
        _outbound_row(message)
        for message in chosen
        if not message.is_deleted
        and message.created_at <= wanted.shown_until
        and wanted.takes(
            id=message.id,
            at=message.created_at,
            to=message.recipient,
            state=message.status or "",
        )
    )


def _outbound_row(message: Message) -> dict[str, object]:
    at, reported = message.send_at, message.status_at
    is_reported = reported is not None
    return {
        "id": str(message.id),
        "to": message.recipient,
        "from": message.sender,
        "text": message.text,
        "timestamp": stamp_ms(message.created_at),
        "price": f"{message.price:.4f}",
        "dlr": message.status,
        "dlr_timestamp": stamp_ms(reported) if reported is not None else None,
        "mccmnc": message.mccmnc,
        "latency": f"{max(0.0, (reported or at) - at):.4f}" if is_reported else None,
        "type": "direct",
        "channel": message.channel,
        "connection": message.connection,
        "label": message.label,
        "foreign_id": message.foreign_id,
    }


@operation("GET", "/journal/inbound", scope="journal")
def inbound(call: Call) -> Response:
    """List received messages."""
    return _received(call, lambda row: True, price="0.0000")


@operation("GET", "/journal/replies", scope="journal")
def replies(call: Call) -> Response:
    """List received messages that answer a sent one; their price is an int."""
    return _received(call, lambda row: row.is_reply, price=0)


def _received(
    call: Call, belongs: Callable[[Inbound], bool], *, price: object
) -> Response:
    wanted = _filter(call)
    return wanted.page(
        {
            "id": str(row.id),
            "from": row.sender,
            "to": row.system,
            "text": row.text,
            "timestamp": stamp(row.at),
            "price": price,
            "reply_to_message_id": row.reply_to,
        }
        for row in reversed(call.account.inbound)
        if belongs(row) and wanted.takes(id=row.id, at=row.at, to=row.system, state="")
    )


@operation("GET", "/journal/voice", scope="journal")
def voice(call: Call) -> Response:
    """List calls."""
    wanted = _filter(call)
    return wanted.page(
        _voice_row(row)
        for row in reversed(call.account.calls.values())
        if row.created_at <= wanted.shown_until
        and wanted.takes(
            id=row.id, at=row.created_at, to=row.recipient, state=row.status
        )
    )


def _voice_row(row: VoiceCall) -> dict[str, object]:
    is_failed = row.error is not None
    return {
        "id": str(row.id),
        "from": row.sender,
        "to": row.recipient,
        "xml": row.is_xml,
        "text": row.text,
        "duration": str(row.duration_s) if row.duration_s is not None else None,
        "status": row.status,
        "error": row.error,
        "timestamp": stamp(row.created_at),
        "price": None if is_failed else f"{row.price:.3f}",
    }


_KINDS = {
    "outbound": outbound,
    "inbound": inbound,
    "replies": replies,
    "voice": voice,
    "voice_call": voice,
}


@operation("GET", "/journal", scope="journal")
def journal(call: Call) -> Response:
    """Answer the old form ``/journal?type=…``."""
    kind = _KINDS.get(call.text("type"))
    if kind is None:
        return call.code("400" if call.text("type") else "304")
    return kind(call)
