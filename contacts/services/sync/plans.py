"""What each contact of a page needs: found out by reading, written by nobody yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contacts.models import Contact, FormerNumber, SyncLink
from contacts.services.sync import owns
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own
from contacts.sync_fields import PHONE, Theirs, readings
from contacts.sync_merge import Members, Merged, Ways, merge, merge_members

State, Todo = SyncLink.State, SyncLink.Todo


@dataclass(slots=True)
class Plan:
    """What one contact of the gateway needs on our side; ``link`` is as it will be."""

    theirs: Theirs
    link: SyncLink
    own: Own | None = None
    merged: Merged | None = None
    members: Members | None = None
    is_new_link: bool = False
    # Of a duplicate: the plan that creates the contact with its number.
    twin: Plan | None = None
    # An earlier link of the contact that this one takes the place of.
    replaces: int | None = None

    @property
    def creates(self) -> bool:
        """Say whether the contact is to be created here."""
        return self.own is None and self.merged is not None

    @property
    def pulls(self) -> bool:
        """Say whether a contact that we have changes here."""
        is_changed = bool(self.merged and self.merged.pull)
        joins = bool(self.members and self.members.pulls)
        return self.own is not None and (is_changed or joins)

    @property
    def pushes(self) -> bool:
        """Say whether the gateway has to be told something."""
        is_changed = bool(self.merged and self.merged.push)
        return is_changed or bool(self.members and self.members.pushes)


@dataclass(slots=True)
class Surroundings:
    """What a page's contacts may be linked to."""

    links: dict[int, SyncLink] = field(default_factory=dict)
    owns: dict[int, Own] = field(default_factory=dict)
    by_phone: dict[str, int] = field(default_factory=dict)
    by_email: dict[str, list[int]] = field(default_factory=dict)
    link_of: dict[int, SyncLink] = field(default_factory=dict)
    # Creations at the gateway whose answer was lost.
    open: list[SyncLink] = field(default_factory=list)


@dataclass(slots=True)
class Planner:
    """Plans page after page; a preview keeps what is claimed over all of them."""

    book: Book
    claimed: set[int] = field(default_factory=set)
    # Numbers of contacts that are to be created here.
    numbers: dict[str, Plan] = field(default_factory=dict)

    def plan(self, page: Sequence[Theirs], around: Surroundings) -> list[Plan]:
        """Return what the contacts of a page need, those that need nothing left out."""
        found = (self._plan(theirs, around) for theirs in page)
        return [plan for plan in found if plan is not None]

    def _plan(self, theirs: Theirs, around: Surroundings) -> Plan | None:
        link = around.links.get(theirs.id)
        if link is None:
            return self._unknown(theirs, around)
        if link.state == State.UNLINKED:
            return None
        if link.state == State.DUPLICATE:
            return self._duplicate(theirs, link, around)
        own = around.owns.get(link.contact_id or 0)
        if own is None:
            own = self._returned(link, around)
        if own is None:
            return self._gone(theirs, link)
        return self._linked(theirs, link, own)

    def _linked(self, theirs: Theirs, link: SyncLink, own: Own) -> Plan | None:
        before = (*_kept(link), link.contact_id, link.state, link.todo)
        plan = self.merged(theirs, link, own)
        self.claimed.add(own.id)
        after = (*_kept(link), link.contact_id, link.state, link.todo)
        return plan if before != after or plan.pulls else None

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
            readings=readings(theirs.values, self.book.words),
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
        link.contact_id = link.contact_was = own.id
        link.state = State.LINKED
        settle(plan)
        return plan

    def _unknown(self, theirs: Theirs, around: Surroundings) -> Plan | None:
        """Plan for a contact that was never linked: link, create, or leave it."""
        link = SyncLink(workspace=self.book.workspace, remote_id=theirs.id)
        adopted = self._adopted(theirs, around)
        if adopted is not None:
            adopted.remote_id = theirs.id
            return self.merged(theirs, adopted, around.owns[adopted.contact_id or 0])
        own, is_free = self._match(theirs, around)
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
            _begin_anew(former, theirs.id)
        plan = self.merged(theirs, former or link, own)
        plan.is_new_link = True
        return plan

    def _created(self, theirs: Theirs, link: SyncLink, pairs: frozenset[int]) -> Plan:
        values = readings(theirs.values, self.book.words)
        number = values.get(PHONE) or ""
        if number and number in self.numbers:
            link.state = State.DUPLICATE
            return Plan(theirs, link, is_new_link=True, twin=self.numbers[number])
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
            self.numbers[number] = plan
        settle(plan)
        return plan

    def _duplicate(
        self, theirs: Theirs, link: SyncLink, around: Surroundings
    ) -> Plan | None:
        """Link a duplicate once our contact is free; create it if the number is new."""
        own, is_free = self._match(theirs, around)
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
        before = (link.state, link.is_edited)
        ways = self.book.ways(
            link.groups, has_own_groups=bool(link.groups), has_their_groups=True
        )
        link.state = State.DELETED_HERE if ways.push else State.UNLINKED
        link.is_edited = theirs.values != _filled(link.base_theirs)
        link.conflict, link.contact_id = {}, None
        return Plan(theirs, link) if before != (link.state, link.is_edited) else None

    def _returned(self, link: SyncLink, around: Surroundings) -> Own | None:
        """Return the contact of a link if its deletion was undone."""
        own = around.owns.get(link.contact_was or 0)
        if own is None or own.id in self.claimed or own.id in around.link_of:
            return None
        return own

    def _match(self, theirs: Theirs, around: Surroundings) -> tuple[Own | None, bool]:
        """Return our contact of the number (or mailbox), and whether it is free."""
        number = readings(theirs.values, self.book.words).get(PHONE) or ""
        found = (
            around.by_phone.get(number) if number else self._by_email(theirs, around)
        )
        own = around.owns.get(found or 0)
        if own is None:
            return None, True
        link = around.link_of.get(own.id)
        return own, own.id not in self.claimed and _is_free(link)

    def _by_email(self, theirs: Theirs, around: Surroundings) -> int | None:
        """Return our only contact with the mailbox, if the names agree as well."""
        address = theirs.values.get("email", "").strip().casefold()
        same = [
            number
            for number in around.by_email.get(address, [])
            if number not in self.claimed
            and _agree(around.owns[number].values, theirs.values)
        ]
        return same[0] if address and len(same) == 1 else None

    def _adopted(self, theirs: Theirs, around: Surroundings) -> SyncLink | None:
        """Return the lost creation that this contact is the outcome of."""
        for link in around.open:
            sent = _filled(link.base_theirs)
            if sent and all(theirs.values.get(n) == text for n, text in sent.items()):
                around.open.remove(link)
                link.base_ours = link.base_theirs = None
                return link
        return None

    def _ways(self, theirs: Theirs, own: Own | None) -> Ways:
        pairs = self.book.pairs_of(theirs.groups)
        return self.book.ways(
            pairs | own.pairs if own else pairs,
            has_own_groups=own.has_groups if own else True,
            has_their_groups=bool(theirs.groups),
        )


def settle(plan: Plan) -> None:
    """Give the link the base of the merge, its conflicts and what is left to do."""
    link, merged, members = plan.link, plan.merged, plan.members
    if merged is None or members is None:
        return
    link.base_ours, link.base_theirs = merged.base_ours, merged.base_theirs
    link.groups = sorted(members.base)
    link.conflict = {name: list(both) for name, both in merged.conflicts.items()}
    link.validation = plan.theirs.validation[:16]
    link.todo = Todo.UPDATE if plan.pushes else Todo.NOTHING
    link.is_edited = False


def surroundings(book: Book, page: Sequence[Theirs]) -> Surroundings:
    """Read all that the contacts of a page may be linked to, in a few queries."""
    mine = SyncLink.objects.filter(workspace=book.workspace)
    found = Surroundings(
        links={
            link.remote_id: link
            for link in mine.filter(remote_id__in=[theirs.id for theirs in page])
            if link.remote_id is not None
        }
    )
    loose = [theirs for theirs in page if _is_loose(found.links.get(theirs.id))]
    if loose:
        _read_matches(book, found, loose)
    wanted = {link.contact_id or link.contact_was for link in found.links.values()}
    wanted |= set(found.by_phone.values())
    wanted |= {number for some in found.by_email.values() for number in some}
    wanted |= {link.contact_id for link in found.open}
    found.owns = owns.load(book, [number for number in wanted if number])
    lone = list(found.owns)
    found.link_of = {
        link.contact_id: link
        for link in mine.filter(contact__in=lone)
        if link.contact_id is not None
    }
    return found


def _read_matches(book: Book, found: Surroundings, loose: Sequence[Theirs]) -> None:
    mine = Contact.objects.filter(workspace=book.workspace)
    told = [readings(theirs.values, book.words) for theirs in loose]
    numbers = [number for values in told if (number := values.get(PHONE))]
    former = FormerNumber.objects.filter(workspace=book.workspace, phone__in=numbers)
    found.by_phone = dict(former.values_list("phone", "contact_id"))
    found.by_phone |= dict(mine.filter(phone__in=numbers).values_list("phone", "id"))
    addresses = {
        theirs.values["email"].strip()
        for theirs, values in zip(loose, told, strict=True)
        if not values.get(PHONE) and theirs.values.get("email", "").strip()
    }
    if addresses:
        # A mailbox without a number: rare, and few contacts of ours have neither.
        lone = mine.filter(phone="", email__in=addresses).exclude(email="")
        for key, address in lone.values_list("id", "email")[:1000]:
            found.by_email.setdefault(address.casefold(), []).append(key)
    open_links = SyncLink.objects.filter(
        workspace=book.workspace,
        state=State.CREATING,
        attempted_at__isnull=False,
        contact__isnull=False,
    )
    found.open = list(open_links.order_by("id")[:1000])


def _is_loose(link: SyncLink | None) -> bool:
    return link is None or link.state == State.DUPLICATE


def _is_free(link: SyncLink | None) -> bool:
    return link is None or link.remote_id is None or link.state == State.DELETED_THERE


def _begin_anew(link: SyncLink, remote_id: int) -> None:
    link.remote_id = remote_id
    link.base_ours = link.base_theirs = None
    link.groups, link.error, link.refused = [], "", ""
    link.attempted_at = None


def _kept(link: SyncLink) -> tuple[object, ...]:
    return (
        _filled(link.base_ours, keep_open=True),
        _filled(link.base_theirs, keep_open=True),
        sorted(link.groups),
        link.conflict,
        link.validation,
    )


def _filled(
    base: dict[str, str | None] | None, *, keep_open: bool = False
) -> dict[str, str | None] | None:
    if base is None:
        return None
    return {n: text for n, text in base.items() if text or (keep_open and text is None)}


def _agree(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    """Say whether neither name speaks against the two being one person."""
    for name in ("firstname", "lastname"):
        mine, other = ours.get(name, ""), theirs.get(name, "")
        if mine.strip().casefold() != other.strip().casefold() and mine and other:
            return False
    return True
