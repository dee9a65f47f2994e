"""Take a merge back: both contacts as they were, but for what has changed since.

What a person has changed since the merge wins, field by field, and is told.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from contacts import consent_words
from contacts.models import Contact, Merge, OptOut
from contacts.selectors import merges as selected
from contacts.services import contacts as services
from contacts.services import merge_moves, opt_outs
from contacts.services.merge_rows import put_back, restored
from seven_dashboard.errors import Refused

TRIES = 3


@dataclass(frozen=True, slots=True)
class Undone:
    """The contact that is back, and the one that it was merged into (None: deleted).

    ``left`` names the fields that were changed since and were left alone; ``lost``
    the numbers that another contact has by now.
    """

    restored: Contact
    kept: Contact | None
    left: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def undo(*, merge: Merge, actor: User | None) -> Undone:
    """Make two contacts of one again; raise Refused when that cannot be."""
    for _attempt in range(TRIES):
        # A number may be taken between the look at it and the writing.
        with suppress(IntegrityError), transaction.atomic():
            return _undo(merge, actor)
    raise Refused(
        _("Somebody is changing these contacts at this moment. Please try again."),
        code="busy",
    )


def _undo(merge: Merge, actor: User | None) -> Undone:
    fresh = Merge.objects.select_for_update().get(pk=merge.pk)
    _check(fresh)
    kept = _locked_kept(fresh)
    was: dict[str, Any] = services.values_of(kept) if kept else {}
    left = put_back(kept, before=fresh.before, after=fresh.after) if kept else []
    back = restored(fresh.removed, workspace_id=fresh.workspace_id)
    lost = _free_numbers(kept, back)
    if kept:
        kept.save()
    _insert(back)
    merge_moves.groups_back(kept, back, fresh.trail)
    merge_moves.numbers_back(kept, back, fresh.trail)
    merge_moves.pairs_back(back, fresh.trail)
    merge_moves.references_back(kept, back, fresh.trail)
    _withdraw_opt_outs(fresh, kept, actor)
    Merge.objects.filter(pk=fresh.pk).update(undone_at=timezone.now())
    _record(fresh, kept, was, back, actor)
    return Undone(back, kept, left, lost)


def _check(merge: Merge) -> None:
    if merge.undone_at:
        raise Refused(_("This merge was undone already."), code="undone")
    if not selected.can_undo(merge):
        raise Refused(
            _("A merge can be undone for %(days)d days.")
            % {"days": selected.UNDO_DAYS},
            code="too_old",
        )


def _locked_kept(merge: Merge) -> Contact | None:
    rows = Contact.objects.select_for_update().filter(uuid=merge.kept_uuid)
    kept = rows.filter(workspace=merge.workspace).first()
    if kept is None and selected.into(merge.workspace, merge.kept_uuid):
        raise Refused(
            _("The contact was merged into another one since. Undo that merge first."),
            code="merged_since",
        )
    return kept


def _free_numbers(kept: Contact | None, back: Contact) -> list[str]:
    """Take away a number that somebody else has by now; return those taken away.

    The contact that comes back gets its own number, also from the one it was part of.
    """
    wanted = [contact for contact in (back, kept) if contact and contact.phone]
    ours = [kept.pk] if kept else []
    taken = set(
        Contact.objects.filter(
            workspace_id=back.workspace_id,
            phone__in=[contact.phone for contact in wanted],
        )
        .exclude(pk__in=ours)
        .values_list("phone", flat=True)
    )
    lost = []
    for contact in wanted:
        if contact.phone in taken:
            lost.append(contact.phone)
            contact.phone = contact.country = ""
        else:
            taken.add(contact.phone)
    return lost


def _insert(back: Contact) -> None:
    """Insert the row under its old id and with the day it was added."""
    added_at = back.created_at
    back.save(force_insert=True)
    back.created_at = added_at
    Contact.objects.filter(pk=back.pk).update(created_at=added_at)


def _withdraw_opt_outs(merge: Merge, kept: Contact | None, actor: User | None) -> None:
    """Take back the opt-outs that the merge alone has brought.

    One stays when another number that is still the contact's has opted out, as after
    a second merge, or when the person has said STOP with this one since.
    """
    ids = set(merge.trail["opt_outs"])
    mine = set(selected.numbers_of(kept)) if kept else set()
    rows = list(OptOut.objects.filter(workspace=merge.workspace, id__in=ids))
    others = OptOut.objects.filter(workspace=merge.workspace, phone__in=mine)
    said = set(others.exclude(id__in=ids).values_list("channel", flat=True))
    free = [
        row.id for row in rows if row.phone not in mine or not {row.channel, ""} & said
    ]
    opt_outs.withdraw(
        workspace=merge.workspace,
        ids=free,
        source=OptOut.Source.MERGE,
        reason=consent_words.MERGE_UNDONE,
        actor=actor,
    )


def _record(
    merge: Merge,
    kept: Contact | None,
    was: dict[str, Any],
    back: Contact,
    actor: User | None,
) -> None:
    record = partial(
        audit.record,
        workspace=merge.workspace,
        actor=actor,
        action="contact.unmerge",
    )
    if kept:
        old, new = services.difference(was, services.values_of(kept))
        record(
            subject=str(kept.uuid),
            before={**old, "merged_with": merge.removed_name},
            after=new,
        )
    record(subject=str(back.uuid), after=services.values_of(back))
