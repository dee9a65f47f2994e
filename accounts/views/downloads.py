"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from accounts.models import Workspace
from seven_dashboard.csv_text import Cell, lines

Table = Iterable[Sequence[Cell]]


def csv_answer(workspace: Workspace, name: str, rows: Table) -> StreamingHttpResponse:
    """Return rows as a file that a spreadsheet program of the country opens."""
    answer = StreamingHttpResponse(
        lines(rows, country=workspace.country), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
