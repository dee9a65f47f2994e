"""Read the list of numbers that must not be written to, and how they got there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Workspace
from contacts import number_forms
from contacts.models import ConsentEvent, OptOut, OptOutList, OptOutRefusal
from contacts.selectors import keyset, works

Row = TypeVar("Row", OptOut, ConsentEvent)

EXPORT_CHUNK = 2_000
# What one page shows of the history of a number.
MAX_EVENTS = 200
# Words for the entries that hold for every channel; their channel is "".
ALL_CHANNELS = "all"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; ``text`` is any spelling of a number or a part."""

    text: str = ""
    channel: str = ""
    source: str = ""


def get(workspace: Workspace, opt_out_id: int) -> OptOut:
    """Return an opt-out of the workspace, or raise Http404."""
    try:
        return OptOut.objects.get(workspace=workspace, id=opt_out_id)
    except OptOut.DoesNotExist:
        raise Http404 from None


def page(
    workspace: Workspace,
    wanted: Narrowed,
    *,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[OptOut]:
    """Return a keyset page of what holds now, newest first."""
    rows = OptOut.objects.filter(workspace=workspace).select_related("added_by")
    return keyset.page(narrowed(rows, workspace, wanted), before=before, after=after)


def events(
    workspace: Workspace,
    wanted: Narrowed,
    *,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[ConsentEvent]:
    """Return a keyset page of everything that was ever said, newest first."""
    rows = ConsentEvent.objects.filter(workspace=workspace).select_related("actor")
    return keyset.page(narrowed(rows, workspace, wanted), before=before, after=after)


def history(workspace: Workspace, *phones_of_one: str) -> list[ConsentEvent]:
    """Return what the holder of some numbers has allowed or forbidden, newest first."""
    rows = ConsentEvent.objects.filter(
        workspace=workspace, phone__in=[phone for phone in phones_of_one if phone]
    )
    return list(rows.select_related("actor").order_by("-id")[:MAX_EVENTS])


def stream(workspace: Workspace, wanted: Narrowed) -> Iterator[OptOut]:
    """Stream the list in flat memory, the oldest first."""
    rows = OptOut.objects.filter(workspace=workspace).select_related("added_by")
    found = narrowed(rows, workspace, wanted).order_by("id")
    return found.iterator(chunk_size=EXPORT_CHUNK)


def stream_events(workspace: Workspace, wanted: Narrowed) -> Iterator[ConsentEvent]:
    """Stream the whole history in flat memory, the oldest first."""
    rows = ConsentEvent.objects.filter(workspace=workspace).select_related("actor")
    found = narrowed(rows, workspace, wanted).order_by("id")
    return found.iterator(chunk_size=EXPORT_CHUNK)


def lists(workspace: Workspace) -> list[OptOutList]:
    """Return the latest imported lists, newest first."""
    return works.newest(OptOutList, workspace)


def get_list(workspace: Workspace, list_id: UUID) -> OptOutList:
    """Return an imported list of the workspace, or raise Http404."""
    return works.get(OptOutList, workspace, list_id)


def refusals(source: OptOutList) -> Iterator[OptOutRefusal]:
    """Stream the refused rows in the order of the file."""
    rows = OptOutRefusal.objects.filter(source=source).order_by("row_number")
    return rows.iterator(chunk_size=EXPORT_CHUNK)


def first_refusals(source: OptOutList, *, most: int = 20) -> list[OptOutRefusal]:
    """Return the first refused rows."""
    rows = OptOutRefusal.objects.filter(source=source)
    return list(rows.order_by("row_number")[:most])


def narrowed(
    rows: QuerySet[Row], workspace: Workspace, wanted: Narrowed
) -> QuerySet[Row]:
    """Return those of some rows that match, in no order yet."""
    if wanted.text:
        found = Q(pk__in=())
        for text in number_forms.search_forms(wanted.text, country=workspace.country):
            found |= Q(phone__contains=text)
        rows = rows.filter(found)
    if wanted.channel:
        channel = "" if wanted.channel == ALL_CHANNELS else wanted.channel
        rows = rows.filter(channel=channel)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    return rows
