"""The refused rows of a file as a table to correct and import again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from contacts import sentences
from contacts.models import ImportRefusal, OptOutRefusal
from contacts.reading.tables import Layout

# More are offered as CSV only, which is written while it is sent.
MOST_AS_SPREADSHEET = 100_000
Refusal = ImportRefusal | OptOutRefusal


def headings(layout: Layout) -> list[str]:
    """Return the columns of the file, then the row's number and the reason."""
    column = _("Column")
    header = layout.header or [f"{column} {at + 1}" for at in range(layout.width)]
    return [*_as_wide(header, layout.width), _("Row"), _("Reason")]


def rows(layout: Layout, refusals: Iterable[Refusal]) -> Iterator[list[str]]:
    """Yield refused rows as wide as the headings."""
    width = len(headings(layout)) - 2
    for refusal in refusals:
        cells = _as_wide(refusal.cells, width)
        yield [*cells, str(refusal.row_number), sentences.of_row(refusal.reason)]


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
