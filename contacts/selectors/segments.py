"""Segments: what a definition means to the database, and the ones there are.

A definition is data from people. It is turned into a question by the operators of a
catalog and by nothing else: unknown fields, operators, values and things of another
workspace are named as broken, and a broken definition is never used in part.

How it counts:

- Conditions about messages belong to the number, not to the row of the contact: a
  contact that is deleted and imported again, or merged with another, has the past of
  its number. After a merge also that of the numbers that it had before.
- Days are whole days in the workspace's zone (``contacts.segments.moments``).
- "is not" and "none of" are the exact opposite of "is" and "any of": they hold for
  contacts without a value too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Workspace
from contacts.models import Segment
from contacts.segments import checking
from contacts.segments.catalog import Catalog, Field
from contacts.segments.checking import Checked
from contacts.segments.definitions import ALL, Branch
from contacts.segments.moments import Moment
from contacts.selectors import fields as own_fields
from contacts.selectors import (
    segment_columns,
    segment_counts,
    segment_links,
    segment_own_fields,
    segment_shapes,
)
from seven_dashboard.errors import Refused

MAX_SEGMENTS = 500
Definition = Mapping[str, Any]
Source = Callable[[Workspace], list[Field]]

_sources: list[Source] = []
# What no contact is.
NOBODY = Q(pk__in=[])


class Broken(Refused):
    """A definition that cannot be used as it is."""

    def __init__(self, name: str, errors: Mapping[str, str]) -> None:
        first = next(iter(errors.values()))
        sentence = _("The segment “%(name)s” cannot be used: %(error)s") % {
            "name": name,
            "error": first,
        }
        super().__init__(sentence, code="segment_broken")
        self.errors = errors


def register(source: Source) -> None:
    """Let segments use the fields that a higher app knows; repeating is harmless."""
    if source not in _sources:
        _sources.append(source)


def catalog(workspace: Workspace) -> Catalog:
    """Return every field that segments of a workspace may use."""
    found = segment_columns.fields(workspace)
    found += segment_own_fields.fields(own_fields.custom(workspace))
    found += segment_links.fields(workspace)
    for source in _sources:
        found += source(workspace)
    return Catalog(found, country=workspace.country)


def checked(workspace: Workspace, definition: object) -> Checked:
    """Return what a definition says, and which of its conditions are broken."""
    return checking.check(definition, catalog(workspace))


def moment(workspace: Workspace, now: Any = None) -> Moment:
    """Return a moment, the present one if none is given, by the workspace's clock."""
    return Moment(now or timezone.now(), ZoneInfo(workspace.time_zone))


def condition(segment: Segment, *, now: Any = None) -> Q:
    """Return who is in a segment, in the shape for pages; nobody if it is broken.

    Do not negate it: whom to leave out is ``required``.
    """
    try:
        found = required(
            segment.workspace, segment.definition, name=segment.name, now=now
        )
    except Broken:
        return NOBODY
    return segment_shapes.for_pages(found)


def required(
    workspace: Workspace, definition: object, *, name: str = "", now: Any = None
) -> Q:
    """Return who a definition is about; raises Broken."""
    found = checked(workspace, definition)
    if not found.is_sound:
        raise Broken(name, found.errors)
    return question(found, moment(workspace, now))


def question(found: Checked, at: Moment) -> Q:
    """Return what a sound definition asks of contacts at a moment."""
    assert found.tree is not None and found.is_sound
    return _question(found.tree, found, at)


def _question(branch: Branch, found: Checked, at: Moment) -> Q:
    parts = []
    for child in branch.children:
        if isinstance(child, Branch):
            parts.append(_question(child, found, at))
        else:
            line = found.lines[child.path]
            parts.append(line.operator.make(at, line.value))
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part if branch.match == ALL else whole | part
    return whole


@dataclass(frozen=True, slots=True)
class Line:
    """A segment in a list: what it says, and whether it can be used."""

    segment: Segment
    sentence: str
    is_broken: bool
    is_waiting: bool


def line(segment: Segment, known: Catalog) -> Line:
    """Return a segment as a list shows it."""
    found = checking.check(segment.definition, known)
    is_waiting = found.is_sound and segment_counts.is_stale(segment)
    return Line(segment, found.sentence(), not found.is_sound, is_waiting)


def get(workspace: Workspace, segment_id: UUID) -> Segment:
    """Return a segment of the workspace, or raise Http404."""
    found = Segment.objects.filter(workspace=workspace, pk=segment_id).first()
    if found is None:
        raise Http404
    found.workspace = workspace
    return found


def by_name(workspace: Workspace, name: str) -> Segment | None:
    """Return the segment of that name, whatever its case, or None."""
    mine = Segment.objects.filter(workspace=workspace, name__iexact=name.strip())
    return mine.select_related("workspace").first()


def all(workspace: Workspace) -> list[Segment]:
    """Return the segments of the workspace by name."""
    rows = Segment.objects.filter(workspace=workspace).select_related("workspace")
    return list(rows.order_by(Lower("name"))[:MAX_SEGMENTS])
