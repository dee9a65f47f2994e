"""The columns and cells of an exported journal, in the language that is active."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from contacts.csv_export import Cell
from contacts.xlsx_export import MOMENT, NUMBER, Column
from messaging.models import JournalExport
from messaging.selectors.recipient_rows import number_cell
from messaging.services.inbound import sender_of
from messaging.services.journal_links import Line

Journal = JournalExport.Journal


def columns(journal: str) -> list[Column]:
    """Return the columns of a journal."""
    found = [
        Column(_("When"), MOMENT),
        Column(_("From")),
        Column(_("To")),
        Column(_("Contact")),
        Column(_("Text")),
        Column(_("Price in EUR"), NUMBER),
    ]
    if journal == Journal.OUTBOUND:
        found += [
            Column(_("State")),
            Column(_("Reported"), MOMENT),
            Column(_("Seconds to arrive"), NUMBER),
            Column(_("Network")),
            Column(_("Channel")),
            Column(_("Sent by")),
            Column(_("Label")),
            Column(_("Foreign id")),
        ]
    elif journal == Journal.VOICE:
        found += [
            Column(_("State")),
            Column(_("Seconds of the call"), NUMBER),
            Column(_("Why it failed")),
        ]
    else:
        found.append(Column(_("Answers the message")))
    return [*found, Column(_("Gateway id")), Column(_("Here")), Column(_("Campaign"))]


def row(export: JournalExport, line: Line, zone: ZoneInfo) -> list[Cell]:
    """Return the cells of one entry."""
    entry = line.entry
    cells: list[Cell] = [
        _moment(entry.sent_at, zone),
        _number(export, entry.sender),
        _number(export, entry.recipient),
        line.contact.name if line.contact else "",
        entry.text,
        _plain(entry.price),
        *_own(export.journal, entry, zone),
        entry.id,
        _("yes") if line.is_here else _("no"),
    ]
    ours = line.message or line.received
    campaign = ours.campaign if ours else None
    return [*cells, campaign.name if campaign else ""]


def _own(journal: str, entry: Any, zone: ZoneInfo) -> list[Cell]:
    if journal == Journal.OUTBOUND:
        return [
            entry.status or "",
            _moment(entry.status_at, zone),
            _plain(entry.latency_s),
            entry.mccmnc or "",
            entry.channel,
            entry.connection,
            entry.label or "",
            entry.foreign_id or "",
        ]
    if journal == Journal.VOICE:
        seconds = entry.duration_s
        return [
            entry.status,
            None if seconds is None else Decimal(seconds),
            entry.error or "",
        ]
    return [entry.reply_to_message_id or ""]


def _number(export: JournalExport, spelled: str) -> str:
    known = sender_of(export.workspace, spelled) if spelled else ""
    return number_cell(known) if known.startswith("+") else spelled


def _plain(amount: Decimal | None) -> Cell:
    return None if amount is None else amount.normalize()


def _moment(moment: datetime | None, zone: ZoneInfo) -> Cell:
    return moment.astimezone(zone) if moment else None
