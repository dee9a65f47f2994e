"""The gateway's own list of what went out and what came in, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    MomentOrNone,
    MoneyOrNone,
    Text,
    TextOrNone,
    WholeOrNone,
)
from seven_dashboard.gateway.resources.base import Resource

PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Narrow a journal. Both days are included; `limit` is 1 to 100."""

    id: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    to: str | None = None
    state: str | None = None
    limit: int = PAGE_SIZE
    offset: int = 0

    def query(self) -> dict[str, object]:
        """Return the query of a request."""
        return {
            "id": self.id,
            "date_from": fields.day(self.date_from),
            "date_to": fields.day(self.date_to),
            "to": self.to,
            "state": self.state,
            "limit": self.limit,
            "offset": self.offset or None,
        }


class JournalEntry(GatewayModel):
    """What all journals share; `price` is EUR."""

    id: Text
    sender: Text = Field(default="", alias="from")
    recipient: Text = Field(default="", alias="to")
    text: Text = ""
    sent_at: MomentOrNone = Field(default=None, alias="timestamp")
    price: MoneyOrNone = None


class OutboundEntry(JournalEntry):
    """A message that went out. `status` is its latest report, None before one."""

    status: TextOrNone = Field(default=None, alias="dlr")
    status_at: MomentOrNone = Field(default=None, alias="dlr_timestamp")
    mccmnc: TextOrNone = None
    latency_s: MoneyOrNone = Field(default=None, alias="latency")
    type: Text = ""
    channel: Text = "SMS"
    connection: Text = ""
    label: TextOrNone = None
    foreign_id: TextOrNone = None


class InboundEntry(JournalEntry):
    """A message that came in, by itself or as a reply."""

    reply_to_message_id: TextOrNone = None


class VoiceEntry(JournalEntry):
    """A call. `status` seen so far: completed, failed, no-answer, or empty."""

    is_xml: Flag = Field(default=False, alias="xml")
    duration_s: WholeOrNone = Field(default=None, alias="duration")
    status: Text = ""
    error: TextOrNone = None


EntryT = TypeVar("EntryT", bound=JournalEntry)
_Page = Callable[[JournalFilter], list[EntryT]]


class Journal(Resource):
    """Operations of /journal; each `iter_` reads all pages from the filter's offset."""

    def outbound(self, wanted: JournalFilter | None = None) -> list[OutboundEntry]:
        """Return one page of what went out."""
        query = _query(wanted)
        answer = self._transport.read(
            "JournalOutbound", "/journal/outbound", query=query
        )
        return answer.many(OutboundEntry)

    def inbound(self, wanted: JournalFilter | None = None) -> list[InboundEntry]:
        """Return one page of what came in."""
        query = _query(wanted)
        answer = self._transport.read("JournalInbound", "/journal/inbound", query=query)
        return answer.many(InboundEntry)

    def replies(self, wanted: JournalFilter | None = None) -> list[InboundEntry]:
        """Return one page of replies."""
        query = _query(wanted)
        answer = self._transport.read("JournalReplies", "/journal/replies", query=query)
        return answer.many(InboundEntry)

    def voice(self, wanted: JournalFilter | None = None) -> list[VoiceEntry]:
        """Return one page of calls."""
        query = _query(wanted)
        answer = self._transport.read("JournalVoice", "/journal/voice", query=query)
        return answer.many(VoiceEntry)

    def iter_outbound(
        self, wanted: JournalFilter | None = None
    ) -> Iterator[OutboundEntry]:
        """Yield everything that went out."""
        return _all_pages(self.outbound, wanted)

    def iter_inbound(
        self, wanted: JournalFilter | None = None
    ) -> Iterator[InboundEntry]:
        """Yield everything that came in."""
        return _all_pages(self.inbound, wanted)

    def iter_replies(
        self, wanted: JournalFilter | None = None
    ) -> Iterator[InboundEntry]:
        """Yield all replies."""
        return _all_pages(self.replies, wanted)

    def iter_voice(self, wanted: JournalFilter | None = None) -> Iterator[VoiceEntry]:
        """Yield all calls."""
        return _all_pages(self.voice, wanted)


def _query(wanted: JournalFilter | None) -> Mapping[str, object]:
    return (wanted or JournalFilter()).query()


def _all_pages(page: _Page[EntryT], wanted: JournalFilter | None) -> Iterator[EntryT]:
    """Yield the entries of all pages, each once.

    The list is newest first without a cursor: what arrives while we read pushes
    entries onto the next page, so entries seen on the page before are left out.
    """
    at = wanted or JournalFilter()
    seen: set[str] = set()
    while True:
        entries = page(at)
        yield from (entry for entry in entries if entry.id not in seen)
        ids = {entry.id for entry in entries}
        # A gateway that ignores the offset repeats one page for ever.
        if len(entries) < at.limit or ids <= seen:
            return
        seen = ids
        at = replace(at, offset=at.offset + len(entries))
