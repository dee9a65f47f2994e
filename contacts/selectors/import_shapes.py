"""Read how the rows of an uploaded file become contacts."""

from __future__ import annotations

from contacts import rows
from contacts.models import CustomField, Import
from contacts.reading.tables import Layout
from contacts.rows import Kind, Shape


def shape_of(source: Import) -> Shape:
    """Return which column goes where, with the kinds of the own fields among them."""
    layout = Layout(**source.layout)
    return rows.shape(
        source.mapping,
        country=source.country,
        width=len(layout.header) if layout.has_header else 0,
        kinds=_kinds(source),
    )


def _kinds(source: Import) -> dict[str, Kind]:
    """Return the kinds of the workspace's fields, and of those the import will make."""
    planned = {
        slug: Kind(new["kind"], tuple(new["choices"]))
        for slug, new in source.new_fields.items()
    }
    fields = CustomField.objects.filter(workspace=source.workspace_id)
    return planned | {
        field.slug: Kind(field.kind, tuple(field.choices)) for field in fields
    }
