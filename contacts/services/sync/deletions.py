"""Deletions on one side: carried over, left alone, or kept for a person to decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.services import audit
from contacts.models import SyncLink, SyncRun, SyncSetup
from contacts.services import deletions as ours
from contacts.services import works
from contacts.services.sync import brake, owns, pushes
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own, plain
from contacts.services.sync.writes import ACTION
from seven_dashboard.gateway.client import SevenClient

BATCH: Final = 500
State, Todo, OnDeleted = SyncLink.State, SyncLink.Todo, SyncSetup.OnDeleted


def run(run: SyncRun, book: Book, client: SevenClient) -> None:
    """Carry deletions over as the settings say, unless they are suspiciously many."""
    _keep_where_told(run, book)
    here = waiting(book, State.DELETED_THERE).filter(contact__isnull=False)
    there = waiting(book, State.DELETED_HERE).filter(remote_id__isnull=False)
    braked = {}
    if book.setup.on_deleted_there == OnDeleted.DELETE:
        if brake.is_over(run, count := here.count()):
            braked["here"] = count
        else:
            _delete_here(run, book, here)
    if book.setup.on_deleted_here == OnDeleted.DELETE:
        if brake.is_over(run, count := there.count()):
            braked["there"] = count
        else:
            _mark_there(run, there)
    SyncRun.objects.filter(pk=run.pk).update(braked=braked)
    run.braked = braked
    pushes.run(run, book, client, todos=(Todo.DELETE,))


def waiting(book: Book, state: str) -> QuerySet[SyncLink]:
    """Return the links of a state that no edit on the other side speaks against."""
    return SyncLink.objects.filter(
        workspace=book.workspace, state=state, is_edited=False, todo=""
    )


def _keep_where_told(run: SyncRun, book: Book) -> None:
    rules = {
        State.DELETED_THERE: book.setup.on_deleted_there,
        State.DELETED_HERE: book.setup.on_deleted_here,
    }
    with transaction.atomic():
        works.hold(run)
        for state, rule in rules.items():
            if rule == OnDeleted.KEEP:
                links = SyncLink.objects.filter(workspace=book.workspace, state=state)
                unlink(links)


def unlink(links: QuerySet[SyncLink]) -> None:
    """Keep the side that is left, and sync it no more."""
    links.filter(state=State.DELETED_THERE).update(remote_id=None)
    links.update(state=State.UNLINKED, todo="", conflict={}, is_edited=False)


def _delete_here(run: SyncRun, book: Book, links: QuerySet[SyncLink]) -> None:
    while True:
        with transaction.atomic():
            works.hold(run)
            batch = list(links.order_by("pk")[:BATCH])
            if not batch:
                return
            deleted = _delete_untouched(book, batch)
            run.tally["deleted_here"] = run.tally.get("deleted_here", 0) + deleted
            SyncRun.objects.filter(pk=run.pk).update(tally=run.tally)
            works.advance(run)


def _delete_untouched(book: Book, batch: Sequence[SyncLink]) -> int:
    """Delete contacts that are still as they were agreed on; ask about the others."""
    numbers = [link.contact_id for link in batch if link.contact_id]
    locked = owns.load(book, numbers, is_locked=True)
    gone: list[Own] = []
    named = frozenset(book.words.fields)
    for link in batch:
        own = locked.get(link.contact_id or 0)
        now = {n: v for n, v in own.values.items() if n in named} if own else {}
        if own and link.our_base != now:
            SyncLink.objects.filter(pk=link.pk).update(is_edited=True)
        else:
            SyncLink.objects.filter(pk=link.pk).delete()
            gone += [own] if own else []
    delete_owns(book, gone)
    return len(gone)


def delete_owns(book: Book, gone: Sequence[Own]) -> None:
    """Delete locked contacts of ours; their opt-outs stay."""
    audit.record_many(
        workspace=book.workspace,
        actor=None,
        action=ACTION,
        facts=(audit.Fact(str(o.uuid), plain(o.values.items()), {}) for o in gone),
    )
    ours.delete([own.id for own in gone])


def _mark_there(run: SyncRun, links: QuerySet[SyncLink]) -> None:
    with transaction.atomic():
        works.hold(run)
        links.update(todo=Todo.DELETE)
        run.bookmark = 0
        SyncRun.objects.filter(pk=run.pk).update(bookmark=0)
