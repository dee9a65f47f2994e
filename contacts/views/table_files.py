"""Tables that a worker writes: what their pages show, and how a file is handed out."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest
from contacts import xlsx_export
from contacts.models import Work, WrittenTable
from contacts.selectors import works
from contacts.services import written_tables

Format = WrittenTable.Format
CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def state(table: WrittenTable, *, failure: str) -> dict[str, object]:
    """Return what the page of a table shows of its way to a file."""
    keep = written_tables.KEEP_FILES
    return {
        "export": table,
        "is_over": table.is_over,
        "progress": works.progress(table),
        "failure": failure,
        "sheets": -(-table.done // xlsx_export.SHEET_ROWS),
        "kept_until": table.finished_at and table.finished_at + keep,
    }


def progress(
    request: WorkspaceRequest,
    table: WrittenTable,
    template: str,
    values: dict[str, object],
) -> HttpResponse:
    """Return the part of the page that changes; the last answer ends the polling."""
    answer = render(request, template, values)
    if table.is_over:
        answer.status_code = HttpResponseStopPolling.status_code
        is_done = table.state == Work.State.FINISHED
        text = _("Your export is ready.") if is_done else table.get_state_display()
        level = "success" if is_done else "error"
        answer["HX-Trigger"] = json.dumps({"toast": {"level": level, "text": text}})
    return answer


def written(table: WrittenTable, name: str) -> HttpResponseBase:
    """Serve a written file; it is nowhere else to be had."""
    path = written_tables.path_of(table)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=_filename(table, name),
        content_type=CONTENT_TYPES[Format(table.format)],
    )


def streamed(
    table: WrittenTable, name: str, content: Iterator[str] | Iterator[bytes]
) -> StreamingHttpResponse:
    """Serve a small table that is made while it is read."""
    answer = StreamingHttpResponse(
        content, content_type=CONTENT_TYPES[Format(table.format)]
    )
    disposition = content_disposition_header(True, _filename(table, name))
    answer["Content-Disposition"] = disposition
    return answer


def _filename(table: WrittenTable, name: str) -> str:
    day = timezone.localdate(table.created_at) if table.created_at else None
    return f"{name} {day or timezone.localdate():%Y-%m-%d}.{table.format}"
