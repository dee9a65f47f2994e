"""The gateway's contacts, page by page, so that none slips through.

Pages are asked for in the order of ids and overlap by one row. A page that begins after
the last id we took up shows that rows before it were deleted meanwhile and everything
slid forward: we step back. New rows have higher ids and come at the end. A contact of a
link that is missing in the range of ids of a page is only suspected to be gone; the
phase of pushing asks for it by its id.

A gateway that does not list by id is gone through twice instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

from django.db import transaction
from django.utils import timezone

from contacts.models import SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import books, group_step
from contacts.services.sync.books import Book
from contacts.services.sync.pages import Unchecked
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.contacts import ContactFilter, GatewayContact
from seven_dashboard.gateway.resources.paging import Page

PAGE_SIZE = 500
# How often a book that is not listed by id is gone through.
UNORDERED_ROUNDS: Final = 2
Take = Callable[[Book, Sequence[GatewayContact], frozenset[int]], Counter[str]]


def run(run: SyncRun, book: Book, client: SevenClient, take: Take) -> None:
    """Go through the address book from the run's bookmark to its end."""
    with Ahead(client) as ahead:
        while not _step(run, book, ahead, take):
            pass


class Ahead:
    """Fetches the next page while the present one is written."""

    def __init__(self, client: SevenClient) -> None:
        self.client = client
        self._pool = ThreadPoolExecutor(1)
        self._next: tuple[int, Future[Page[GatewayContact]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def page(self, start: int) -> Page[GatewayContact]:
        """Return the page at an offset, which may have been fetched already."""
        found, self._next = self._next, None
        if found is not None and found[0] == start:
            return found[1].result()
        return _fetch(self.client, start)

    def fetch(self, start: int) -> None:
        """Begin to fetch the page at an offset."""
        self._next = (start, self._pool.submit(_fetch, self.client, start))


def _step(run: SyncRun, book: Book, ahead: Ahead, take: Take) -> bool:
    """Take up one page; return whether it was the last."""
    page = ahead.page(_start(run))
    items = page.items
    if run.is_ordered and _is_mixed(items):
        _begin_unordered(run)
        return False
    if run.is_ordered and run.bookmark and _has_slid(items, run.last_id):
        run.bookmark = max(0, run.bookmark - PAGE_SIZE)
        return False
    fresh = [c for c in items if c.id > run.last_id] if run.is_ordered else items
    offset = _start(run) + len(items)
    is_last = not items or not _has_more(page, offset)
    if not is_last:
        ahead.fetch(offset - 1 if run.is_ordered else offset)
    _write(run, book, ahead.client, take, page, fresh, offset, is_last=is_last)
    if is_last and not run.is_ordered and run.rounds + 1 < UNORDERED_ROUNDS:
        _begin_round(run)
        return False
    return is_last


def _write(
    run: SyncRun,
    book: Book,
    client: SevenClient,
    take: Take,
    page: Page[GatewayContact],
    fresh: Sequence[GatewayContact],
    offset: int,
    *,
    is_last: bool,
) -> None:
    """Write what is new on a page, with the bookmark, in one transaction."""
    checked: frozenset[int] = frozenset()
    while True:
        try:
            with transaction.atomic():
                works.hold(run)
                done = take(book, fresh, checked)
                if not run.is_preview:
                    _suspect(run, book, fresh, is_last=is_last)
                _advance(run, page, done, fresh, offset)
            return
        except Unchecked as asked:
            # The page was sent before this: a group that is there now was there then.
            books.learn_again(book)
            group_step.drop_gone(book, asked.pairs, client)
            checked |= asked.pairs


def _fetch(client: SevenClient, start: int) -> Page[GatewayContact]:
    return client.contacts.page(
        ContactFilter(
            order_by="id",
            order_direction="asc",
            limit=PAGE_SIZE,
            offset=start,
        )
    )


def _start(run: SyncRun) -> int:
    """Return the offset of the next page: one row before what is known."""
    return max(0, run.bookmark - 1) if run.is_ordered else run.bookmark


def _is_mixed(items: Sequence[GatewayContact]) -> bool:
    return any(a.id >= b.id for a, b in zip(items, items[1:], strict=False))


def _has_slid(items: Sequence[GatewayContact], last_id: int) -> bool:
    """Say whether rows before this page may have gone, and others come into it."""
    return not items or items[0].id > last_id


def _has_more(page: Page[GatewayContact], offset: int) -> bool:
    if page.facts.has_more is not None:
        return page.facts.has_more
    return page.facts.total is not None and offset < page.facts.total


def _suspect(
    run: SyncRun, book: Book, fresh: Sequence[GatewayContact], *, is_last: bool
) -> None:
    """Have links looked after whose contact should be on this page and is not."""
    links = SyncLink.objects.filter(workspace=book.workspace, remote_id__isnull=False)
    ids = [contact.id for contact in fresh]
    if not run.is_ordered:
        links.filter(remote_id__in=ids).update(seen_at=timezone.now())
        if is_last and run.rounds + 1 >= UNORDERED_ROUNDS:
            known = links.filter(seen_at__gte=run.started_at).values("pk")
            _look_after(links.exclude(pk__in=known).values_list("pk", flat=True))
        return
    missing = links.filter(remote_id__gt=run.last_id).exclude(remote_id__in=ids)
    if not is_last:
        missing = missing.filter(remote_id__lte=ids[-1] if ids else run.last_id)
    _look_after(missing.values_list("pk", flat=True))


def _look_after(ids: Iterable[int]) -> None:
    gone = SyncLink.objects.filter(pk__in=list(ids), todo="")
    # What is deleted there already waits for an answer, and needs no other look.
    gone.exclude(state=SyncLink.State.DELETED_THERE).update(todo=SyncLink.Todo.UPDATE)


def _advance(
    run: SyncRun,
    page: Page[GatewayContact],
    done: Counter[str],
    fresh: Sequence[GatewayContact],
    offset: int,
) -> None:
    run.bookmark = offset
    run.last_id = max([run.last_id, *(contact.id for contact in fresh)])
    rounds = 1 if run.is_ordered else UNORDERED_ROUNDS
    run.total = max((page.facts.total or 0) * rounds, run.total)
    run.tally = dict(Counter(run.tally) + done)
    run.failures = 0
    works.advance(run, done=len(fresh), bookmark=offset)
    SyncRun.objects.filter(pk=run.pk).update(
        last_id=run.last_id,
        total=run.total,
        tally=run.tally,
        samples=run.samples,
        failures=0,
    )


def _begin_unordered(run: SyncRun) -> None:
    run.is_ordered = False
    run.bookmark = run.last_id = 0
    SyncRun.objects.filter(pk=run.pk).update(is_ordered=False, bookmark=0, last_id=0)


def _begin_round(run: SyncRun) -> None:
    run.rounds += 1
    run.bookmark = 0
    SyncRun.objects.filter(pk=run.pk).update(rounds=run.rounds, bookmark=0)
