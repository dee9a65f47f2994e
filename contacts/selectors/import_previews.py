"""Read the beginning of an uploaded file: samples of its columns, first contacts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from contacts import columns, field_kinds, kind_guesses, sentences
from contacts import rows as cleaning
from contacts.models import Import
from contacts.reading import tables
from contacts.reading.tables import Layout, Row
from contacts.rows import Shape
from contacts.selectors import fields
from contacts.selectors.import_shapes import shape_of

# Enough to guess kinds by; a fraction of a second, so less of a wide file.
SAMPLED_ROWS = 5_000
SAMPLED_CELLS = 100_000
SHOWN_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Samples:
    """Some different cells of each column, and the kind that all of them are of."""

    cells: Sequence[Sequence[str]]
    kinds: Sequence[str]


def samples(source: Import) -> Samples:
    """Return what the columns of the file hold, by their position."""
    layout = Layout(**source.layout)
    rows = [
        cells
        for _line, cells in islice(
            tables.rows(Path(source.file.path), layout),
            min(SAMPLED_ROWS, SAMPLED_CELLS // max(1, layout.width)),
        )
    ]
    shown, kinds = [], []
    for at in range(layout.width):
        column = [cells[at] for cells in rows if len(cells) > at]
        heading = layout.header[at] if at < len(layout.header) else ""
        shown.append(kind_guesses.choices_in(column)[:SHOWN_SAMPLES])
        kinds.append(kind_guesses.guess(heading, column, country=source.country))
    return Samples(shown, kinds)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file as the contact it becomes, or why it becomes none."""

    line: int
    values: Sequence[tuple[str, str]]
    reason: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows; ``heads`` are the names and headings of their values."""

    heads: Sequence[tuple[str, object]]
    rows: Sequence[PreviewRow]


def first_contacts(source: Import, *, most: int = 8) -> Preview:
    """Return what the first rows of the file become."""
    layout = Layout(**source.layout)
    shape = shape_of(source)
    own = _own_fields(source)
    heads = [*_heads(shape.names), *((slug, label) for slug, (label, _k) in own)]
    rows = islice(tables.rows(Path(source.file.path), layout), most)
    return Preview(heads, [_preview(row, shape, heads, dict(own)) for row in rows])


def _own_fields(source: Import) -> list[tuple[str, tuple[str, str]]]:
    """Return slug, heading and kind of the own fields that the file fills."""
    known = {field.slug: field for field in fields.custom(source.workspace)}
    found = []
    for target in source.mapping.values():
        if not target.startswith(columns.CUSTOM):
            continue
        slug = target.removeprefix(columns.CUSTOM)
        new = source.new_fields.get(slug, {"label": slug, "kind": field_kinds.TEXT})
        field = known.get(slug)
        about = (field.label, field.kind) if field else (new["label"], new["kind"])
        found.append((slug, about))
    return found


def _heads(names: Sequence[str]) -> list[tuple[str, object]]:
    """Return the built-in ones among the names, the number first."""
    labels: dict[str, object] = {"phone": _("Mobile number")}
    labels |= {name: label for name, label, _sample in fields.BUILT_IN}
    labels |= {"home_phone": _("Home number"), "notes": _("Notes")}
    return [(name, label) for name, label in labels.items() if name in names]


def _preview(
    row: Row,
    shape: Shape,
    heads: Sequence[tuple[str, object]],
    own: Mapping[str, tuple[str, str]],
) -> PreviewRow:
    line, cells = row
    kept = [cell for cell in cells if cell.strip()]
    try:
        cleaned = dict(zip(shape.names, cleaning.clean(cells, shape), strict=True))
    except cleaning.Refusal as refusal:
        return PreviewRow(line, [], sentences.of_row(refusal.reason), kept)
    cleaned |= json.loads(cleaned.pop("custom", "{}"))
    values = [(name, cleaned.get(name, "")) for name, _label in heads]
    shown = [
        (name, fields.value_text(value, _kind_of(name, own))) for name, value in values
    ]
    return PreviewRow(line, shown, "", kept)


def _kind_of(name: str, own: Mapping[str, tuple[str, str]]) -> str:
    if name in own:
        return own[name][1]
    return field_kinds.DATE if name == "birthday" else field_kinds.TEXT
