"""What a person says with one number holds for all of their numbers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Workspace
from contacts import consent_words
from contacts.models import Contact, OptOut
from contacts.number_forms import forms, twin
from contacts.selectors import contacts, merges
from contacts.services import opt_outs
from contacts.services.opt_out_rows import Entry


def hold(workspace: Workspace, phone: str) -> None:
    """Lock the contact that has a number, until the transaction ends."""
    mine = Contact.objects.filter(workspace=workspace, phone__in=forms(phone))
    list(mine.select_for_update(no_key=True).order_by("id")[:2])


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
    opt_outs.add_many(
        workspace=workspace,
        entries=[
            Entry(number, consent_words.OTHER_NUMBER, evidence=text)
            for number in _others(workspace, phone)
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
    others = _others(workspace, phone) if lifted else []
    if others:
        opt_outs.start_others(
            workspace=workspace, phones=others, text=text, until=until
        )
    return bool(lifted)


def _others(workspace: Workspace, phone: str) -> list[str]:
    """Return the person's numbers but this one, in whatever form it is kept."""
    contact = contacts.by_phone(workspace, phone)
    mine = merges.numbers_of(contact) if contact else []
    said = (phone, twin(phone))
    return [number for number in mine if number not in said]
