"""One page of the gateway's contacts: merged and written in one transaction.

What is read first decides who has to be locked; those are read again under the lock,
so that an edit of a person in the same moment comes before the merge or after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection

from contacts.models import SyncLink
from contacts.selectors import own_keys
from contacts.services.sync import books, owns, surroundings, writes
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own
from contacts.services.sync.planner import Planner
from contacts.services.sync.plans import Plan
from contacts.sync_fields import PHONE, Theirs, theirs_of
from seven_dashboard.gateway.resources.contacts import GatewayContact


def read(book: Book, contacts: Sequence[GatewayContact]) -> list[Theirs]:
    """Return a page's contacts by our names, and learn the properties it brings."""
    books.learn(book, dict.fromkeys(n for c in contacts for n in c.properties.custom))
    return [theirs_of(contact, book.words) for contact in contacts]


# What a run's tally calls links that are not as usual.
_WORDS: dict[str, str] = {
    SyncLink.State.DUPLICATE: "duplicates",
    SyncLink.State.DELETED_HERE: "missing_here",
    SyncLink.State.UNLINKED: "unlinked",
}


class Unchecked(Exception):
    """Contacts are to leave groups of ours that may be gone at the gateway."""

    def __init__(self, pairs: frozenset[int]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def take(
    book: Book, page: Sequence[Theirs], *, checked: frozenset[int] = frozenset()
) -> Counter[str]:
    """Bring our side up to a page of the gateway's; return what was done, counted.

    Inside the transaction that moves the bookmark. Raises ``Unchecked`` when contacts
    left a group of which nobody knows whether it was there when the page was sent.
    """
    hold_groups(book)
    around = surroundings.read(book, page)
    found = Planner(book).plan(page, around)
    touched = [plan.own.id for plan in found if plan.own]
    if touched:
        page = [plan.theirs for plan in found]
        around = surroundings.read(book, page)
        locked = owns.load(book, touched, is_locked=True)
        around.owns |= locked
        for gone in set(touched) - set(locked):
            around.owns.pop(gone, None)
        found = Planner(book).plan(page, around)
    left = frozenset(
        p for plan in found if plan.members for p in plan.members.leave_ours
    )
    if left - checked:
        raise Unchecked(left)
    return write(book, found)


def write(book: Book, found: Sequence[Plan]) -> Counter[str]:
    """Write plans whose contacts are locked; return what was done, counted."""
    _keep_numbers_apart(book, found)
    news = [plan for plan in found if plan.creates]
    kept = [plan for plan in found if not plan.creates]
    created = writes.create(book, news)
    for plan in kept:
        if plan.twin and plan.twin.own:
            plan.link.twin_id = plan.twin.own.id
    pulled = [plan for plan in kept if plan.pulls]
    _change(book, pulled)
    _move(book, [*created, *pulled])
    writes.record(
        book,
        (
            (Own(plan.own.id, plan.own.uuid, {}), plan.own.values)
            for plan in created
            if plan.own
        ),
    )
    replaced = [plan.replaces for plan in kept if plan.replaces]
    SyncLink.objects.filter(pk__in=replaced).delete()
    writes.keep_links([plan.link for plan in [*created, *kept]])
    done = tally(kept)
    done["created_here"] += len(created)
    return done


def tally(found: Sequence[Plan]) -> Counter[str]:
    """Count what plans for known contacts mean."""
    done: Counter[str] = Counter()
    for plan in found:
        done["changed_here"] += plan.pulls
        done["linked"] += plan.is_new_link and plan.link.state == SyncLink.State.LINKED
        done["conflicts"] += bool(plan.link.conflict)
        done[_WORDS.get(plan.link.state, "")] += 1
    del done[""]
    return done


def hold_groups(book: Book) -> None:
    """Keep our groups from being deleted while memberships are compared.

    A group that is gone already would look like one that everybody has left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM contacts_group WHERE id = ANY(%s) ORDER BY id"
            " FOR KEY SHARE",
            [list(book.by_group)],
        )
        there: set[UUID] = {row[0] for row in cursor.fetchall()}
    for group_id, pair in list(book.by_group.items()):
        if group_id not in there:
            book.drop(pair)


def _keep_numbers_apart(book: Book, found: Sequence[Plan]) -> None:
    """Put off new numbers that another contact of ours has; one each in a workspace."""
    wanted = [
        (plan, number)
        for plan in found
        if plan.own and plan.merged and (number := plan.merged.pull.get(PHONE))
    ]
    taken = own_keys.by_phone(book.workspace, [number for _plan, number in wanted])
    taken |= {n: 0 for plan in found if plan.creates for n in _new_number(plan)}
    for plan, number in wanted:
        assert plan.own is not None
        if taken.setdefault(number, plan.own.id) != plan.own.id:
            put_off(plan, PHONE)


def put_off(plan: Plan, name: str) -> None:
    """Leave a field as it is for now: it stays a change of theirs."""
    merged, link = plan.merged, plan.link
    if merged is None or plan.own is None:
        return
    del merged.pull[name]
    # Ours as it is now counts as the base on both sides.
    link.base_ours = {**(link.base_ours or {}), name: plan.own.values.get(name, "")}
    link.base_theirs = {**(link.base_theirs or {}), name: link.base_ours[name]}


def _new_number(plan: Plan) -> Collection[str]:
    number = plan.merged.pull.get(PHONE) if plan.merged else ""
    return [number] if number else []


def _change(book: Book, pulled: Sequence[Plan]) -> None:
    changes = {
        plan.own.uuid: (plan.own, dict(plan.merged.pull))
        for plan in pulled
        if plan.own and plan.merged
    }
    writes.update(book, {k: v for k, v in changes.items() if v[1]})
    names = {p.pk: p.remote_name for p in book.by_remote.values()}
    writes.record(book, (_with_groups(plan, names) for plan in pulled))


def _with_groups(plan: Plan, names: dict[int, str]) -> tuple[Own, dict[str, str]]:
    """Return a contact as it was and what is new, its groups told by their names."""
    assert plan.own is not None and plan.merged is not None
    before, new = dict(plan.own.values), dict(plan.merged.pull)
    if plan.members and plan.members.pulls:
        after = (plan.own.pairs | plan.members.join_ours) - plan.members.leave_ours
        before["groups"] = ", ".join(sorted(names[p] for p in plan.own.pairs))
        new["groups"] = ", ".join(sorted(names[p] for p in after))
    return Own(plan.own.id, plan.own.uuid, before), new


def _move(book: Book, plans_: Sequence[Plan]) -> None:
    moved = [
        (plan.own.id, plan.members) for plan in plans_ if plan.own and plan.members
    ]
    writes.move(
        book,
        joins=[(pair, number) for number, m in moved for pair in m.join_ours],
        leaves=[(pair, number) for number, m in moved for pair in m.leave_ours],
    )
