"""Change a workspace's own fields: add, rename, another kind, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import columns, field_kinds
from contacts.models import CustomField, FieldWork, Import
from contacts.models.work import Work
from contacts.selectors import fields as selected
from seven_dashboard.errors import Refused


def create(
    *,
    workspace: Workspace,
    actor: User | None,
    label: str,
    kind: str = field_kinds.TEXT,
    choices: Sequence[str] = (),
) -> CustomField:
    """Add a field; its variable is made of the name and stays as it is.

    Raises ``Refused`` when the name is taken or there are too many fields.
    """
    slug = columns.slug(label)
    with transaction.atomic():
        check_free(workspace, slug)
        field = CustomField(
            workspace=workspace,
            slug=slug,
            label=label,
            kind=kind,
            choices=list(choices) or words_for(kind),
        )
        try:
            with transaction.atomic():
                field.save(force_insert=True)
        except IntegrityError:
            raise _taken() from None
        check_room(workspace)
        _audit(field, actor, "field.create", after=_facts(field))
    return field


def words_for(kind: str) -> list[str]:
    """Return how yes and no read in messages, in the language of the moment."""
    is_boolean = kind == field_kinds.BOOLEAN
    return [translated("yes"), translated("no")] if is_boolean else []


def rename(*, field: CustomField, label: str, actor: User | None) -> None:
    """Give a field another heading; messages go on using its variable."""
    before, field.label = field.label, label
    if before == label:
        return
    with transaction.atomic():
        field.save(update_fields=["label"])
        changes = {"before": {"name": before}, "after": {"name": label}}
        _audit(field, actor, "field.update", **changes)


def change_kind(
    *, field: CustomField, kind: str, choices: Sequence[str], actor: User | None
) -> FieldWork | None:
    """Make the field another kind, or change its choices.

    Returns the work that looks at the values first, where some may not fit; the
    caller has it done. Words for yes and no, and choices that only become more, fit
    in any case and are kept at once.
    """
    wanted = list(choices) or words_for(kind)
    if (kind, wanted) == (field.kind, field.choices):
        return None
    check_free(field.workspace, field.slug)
    if kind == field.kind and _all_fit(field, wanted):
        set_kind(field=field, kind=kind, choices=wanted, actor=actor)
        return None
    if field.kind == field_kinds.BOOLEAN and kind == field_kinds.TEXT:
        # The values become these words.
        wanted = field.choices or words_for(field.kind)
    return FieldWork.objects.create(
        workspace=field.workspace,
        created_by=actor,
        act=FieldWork.Act.CONVERT,
        field=field,
        slug=field.slug,
        label=field.label,
        new_kind=kind,
        choices=wanted,
    )


def set_kind(
    *, field: CustomField, kind: str, choices: Sequence[str], actor: User | None
) -> None:
    """Keep kind and choices of a field whose values fit."""
    before = _facts(field)
    field.kind, field.choices = kind, list(choices)
    with transaction.atomic():
        field.save(update_fields=["kind", "choices"])
        _audit(field, actor, "field.update", before=before, after=_facts(field))


def delete(*, field: CustomField, actor: User | None) -> FieldWork:
    """Delete a field; return the work that takes its values out of the contacts.

    The field is gone from every page at once, and its name is free again when the
    work is done.
    """
    with transaction.atomic():
        check_free(field.workspace, field.slug)
        work = FieldWork.objects.create(
            workspace=field.workspace,
            created_by=actor,
            act=FieldWork.Act.REMOVE,
            slug=field.slug,
            label=field.label,
        )
        _audit(field, actor, "field.delete", before=_facts(field))
        field.delete()
    return work


def _all_fit(field: CustomField, choices: Sequence[str]) -> bool:
    if field.kind == field_kinds.CHOICE:
        return set(field.choices) <= set(choices)
    return field.kind == field_kinds.BOOLEAN


def check_room(workspace: Workspace) -> None:
    """Refuse what has just been added, in this transaction, when it is too much."""
    mine = CustomField.objects.filter(workspace=workspace)
    if mine.count() > selected.MAX_CUSTOM_FIELDS:
        raise Refused(_("A workspace has room for 100 own fields."), code="many")


def check_free(workspace: Workspace, slug: str) -> None:
    """Refuse while the values of the field are being changed in many contacts."""
    unfinished = (Work.State.READY, Work.State.RUNNING)
    running = Import.objects.filter(workspace=workspace, state__in=unfinished)
    target = f"{columns.CUSTOM}{slug}"
    if any(
        target in mapping.values()
        for mapping in running.values_list("mapping", flat=True)
    ):
        raise Refused(
            _("An import is filling this field. Try again when it is finished."),
            code="busy",
        )
    check_not_changing(workspace, slug)


def check_not_changing(workspace: Workspace, slug: str) -> None:
    """Refuse while a work goes through the contacts for the field."""
    unfinished = (Work.State.READY, Work.State.RUNNING)
    busy = FieldWork.objects.filter(
        workspace=workspace, slug=slug, state__in=unfinished
    )
    if busy.exists():
        raise Refused(
            _("The values of this field are being changed. Try again in a minute."),
            code="busy",
        )


def _taken() -> Refused:
    return Refused(
        _("There is a field of this name already."), code="name_taken", field="label"
    )


def _facts(field: CustomField) -> dict[str, object]:
    return {
        "name": field.label,
        "kind": field.kind,
        "choices": ", ".join(field.choices),
    }


def _audit(field: CustomField, actor: User | None, action: str, **values: Any) -> None:
    audit.record(
        workspace=field.workspace,
        actor=actor,
        action=action,
        subject=field.label,
        **values,
    )
