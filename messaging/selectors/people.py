"""Whose numbers these are: contacts by their number, or by one they had."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Workspace
from contacts.models import Contact, FormerNumber
from contacts.number_forms import twin


def of_numbers(workspace: Workspace, numbers: Iterable[str]) -> dict[str, Contact]:
    """Return the contact of each number that has one; a number of today goes first.

    Where nobody has a number as it is written, its other form counts.
    """
    asked = {number for number in numbers if number}
    others = {number: other for number in asked if (other := twin(number))}
    found = _of(workspace, asked | set(others.values()))
    by_other = {
        number: found[other]
        for number, other in others.items()
        if number not in found and other in found
    }
    return {n: who for n, who in (found | by_other).items() if n in asked}


def _of(workspace: Workspace, wanted: set[str]) -> dict[str, Contact]:
    mine = Contact.objects.filter(workspace=workspace, phone__in=wanted)
    found = {contact.phone: contact for contact in mine.defer("search_text", "notes")}
    former = FormerNumber.objects.filter(
        workspace=workspace, phone__in=wanted - found.keys()
    ).select_related("contact")
    return found | {row.phone: row.contact for row in former}
