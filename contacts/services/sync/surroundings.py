"""What the contacts of a page may be linked to: read in a few queries, and searched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from contacts.models import Contact, FormerNumber, SyncLink
from contacts.number_forms import forms
from contacts.selectors import own_keys
from contacts.services.sync import owns
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own
from contacts.sync_fields import PHONE, Dictionary, Theirs, readings

State = SyncLink.State


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

    def match(
        self, theirs: Theirs, words: Dictionary, claimed: Collection[int]
    ) -> tuple[Own | None, bool]:
        """Return our contact of the number (or mailbox), and whether it is free."""
        number = readings(theirs.values, words).get(PHONE) or ""
        found = self.by_phone.get(number) if number else self._by_email(theirs, claimed)
        own = self.owns.get(found or 0)
        if own is None:
            return None, True
        link = self.link_of.get(own.id)
        return own, own.id not in claimed and _is_free(link)

    def _by_email(self, theirs: Theirs, claimed: Collection[int]) -> int | None:
        """Return our only contact with the mailbox, if the names agree as well."""
        address = theirs.values.get("email", "").strip().casefold()
        same = [
            number
            for number in self.by_email.get(address, [])
            if number not in claimed and _agree(self.owns[number].values, theirs.values)
        ]
        return same[0] if address and len(same) == 1 else None


def read(book: Book, page: Sequence[Theirs]) -> Surroundings:
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
    linked = {link.contact_id: link for link in found.links.values()}
    found.owns = owns.load(book, [number for number in wanted if number])
    lone = [number for number in found.owns if number not in linked]
    found.link_of = {
        link.contact_id: link
        for link in [*linked.values(), *mine.filter(contact__in=lone)]
        if link.contact_id is not None
    }
    return found


def _read_matches(book: Book, found: Surroundings, loose: Sequence[Theirs]) -> None:
    mine = Contact.objects.filter(workspace=book.workspace)
    told = [readings(theirs.values, book.words) for theirs in loose]
    numbers = [number for values in told if (number := values.get(PHONE))]
    known = _by_forms(book, [form for number in numbers for form in forms(number)])
    for number in numbers:
        if key := next((known[f] for f in forms(number) if f in known), None):
            found.by_phone[number] = key
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


def _by_forms(book: Book, numbers: Sequence[str]) -> dict[str, int]:
    """Return whose numbers these are or were."""
    former = FormerNumber.objects.filter(workspace=book.workspace, phone__in=numbers)
    known = dict(former.values_list("phone", "contact_id"))
    return known | own_keys.by_phone(book.workspace, numbers)


def _is_loose(link: SyncLink | None) -> bool:
    return link is None or link.contact_id is None


def _is_free(link: SyncLink | None) -> bool:
    return link is None or link.remote_id is None or link.state == State.DELETED_THERE


def _agree(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    """Say whether neither name speaks against the two being one person."""
    for name in ("firstname", "lastname"):
        mine, other = ours.get(name, ""), theirs.get(name, "")
        if mine.strip().casefold() != other.strip().casefold() and mine and other:
            return False
    return True
