"""Read the list of numbers that must not be written to."""

from __future__ import annotations

from django.http import Http404

from accounts.models import Workspace
from contacts import phone as phones
from contacts.models import OptOut
from contacts.selectors import keyset


def get(workspace: Workspace, opt_out_id: int) -> OptOut:
    """Return an opt-out of the workspace, or raise Http404."""
    try:
        return OptOut.objects.get(workspace=workspace, id=opt_out_id)
    except OptOut.DoesNotExist:
        raise Http404 from None


def page(
    workspace: Workspace,
    *,
    text: str = "",
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[OptOut]:
    """Return a keyset page, newest first; ``text`` is any spelling of a number."""
    entries = OptOut.objects.filter(workspace=workspace).select_related("added_by")
    if text:
        digits = phones.search_digits(text, country=workspace.country)
        entries = entries.filter(phone__contains=digits) if digits else entries.none()
    return keyset.page(entries, before=before, after=after)
