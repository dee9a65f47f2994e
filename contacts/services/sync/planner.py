"""What each contact of a page needs: found out by reading, written by nobody yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contacts.models import SyncLink
from contacts.number_forms import forms
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own
from contacts.services.sync.plans import Plan, settle
from contacts.services.sync.surroundings import Surroundings
from contacts.sync_fields import PHONE, Theirs, readings
from contacts.sync_merge import Ways, merge, merge_members

State = SyncLink.State


@dataclass(slots=True)
class Planner:
    """Plans page after page; a preview keeps what is claimed over all of them."""

    book: Book
    claimed: set[int] = field(default_factory=set)
    # Numbers of contacts that are to be created here.
    numbers: dict[str, Plan | None] = field(default_factory=dict)
    # A preview writes nothing, and must not hold a large book in memory.
    is_preview: bool = False

    def plan(self, page: Sequence[Theirs], around: Surroundings) -> list[Plan]:
        """Return what the contacts of a page need, those that need nothing left out."""
        found = (self._plan(theirs, around) for theirs in page)
        return [plan for plan in found if plan is not None]

    def _plan(self, theirs: Theirs, around: Surroundings) -> Plan | None:
        link = around.links.get(theirs.id)
        if link is None:
            return self._unknown(theirs, around)
        if link.state == State.UNLINKED:
            return self._added_again(theirs, link, around)
        if link.state == State.DUPLICATE:
            return self._duplicate(theirs, link, around)
        own = around.owns.get(link.contact_id or 0)
        if own is None:
            own = self._returned(link, around)
        if own is None:
            again = self._added_again(theirs, link, around)
            return again or self._gone(theirs, link)
        return self._linked(theirs, link, own)

    def _added_again(
        self, theirs: Theirs, link: SyncLink, around: Surroundings
    ) -> Plan | None:
        """Link a contact that was deleted here, and added anew or merged since.

        What was agreed on with the old one says nothing about the new: an empty field
        of it was never emptied by anybody.
        """
        if link.contact_id is not None:
            return None
        own, is_free = around.match(theirs, self.book.words, self.claimed)
        if own is None or not is_free:
            return None
        former = around.link_of.get(own.id)
        link.base_ours = link.base_theirs = None
        link.groups = []
        self.claimed.add(own.id)
        plan = self.merged(theirs, link, own)
        plan.is_new_link = True
        plan.replaces = former.pk if former else None
        return plan

    def _linked(self, theirs: Theirs, link: SyncLink, own: Own) -> Plan | None:
        if self._is_as_it_was(theirs, link, own):
            self.claimed.add(own.id)
            return None
        before = (*_kept(link), link.contact_id, link.state, link.todo)
        plan = self.merged(theirs, link, own)
        self.claimed.add(own.id)
        after = (*_kept(link), link.contact_id, link.state, link.todo)
        return plan if before != after or plan.pulls else None

    def _is_as_it_was(self, theirs: Theirs, link: SyncLink, own: Own) -> bool:
        """Say whether nothing has happened since: what is true for nearly everybody."""
        if (link.state, link.todo, link.contact_id) != (State.LINKED, "", own.id):
            return False
        if link.conflict or link.validation != theirs.validation[:16]:
            return False
        groups = self.book.pairs_of(theirs.groups)
        return (
            theirs.values == link.base_theirs
            and own.values == link.base_ours
            and groups == own.pairs == frozenset(link.groups) - self.book.resting
        )

    def merged(self, theirs: Theirs, link: SyncLink, own: Own) -> Plan:
        """Merge a linked pair; the link is given its new base."""
        pairs = self.book.pairs_of(theirs.groups)
        ways = self.book.ways(
            own.pairs | pairs,
            has_own_groups=own.has_groups,
            has_their_groups=bool(theirs.groups),
        )
        found = merge(
            names=self.book.words.fields,
            ours=own.values,
            theirs=theirs.values,
            readings=self._readings(theirs, own),
            base_ours=link.base_ours,
            base_theirs=link.base_theirs,
            ways=ways,
            policy=self.book.setup.on_conflict,
        )
        members = merge_members(
            base=link.groups,
            ours=own.pairs,
            theirs=pairs,
            pulled=self.book.pulled,
            pushed=self.book.pushed,
        )
        plan = Plan(theirs, link, own, found, members)
        resting = self.book.resting.intersection(link.groups)
        link.contact_id = link.contact_was = own.id
        link.state = State.LINKED
        settle(plan)
        link.groups = sorted({*link.groups, *resting})
        return plan

    def _readings(self, theirs: Theirs, own: Own) -> dict[str, str | None]:
        """Return what their values mean; a number in the form that we have it in."""
        told = readings(theirs.values, self.book.words)
        number, ours = told.get(PHONE), own.values.get(PHONE, "")
        return {**told, PHONE: ours} if number and ours in forms(number) else told

    def _unknown(self, theirs: Theirs, around: Surroundings) -> Plan | None:
        """Plan for a contact that was never linked: link, create, or leave it."""
        link = SyncLink(workspace=self.book.workspace, remote_id=theirs.id)
        adopted = self._adopted(theirs, around)
        if adopted is not None:
            self.claimed.add(adopted.contact_id or 0)
            return self.merged(theirs, adopted, around.owns[adopted.contact_id or 0])
        own, is_free = around.match(theirs, self.book.words, self.claimed)
        pairs = self.book.pairs_of(theirs.groups)
        ways = self._ways(theirs, own)
        if own is None:
            return self._created(theirs, link, pairs) if ways.pull else None
        if not (ways.pull or ways.push):
            return None
        if not is_free:
            link.state, link.twin_id = State.DUPLICATE, own.id
            return Plan(theirs, link, is_new_link=True)
        self.claimed.add(own.id)
        # The row of an earlier link of this contact whose other side is gone.
        former = around.link_of.get(own.id)
        if former is not None:
            _begin_anew(former, theirs.id, self.book.words.fields)
        plan = self.merged(theirs, former or link, own)
        plan.is_new_link = True
        return plan

    def _created(self, theirs: Theirs, link: SyncLink, pairs: frozenset[int]) -> Plan:
        values = readings(theirs.values, self.book.words)
        number = values.get(PHONE) or ""
        form = next((f for f in forms(number) if f in self.numbers), "")
        if form:
            link.state = State.DUPLICATE
            return Plan(theirs, link, is_new_link=True, twin=self.numbers[form])
        found = merge(
            names=self.book.words.fields,
            ours={},
            theirs=theirs.values,
            readings=values,
            base_ours=None,
            base_theirs=None,
            ways=Ways(pull=True, push=False),
            policy=self.book.setup.on_conflict,
        )
        members = merge_members(
            base=(), ours=(), theirs=pairs, pulled=self.book.pulled, pushed=()
        )
        plan = Plan(theirs, link, None, found, members, is_new_link=True)
        if number:
            self.numbers[number] = None if self.is_preview else plan
        settle(plan)
        return plan

    def _duplicate(
        self, theirs: Theirs, link: SyncLink, around: Surroundings
    ) -> Plan | None:
        """Link a duplicate once our contact is free; create it if the number is new."""
        own, is_free = around.match(theirs, self.book.words, self.claimed)
        if own is not None and not is_free:
            if link.twin_id == own.id:
                return None
            link.twin_id = own.id
            return Plan(theirs, link)
        ways = self._ways(theirs, own)
        if own is None and not ways.pull:
            return None
        link.state, link.twin_id = State.LINKED, None
        if own is None:
            return self._created(theirs, link, self.book.pairs_of(theirs.groups))
        former = around.link_of.get(own.id)
        self.claimed.add(own.id)
        plan = self.merged(theirs, link, own)
        plan.replaces = former.pk if former else None
        return plan

    def _gone(self, theirs: Theirs, link: SyncLink) -> Plan | None:
        """Plan for a link whose contact was deleted here."""
        if self.book.resting.intersection(link.groups):
            # Which ways are open shows when the group is answered for again.
            return None
        before = (link.state, link.is_edited)
        ways = self.book.ways(
            link.groups, has_own_groups=bool(link.groups), has_their_groups=True
        )
        link.state = State.DELETED_HERE if ways.push else State.UNLINKED
        link.is_edited = theirs.values != link.their_base
        link.conflict, link.contact_id = {}, None
        return Plan(theirs, link) if before != (link.state, link.is_edited) else None

    def _returned(self, link: SyncLink, around: Surroundings) -> Own | None:
        """Return the contact of a link if its deletion was undone."""
        own = around.owns.get(link.contact_was or 0)
        if own is None or own.id in self.claimed or own.id in around.link_of:
            return None
        return own

    def _adopted(self, theirs: Theirs, around: Surroundings) -> SyncLink | None:
        """Return the lost creation that this contact is the outcome of."""
        for link in around.open:
            sent = link.their_base
            if link.contact_id in self.claimed:
                continue
            if sent and all(theirs.values.get(n) == text for n, text in sent.items()):
                around.open.remove(link)
                _begin_anew(link, theirs.id, self.book.words.fields)
                return link
        return None

    def _ways(self, theirs: Theirs, own: Own | None) -> Ways:
        pairs = self.book.pairs_of(theirs.groups)
        return self.book.ways(
            pairs | own.pairs if own else pairs,
            has_own_groups=own.has_groups if own else True,
            has_their_groups=bool(theirs.groups),
        )


def _begin_anew(link: SyncLink, remote_id: int, fields: Sequence[str]) -> None:
    """Give a link another contact of the gateway's; what was sent to it is agreed."""
    sent = link.their_base if link.state == State.CREATING else {}
    link.remote_id = remote_id
    link.base_ours = {**dict.fromkeys(fields), **sent} if sent else None
    link.base_theirs = dict(link.base_ours) if link.base_ours else None
    link.groups = []
    link.forget_trouble()
    link.attempted_at = None


def _kept(link: SyncLink) -> tuple[object, ...]:
    return (
        _told(link.base_ours),
        _told(link.base_theirs),
        sorted(link.groups),
        link.conflict,
        link.validation,
    )


def _told(base: dict[str, str | None] | None) -> dict[str, str | None] | None:
    """Return a base without the fields that were settled as empty."""
    return None if base is None else {n: v for n, v in base.items() if v != ""}
