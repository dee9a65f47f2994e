"""Make one contact of two, with nothing lost, and keep what taking it back needs.

Numbers: one stays the mobile number; the other becomes the home number, or a line of
the notes, and is remembered as a former number, so that what passed between us and it
stays in sight. Opt-outs: who said STOP with one number said it with all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import columns, consent_words, merging
from contacts import phone as phones
from contacts.models import Contact, Merge, OptOut
from contacts.number_forms import forms
from contacts.selectors import merges as selected
from contacts.selectors import own_keys
from contacts.services import contacts as services
from contacts.services import merge_moves, opt_outs
from contacts.services.merge_rows import snapshot
from contacts.services.opt_out_rows import Entry
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import phone_parts


@transaction.atomic
def merge(
    *,
    workspace: Workspace,
    kept: UUID,
    other: UUID,
    actor: User | None,
    choices: Mapping[str, str] | None = None,
    seen: str = "",
) -> Merge:
    """Merge ``other`` into ``kept`` and return what can undo it.

    ``choices`` names for a field which value stays (``contacts/merging.py``); ``seen``
    is the preview's. Raises Refused when one of the two is gone, is the same, or is no
    longer as the person has seen it.
    """
    stays, goes = _locked(workspace, kept, other)
    if seen and seen != selected.fingerprint(stays, goes):
        raise Refused(
            _("One of the two has changed since. Look at the new values."),
            code="changed",
        )
    before, was = snapshot(stays), services.values_of(stays)
    removed, removed_was = snapshot(goes), services.values_of(goes)
    numbers = {*selected.numbers_of(stays), *selected.numbers_of(goes)}
    values = _combined(stays, goes, choices, country=workspace.country)
    trail = {
        **merge_moves.groups(stays, goes),
        **merge_moves.numbers(stays, goes, phone=values["phone"]),
        **merge_moves.pairs(stays, goes),
        **merge_moves.references(stays, goes),
        "opt_outs": _carry_opt_outs(workspace, numbers, actor),
    }
    # First the one that goes: a number can belong to one contact only.
    Contact.objects.filter(pk=goes.pk).delete()
    _fill(stays, values, goes)
    stays.save()
    merged = Merge.objects.create(
        workspace=workspace,
        kept_uuid=stays.uuid,
        removed_uuid=goes.uuid,
        removed_name=goes.name or goes.phone,
        removed=removed,
        before=before,
        after=snapshot(stays),
        trail=trail,
        actor=actor,
    )
    old, new = services.difference(was, services.values_of(stays))
    record = partial(audit.record, workspace=workspace, actor=actor)
    record(
        action="contact.merge",
        subject=str(stays.uuid),
        before=old,
        after={**new, "merged_with": merged.removed_name},
    )
    record(action="contact.merged", subject=str(goes.uuid), before=removed_was)
    return merged


def forget_old() -> int:
    """Forget the values of merges that can no longer be taken back."""
    limit = timezone.now() - timedelta(days=selected.UNDO_DAYS)
    old = Merge.objects.filter(forgotten_at=None, created_at__lt=limit)
    return old.update(
        forgotten_at=timezone.now(),
        removed_name="",
        removed={},
        before={},
        after={},
        trail={},
    )


def _locked(workspace: Workspace, kept: UUID, other: UUID) -> tuple[Contact, Contact]:
    """Lock both in the order of their ids, so that two merges wait for each other."""
    if kept == other:
        raise Refused(
            _("These are not two contacts but one. Choose another one."),
            code="same_contact",
        )
    rows = own_keys.by_uuid(workspace, [kept, other])
    found = {row.uuid: row for row in rows.select_for_update().order_by("id")}
    if len(found) < 2:
        raise Refused(
            _("One of the two contacts is gone: it was deleted or merged meanwhile."),
            code="gone",
        )
    return found[kept], found[other]


def _combined(
    stays: Contact, goes: Contact, choices: Mapping[str, str] | None, *, country: str
) -> dict[str, str]:
    def key(number: str) -> str:
        parsed = phones.parse(number, country=country)
        return min(forms(parsed.e164)) if parsed else number

    def tell(number: str) -> str:
        return _("Another number: %(number)s") % {"number": phone_parts(number)[0]}

    chosen = selected.lines(stays, goes, choices=choices)
    values = dict.fromkeys(selected.FIELDS, "")
    return {**values, **merging.combined(chosen, key=key, tell=tell)}


def _fill(stays: Contact, values: Mapping[str, str], goes: Contact) -> None:
    for name in selected.FIELDS:
        setattr(stays, name, values[name])
    stays.birthday = (
        date.fromisoformat(values["birthday"]) if values["birthday"] else None
    )
    if stays.phone == goes.phone:
        stays.country = goes.country
    own = {
        name.removeprefix(columns.CUSTOM): value
        for name, value in values.items()
        if name.startswith(columns.CUSTOM) and value
    }
    stays.custom = own


def _carry_opt_outs(
    workspace: Workspace, numbers: set[str], actor: User | None
) -> list[int]:
    """Let an opt-out of one number hold for all numbers of the person."""
    rows = OptOut.objects.filter(workspace=workspace, phone__in=numbers)
    said = set(rows.values_list("phone", "channel"))
    added: list[int] = []
    for channel in sorted({channel for _phone, channel in said}):
        lacking = [
            Entry(number, consent_words.OTHER_NUMBER)
            for number in numbers
            if not {(number, channel), (number, "")} & said
        ]
        new = opt_outs.add_many(
            workspace=workspace,
            entries=lacking,
            channel=channel,
            source=OptOut.Source.MERGE,
            actor=actor,
        )
        said |= {(row.phone, channel) for row in new}
        added += [row.id for row in new]
    return added
