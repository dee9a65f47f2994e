"""What a person says with one number holds for all of their numbers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from contacts.models import Contact, OptOut
from contacts.selectors import contacts, merges
from contacts.services import opt_outs
from contacts.services.opt_outs import Entry


def hold(workspace: Workspace, phone: str) -> None:
    """Lock the contact that has a number, until the transaction ends."""
    mine = Contact.objects.filter(workspace=workspace, phone=phone)
    mine.select_for_update(no_key=True).order_by("id").first()


@transaction.atomic
def stop(*, workspace: Workspace, phone: str, text: str) -> None:
    """Opt a number (E.164) out that has written STOP, and the person's other ones.

    A merged contact may still write with a former number; it is the one that we have
    kept that would be written to.
    """
    opt_outs.add(
        workspace=workspace,
        phone=phone,
        source=OptOut.Source.REPLY,
        reason=text,
        evidence=text,
    )
    contact = contacts.by_phone(workspace, phone)
    others = merges.numbers_of(contact) if contact else []
    opt_outs.add_many(
        workspace=workspace,
        entries=[
            Entry(
                number,
                _("Opted out with another number of the same person."),
                evidence=text,
            )
            for number in others
            if number != phone
        ],
        source=OptOut.Source.MERGE,
        actor=None,
    )


@transaction.atomic
def start(*, workspace: Workspace, phone: str, text: str, until: datetime) -> bool:
    """Allow a person again who has written START; say whether that changed anything.

    Their own word lifts their STOP, also where it was carried over to another of their
    numbers, and what others have noted for this number ``until`` then.
    """
    lifted = opt_outs.start(workspace=workspace, phone=phone, text=text, until=until)
    contact = contacts.by_phone(workspace, phone)
    others = [n for n in merges.numbers_of(contact) if n != phone] if contact else []
    if lifted and others:
        opt_outs.start_others(
            workspace=workspace, phones=others, text=text, until=until
        )
    return bool(lifted)
