"""What a run would do on each side: counted and shown by example, nothing written.

A preview goes through the whole address book as a run does and plans each contact, but
remembers in memory what it has planned. A preview that was killed begins anew, and so
does one that finds out that the gateway does not list by id: such a book is gone
through more than once, and nobody may be counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from contacts.models import SyncGroup, SyncLink, SyncRun, SyncSetup
from contacts.services import works
from contacts.services.sync import (
    books,
    group_step,
    listing,
    news,
    owns,
    pages,
    surroundings,
)
from contacts.services.sync.books import Book
from contacts.services.sync.calls import sent_values
from contacts.services.sync.planner import Planner
from contacts.services.sync.plans import Plan
from contacts.sync_fields import PHONE, theirs_of
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.contacts import GatewayContact

SHOWN: Final = 5
_BATCH: Final = 500
Samples = dict[str, list[dict[str, object]]]


def run(run: SyncRun, setup: SyncSetup, client: SevenClient) -> None:
    """Plan a whole run and keep its counts and some examples with the preview."""
    _begin(run)
    group_step.refresh(setup, client)
    book = books.open_book(setup)
    _add_missing_pairs(run, book)
    look = _Look(run, Planner(book, is_preview=True), dict(run.tally))
    listing.run(run, book, client, look.take)
    _count_news(look)


@dataclass(slots=True)
class _Look:
    """What a preview remembers while it goes through the address book."""

    run: SyncRun
    planner: Planner
    # The tally before the first contact.
    at_first: dict[str, int]
    samples: Samples = field(default_factory=dict)
    # The highest id so far, where contacts are listed by id.
    last: int = 0
    # Every id so far, where they are not.
    seen: set[int] | None = None

    def take(
        self, book: Book, contacts: Sequence[GatewayContact], checked: frozenset[int]
    ) -> Counter[str]:
        """Plan a page and return what it means, counted."""
        if not self.run.is_ordered and self.seen is None:
            self._begin_anew(book)
        book.words.learn(n for c in contacts for n in c.properties.custom)
        page = [theirs_of(c, book.words) for c in contacts if not self._knows(c.id)]
        found = self.planner.plan(page, surroundings.read(book, page))
        done = _count(found, self.samples)
        self._note([theirs.id for theirs in page], done)
        self.run.samples = self.samples
        return done

    def missing_at_the_end(self) -> int:
        """Count the linked contacts that no page has shown and none has missed."""
        links = _linked(self.planner.book)
        if self.seen is None:
            return links.filter(remote_id__gt=self.last).count()
        ids = links.values_list("remote_id", flat=True).iterator(chunk_size=5_000)
        return sum(number not in self.seen for number in ids)

    def _knows(self, number: int) -> bool:
        return self.seen is not None and number in self.seen

    def _note(self, ids: Sequence[int], done: Counter[str]) -> None:
        if self.seen is not None:
            self.seen.update(ids)
            return
        done["missing_there"] = _missing(self.planner.book, self.last, ids)
        self.last = max([self.last, *ids])

    def _begin_anew(self, book: Book) -> None:
        self.seen = set()
        self.planner = Planner(book, is_preview=True)
        self.samples.clear()
        self.run.tally = dict(self.at_first)


def _begin(run: SyncRun) -> None:
    fresh: dict[str, object] = {"bookmark": 0, "last_id": 0, "done": 0, "rounds": 0}
    run.bookmark = run.last_id = run.rounds = 0
    run.is_ordered, run.tally, run.samples = True, {}, {}
    fresh |= {"is_ordered": True, "tally": {}, "samples": {}}
    SyncRun.objects.filter(pk=run.pk).update(phase=SyncRun.Phase.LIST, **fresh)


def _add_missing_pairs(run: SyncRun, book: Book) -> None:
    """Count groups that are to be created, and plan as if they were there."""
    missing = SyncGroup.objects.filter(
        workspace=book.workspace, remote_id=None, state=SyncGroup.State.LINKED
    ).exclude(group=None)
    for pair in missing:
        if pair.group_id is not None:
            book.by_group[pair.group_id] = pair
            # Stands in for the id that the gateway will give.
            book.by_remote[-pair.pk] = pair
            run.tally["groups_created_there"] = (
                run.tally.get("groups_created_there", 0) + 1
            )


def _count(found: Sequence[Plan], samples: Samples) -> Counter[str]:
    done = pages.tally([plan for plan in found if not plan.creates])
    for plan in found:
        done["created_here"] += plan.creates
        done["changed_there"] += plan.pushes and not plan.creates
        for kind in _kinds(plan):
            _show(samples, kind, plan)
    return done


def _kinds(plan: Plan) -> list[str]:
    if plan.creates:
        return ["created_here"]
    kinds = {
        "changed_here": plan.pulls,
        "changed_there": plan.pushes,
        "conflicts": bool(plan.link.conflict),
        "duplicates": plan.link.state == SyncLink.State.DUPLICATE,
        "missing_here": plan.link.state == SyncLink.State.DELETED_HERE,
    }
    return [kind for kind, is_so in kinds.items() if is_so]


def _show(samples: Samples, kind: str, plan: Plan) -> None:
    shown = samples.setdefault(kind, [])
    if len(shown) >= SHOWN:
        return
    values = plan.own.values if plan.own else plan.theirs.values
    merged = plan.merged
    new: dict[str, object] = {}
    if merged and kind in ("created_here", "changed_here"):
        new = {
            n: [values.get(n, "") if plan.own else "", v]
            for n, v in merged.pull.items()
        }
    elif merged and kind == "changed_there":
        new = {n: [plan.theirs.values.get(n, ""), v] for n, v in merged.push.items()}
    elif merged and kind == "conflicts":
        new = {n: list(both) for n, both in merged.conflicts.items()}
    shown.append({"name": name_of(values), "changes": new})


def name_of(values: dict[str, str]) -> str:
    """Return what a contact is called: its name, number or mailbox."""
    name = f"{values.get('firstname', '')} {values.get('lastname', '')}".strip()
    return name or values.get(PHONE) or values.get("email") or ""


def _missing(book: Book, after: int, ids: Sequence[int]) -> int:
    """Count the linked contacts that should be on a page and are not."""
    if not ids:
        return 0
    links = _linked(book).filter(remote_id__gt=after, remote_id__lte=max(ids))
    return links.exclude(remote_id__in=list(ids)).count()


def _linked(book: Book) -> QuerySet[SyncLink]:
    return SyncLink.objects.filter(
        workspace=book.workspace,
        state=SyncLink.State.LINKED,
        remote_id__isnull=False,
    )


def _count_news(look: _Look) -> None:
    """Count what our side adds, and what the whole listing has left out."""
    run, planner, samples = look.run, look.planner, look.samples
    book, last, count = planner.book, 0, 0
    while True:
        rows = news.waiting(book).filter(pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", flat=True)[:_BATCH])
        if not batch:
            break
        last = batch[-1]
        found = owns.load(book, [n for n in batch if n not in planner.claimed])
        for own in found.values():
            values = sent_values(book, own)
            count += bool(values)
            shown = samples.setdefault("created_there", [])
            if values and len(shown) < SHOWN:
                changes = {n: ["", v] for n, v in values.items()}
                shown.append({"name": name_of(values), "changes": changes})
        works.beat(run)
    more = {"created_there": count, "missing_there": look.missing_at_the_end()}
    run.tally = dict(Counter(run.tally) + Counter(more))
    SyncRun.objects.filter(pk=run.pk).update(tally=run.tally, samples=samples)
