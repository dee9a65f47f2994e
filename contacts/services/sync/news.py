"""Contacts of ours that the gateway does not have yet: noted, and pushed later."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.models import Contact, GroupMembership, SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import owns
from contacts.services.sync.books import PUSHING, Book
from contacts.services.sync.calls import sent_values

BATCH: Final = 500


def run(run: SyncRun, book: Book) -> None:
    """Note every contact that is to be created at the gateway."""
    while _step(run, book):
        pass


def waiting(book: Book) -> QuerySet[Contact]:
    """Return the contacts of ours that are to go there and have no link yet."""
    members = GroupMembership.objects.filter(contact=OuterRef("pk"))
    pushed = [p.group_id for p in book.by_group.values() if p.pushes]
    wanted = Q(Exists(members.filter(group__in=pushed)))
    if book.setup.ungrouped in PUSHING:
        wanted |= ~Q(Exists(members))
    elif not pushed:
        return Contact.objects.none()
    links = SyncLink.objects.filter(contact=OuterRef("pk"))
    mine = Contact.objects.filter(workspace=book.workspace)
    return mine.filter(wanted).exclude(Exists(links))


def _step(run: SyncRun, book: Book) -> bool:
    with transaction.atomic():
        works.hold(run)
        rows = waiting(book).filter(pk__gt=run.bookmark).order_by("pk")
        batch = list(rows.values_list("pk", flat=True)[:BATCH])
        if not batch:
            return False
        found = owns.load(book, batch)
        SyncLink.objects.bulk_create(
            (
                SyncLink(
                    workspace=book.workspace,
                    contact_id=own.id,
                    contact_was=own.id,
                    state=SyncLink.State.CREATING,
                    todo=SyncLink.Todo.CREATE,
                )
                for own in found.values()
                # A company alone is nothing that the gateway has a field for.
                if sent_values(book, own)
            ),
            ignore_conflicts=True,
        )
        run.bookmark = batch[-1]
        works.advance(run, bookmark=run.bookmark)
    return True
