"""Exports of a campaign's recipients: streamed at once, or written by a worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.utils import translation

from accounts.models import User
from accounts.services import audit
from contacts import csv_export, xlsx_export
from contacts.csv_export import Cell
from contacts.services import works, written_tables
from messaging.models import Campaign, RecipientExport
from messaging.selectors import recipient_rows, recipients
from messaging.selectors.recipients import Filter

# Lines that are written in one go, in the language of the file.
PART = 500
# Programs of these languages have the comma for the decimal.
_COMMA_IS_DECIMAL = ("de", "fr", "es", "it", "nl")


def prepare(
    *,
    campaign: Campaign,
    actor: User | None,
    wanted: Filter,
    format: str,
    language: str,
) -> RecipientExport:
    """Return an export that is not saved yet: to be streamed, or started."""
    has_comma = language[:2] in _COMMA_IS_DECIMAL
    return RecipientExport(
        workspace=campaign.workspace,
        campaign=campaign,
        created_by=actor,
        criteria=wanted.as_dict(),
        format=format,
        separator=";" if has_comma else ",",
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


def lines(
    export: RecipientExport, rows: Iterable[Sequence[Cell]] | None = None
) -> Iterator[str]:
    """Yield an export as CSV, headings first.

    Streaming goes on after the request, when its language is gone: each part is
    written in the language of the export.
    """
    with translation.override(export.language):
        head = [column.heading for column in recipient_rows.columns(export.campaign)]
        body = recipient_rows.rows(export.campaign, _wanted(export))
    written = csv_export.lines(
        chain([head], body if rows is None else rows),
        separator=export.separator,
        country="DE" if export.separator == ";" else "GB",
    )
    while True:
        with translation.override(export.language):
            part = "".join(islice(written, PART))
        if not part:
            return
        yield part


def workbook(export: RecipientExport) -> Iterator[bytes]:
    """Stream a small export as XLSX, from a file that is gone afterwards."""
    with NamedTemporaryFile(suffix=".xlsx") as file:
        with translation.override(export.language):
            rows = recipient_rows.rows(export.campaign, _wanted(export))
            _write_xlsx(export, Path(file.name), rows)
        while block := file.read(1 << 16):
            yield block


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

    rows = recipient_rows.rows(export.campaign, _wanted(export), after_batch=tell)
    with translation.override(export.language):
        if export.format == RecipientExport.Format.XLSX:
            _write_xlsx(export, path, rows)
            return
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines(export, rows))


def _write_xlsx(
    export: RecipientExport, path: Path, rows: Iterable[Sequence[Cell]]
) -> None:
    xlsx_export.write(
        path,
        recipient_rows.columns(export.campaign),
        rows,
        name=translation.gettext("Recipients"),
        total=export.total,
    )


def _matching(export: RecipientExport) -> recipients.Rows:
    return recipients.matching(export.campaign, _wanted(export))


def _wanted(export: RecipientExport) -> Filter:
    return recipients.read(export.criteria)
