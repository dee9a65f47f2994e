"""Whose numbers these are: contacts by their number, or by one they had."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Workspace
from contacts.models import Contact, FormerNumber


def of_numbers(workspace: Workspace, numbers: Iterable[str]) -> dict[str, Contact]:
    """Return the contact of each number that has one; a number of today goes first."""
    wanted = {number for number in numbers if number}
    mine = Contact.objects.filter(workspace=workspace, phone__in=wanted)
    found = {contact.phone: contact for contact in mine.defer("search_text", "notes")}
    former = FormerNumber.objects.filter(
        workspace=workspace, phone__in=wanted - found.keys()
    ).select_related("contact")
    return found | {row.phone: row.contact for row in former}
