"""Save, rename, copy and delete segments, and keep their last count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import usage
from contacts.models import Segment
from contacts.selectors import segment_counts, segments
from contacts.selectors.segments import Broken
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

MAX_NAME = 100


class NameTaken(Refused):
    """The workspace has a segment of that name, whatever its case."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("A segment of this name exists already."),
            code="name_taken",
            field="name",
        )


@transaction.atomic
def create(
    *, workspace: Workspace, name: str, definition: object, actor: User | None
) -> Segment:
    """Save a new segment; raises Broken or NameTaken."""
    kept = _sound(workspace, definition, name)
    segment = Segment(
        workspace=workspace, name=name.strip(), definition=kept, created_by=actor
    )
    _save(segment)
    _record(segment, actor, "segment.create", after=_facts(segment))
    return segment


@transaction.atomic
def update(
    *,
    segment: Segment,
    name: str,
    definition: object,
    actor: User | None,
    seen: str = "",
) -> Segment:
    """Give a segment another name or definition.

    ``seen`` is what the person's page showed (``pages``). Raises Broken, NameTaken or
    Overtaken.
    """
    fresh = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if fresh is None:
        raise Refused(_("The segment was deleted meanwhile."), code="segment_gone")
    fresh.workspace = segment.workspace
    before = _facts(fresh)
    kept = _sound(fresh.workspace, definition, name)
    wanted = pages.merged(
        {"name": name.strip(), "definition": kept}, now=shown_values(fresh), seen=seen
    )
    if wanted.get("definition", fresh.definition) != fresh.definition:
        fresh.member_count = fresh.counted_at = None
    for field, value in wanted.items():
        setattr(fresh, field, value)
    _save(fresh)
    if (after := _facts(fresh)) != before:
        _record(fresh, actor, "segment.update", before=before, after=after)
    return fresh


def shown_values(segment: Segment) -> dict[str, object]:
    """Return what the builder shows of a segment."""
    return {"name": segment.name, "definition": segment.definition}


def duplicate(*, segment: Segment, actor: User | None) -> Segment:
    """Save a copy under a name of its own; also of a broken one, to be mended."""
    copy = Segment(
        workspace=segment.workspace,
        name=_free_name(segment),
        definition=segment.definition,
        created_by=actor,
    )
    with transaction.atomic():
        _save(copy)
        _record(copy, actor, "segment.create", after=_facts(copy))
    return copy


@transaction.atomic
def delete(*, segment: Segment, actor: User | None) -> None:
    """Delete a segment; raises Refused while a campaign that is not out needs it."""
    fresh = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if fresh is None:
        return
    usage.require_unused(fresh)
    fresh.workspace = segment.workspace
    _record(fresh, actor, "segment.delete", before=_facts(fresh))
    fresh.delete()


def refresh_count(segment_id: UUID) -> bool:
    """Count a segment and keep the figure; returns whether there was one to count."""
    segment = Segment.objects.select_related("workspace").filter(pk=segment_id).first()
    if segment is None:
        return False
    try:
        question = segments.required(segment.workspace, segment.definition)
    except Broken:
        return False
    found = segment_counts.count(
        segment.workspace, question, limit_ms=segment_counts.BACKGROUND_MS
    )
    # One that was changed meanwhile keeps no figure of what it was before.
    Segment.objects.filter(pk=segment.pk, definition=segment.definition).update(
        member_count=found.contacts,
        is_estimated=not found.is_exact,
        counted_at=timezone.now(),
    )
    return True


def _sound(workspace: Workspace, definition: object, name: str) -> dict[str, Any]:
    found = segments.checked(workspace, definition)
    if not found.is_sound:
        raise Broken(name, found.errors)
    return found.as_json()


def _free_name(segment: Segment) -> str:
    """Return "Copy of X", or "Copy of X (2)" and so on."""
    base = _("Copy of %(name)s") % {"name": segment.name}
    taken = Segment.objects.filter(workspace=segment.workspace_id)
    names = {name.lower() for name in taken.values_list("name", flat=True)}
    name, count = base[:MAX_NAME], 1
    while name.lower() in names:
        count += 1
        ending = f" ({count})"
        name = base[: MAX_NAME - len(ending)] + ending
    return name


def _save(segment: Segment) -> None:
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        raise NameTaken from None


def _facts(segment: Segment) -> dict[str, object]:
    """Return what the trail keeps: the name, and the conditions in words."""
    words = segments.checked(segment.workspace, segment.definition).sentence()
    return {"name": segment.name, "conditions": words}


def _record(
    segment: Segment,
    actor: User | None,
    action: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        workspace=segment.workspace,
        actor=actor,
        action=action,
        subject=segment.name,
        before=before,
        after=after,
    )
