"""Read the refused rows of an import as a table to correct and import again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from contacts import sentences
from contacts.models import Import
from contacts.reading.tables import Layout
from contacts.selectors import imports as selected

# More are offered as CSV only, which is written while it is sent.
MOST_AS_SPREADSHEET = 100_000


def headings(source: Import) -> list[str]:
    """Return the columns of the file, then the row's number and the reason."""
    layout = Layout(**source.layout)
    column = _("Column")
    header = layout.header or [f"{column} {at + 1}" for at in range(layout.width)]
    return [*_as_wide(header, layout.width), _("Row"), _("Reason")]


def rows(source: Import) -> Iterator[list[str]]:
    """Yield the refused rows in the order of the file."""
    width = len(headings(source)) - 2
    for refusal in selected.refusals(source):
        cells = _as_wide(refusal.cells, width)
        yield [*cells, str(refusal.row_number), sentences.of_row(refusal.reason)]


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
