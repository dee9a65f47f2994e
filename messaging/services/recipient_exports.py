"""Exports of a campaign's recipients: streamed at once, or written by a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from django.utils import translation

from accounts.models import User
from accounts.services import audit
from contacts.services import works, written_tables
from messaging.models import Campaign, RecipientExport
from messaging.selectors import recipient_rows, recipients
from messaging.selectors.recipients import Filter
from messaging.services import table_texts
from messaging.services.table_texts import Sheet


def prepare(
    *,
    campaign: Campaign,
    actor: User | None,
    wanted: Filter,
    format: str,
    language: str,
) -> RecipientExport:
    """Return an export that is not saved yet: to be streamed, or started."""
    return RecipientExport(
        workspace=campaign.workspace,
        campaign=campaign,
        created_by=actor,
        criteria=wanted.as_dict(),
        format=format,
        separator=table_texts.separator_for(language),
        language=language,
    )


def is_small(export: RecipientExport) -> bool:
    """Say whether the person can wait for it."""
    most = written_tables.MAX_AT_ONCE
    return _matching(export).order_by().values("pk")[: most + 1].count() <= most


def start(export: RecipientExport) -> None:
    """Save an export; a worker is to be rung for."""
    export.save(force_insert=True)


def cancel(export: RecipientExport) -> bool:
    """Stop an export; its half-written file goes with the worker."""
    return works.cancel(export)


def run(export_id: UUID) -> bool:
    """Write an export to its file; False when it is not ours to do."""
    export = works.claim(RecipientExport, export_id)
    if export is None:
        return False
    return written_tables.produce(
        export,
        lambda path: _write(export, path),
        then=lambda: record(export, rows=export.done),
    )


def lines(export: RecipientExport) -> Iterator[str]:
    """Yield an export as CSV, headings first."""
    return table_texts.lines(export, _sheet(export))


def workbook(export: RecipientExport) -> Iterator[bytes]:
    """Stream a small export as XLSX."""
    return table_texts.workbook(export, _sheet(export))


def record(export: RecipientExport, *, rows: int | None = None) -> None:
    """Write into the audit trail that personal data has left the house."""
    criteria = {"q" if key == "text" else key: v for key, v in export.criteria.items()}
    after: dict[str, object] = {
        **criteria,
        "name": export.campaign.name,
        "format": export.format,
    }
    if rows is not None:
        after["rows"] = rows
    audit.record(
        workspace=export.workspace,
        actor=export.created_by,
        action="campaign.export",
        after=after,
    )


def _write(export: RecipientExport, path: Path) -> None:
    export.total, export.done = _matching(export).count(), 0
    export.save(update_fields=["total", "done"])

    def tell(count: int) -> None:
        works.beat(export)
        works.advance(export, done=count)

    table_texts.write(export, path, _sheet(export, after_batch=tell))


def _sheet(
    export: RecipientExport, after_batch: Callable[[int], None] = lambda count: None
) -> Sheet:
    return Sheet(
        lambda: translation.gettext("Recipients"),
        lambda: recipient_rows.columns(export.campaign),
        lambda: recipient_rows.rows(
            export.campaign, _wanted(export), after_batch=after_batch
        ),
    )


def _matching(export: RecipientExport) -> recipients.Rows:
    return recipients.matching(export.campaign, _wanted(export))


def _wanted(export: RecipientExport) -> Filter:
    return recipients.read(export.criteria)
