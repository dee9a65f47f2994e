"""Read contacts: one, a page, those that match a search."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Workspace
from contacts.models import Contact, OptOut
from contacts.number_forms import forms
from contacts.selectors import conditions, lists, number_facts
from contacts.selectors.criteria import Filter


def get(workspace: Workspace, contact_id: UUID) -> Contact:
    """Return a contact of the workspace by its address id, or raise Http404."""
    try:
        return Contact.objects.get(workspace=workspace, uuid=contact_id)
    except Contact.DoesNotExist:
        raise Http404 from None


def by_phone(workspace: Workspace, phone: str) -> Contact | None:
    """Return the contact that has the number (E.164), or had it before a merge.

    Its other form counts as well, where nobody has the number as it is written.
    """
    mine = Contact.objects.filter(workspace=workspace)
    for form in forms(phone) if phone else ():
        found = (
            mine.filter(phone=form).first()
            or mine.filter(
                former_numbers__workspace=workspace, former_numbers__phone=form
            ).first()
        )
        if found is not None:
            return found
    return None


def matching(workspace: Workspace, wanted: Filter) -> QuerySet[Contact]:
    """Return the contacts that match a filter, without an order."""
    return conditions.narrow(
        Contact.objects.filter(workspace=workspace),
        wanted,
        home=workspace.country,
        zone=workspace.time_zone,
    )


def page(
    workspace: Workspace,
    wanted: Filter,
    *,
    sort: str = "",
    before: str = "",
    after: str = "",
) -> lists.ListPage:
    """Return a keyset page of matching contacts in the order of a word.

    Each row has ``opted_out_channels``, names of channels, "" for all of them, and
    ``fact``, what lookups found out about its number, or None.
    """
    found = lists.page(workspace, wanted, sort=sort, before=before, after=after)
    numbers = [row.phone for row in found.rows]
    channels = opted_out_channels(workspace, numbers)
    facts = number_facts.facts_of(workspace, numbers)
    for row in found.rows:
        row.opted_out_channels = channels.get(row.phone, [])  # type: ignore[attr-defined]
        row.fact = facts.get(row.phone)  # type: ignore[attr-defined]
    return found


def opted_out_channels(
    workspace: Workspace, numbers: Iterable[str]
) -> dict[str, list[str]]:
    """Return the channels that each of some numbers has opted out of."""
    wanted = [number for number in numbers if number]
    found: dict[str, list[str]] = {}
    entries = OptOut.objects.filter(workspace=workspace, phone__in=wanted)
    for number, channel in entries.values_list("phone", "channel"):
        found.setdefault(number, []).append(channel)
    return found


def opt_outs_of(contact: Contact) -> list[OptOut]:
    """Return the opt-outs of a contact's number, the oldest first."""
    entries = OptOut.objects.filter(
        workspace_id=contact.workspace_id, phone=contact.phone
    )
    return list(entries.select_related("added_by").order_by("id"))
