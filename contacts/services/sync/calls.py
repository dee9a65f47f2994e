"""What one contact needs at the gateway, asked and told without a database.

Nothing is told blindly: a contact is fetched before it is changed or deleted, and one
that may have been created already is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contacts.models import SyncLink
from contacts.services.sync.books import Book
from contacts.services.sync.owns import Own
from contacts.services.sync.planner import Planner
from contacts.services.sync.plans import Plan
from contacts.sync_fields import AVATAR, PHONE, Theirs, form_of, readings, theirs_of
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError, NotFound
from seven_dashboard.gateway.resources.contacts import (
    ContactFilter,
    GatewayContact,
)

Todo = SyncLink.Todo
# Candidates that a search for a lost creation looks at.
_LOOKED_AT = 50


@dataclass(slots=True)
class Job:
    """One link to be dealt with at the gateway; ``own`` is as it was read."""

    link: SyncLink
    own: Own | None
    # A creation that was tried before: it is looked for, and repeated only if allowed.
    must_look: bool = False
    may_create: bool = True
    # What looking for it has brought.
    found: GatewayContact | None = None
    trouble: GatewayError | None = None

    @property
    def creates(self) -> bool:
        """Say whether a contact is to be created now."""
        is_open = self.found is None and self.trouble is None
        return self.link.todo == Todo.CREATE and self.may_create and is_open


@dataclass(slots=True)
class Outcome:
    """What became of a job."""

    job: Job
    # The contact at the gateway afterwards; None when it is gone, or an error came.
    contact: GatewayContact | None = None
    # Field to its value, as far as the gateway was told.
    told: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    is_created: bool = False
    # What an earlier attempt has created after all.
    is_found: bool = False
    is_gone: bool = False
    is_deleted: bool = False
    # Changed there since: a deletion that has to be asked about.
    is_edited: bool = False
    error: GatewayError | None = None


def do(job: Job, book: Book, client: SevenClient) -> Outcome:
    """Do a job and return its outcome; errors of the gateway are part of it."""
    if job.trouble is not None:
        return Outcome(job, error=job.trouble)
    try:
        if job.link.todo == Todo.CREATE:
            return _create(job, book, client)
        return _known(job, book, client)
    except GatewayError as error:
        return Outcome(job, error=error)


def sent_values(book: Book, own: Own) -> dict[str, str]:
    """Return the fields of a contact that the gateway can be told."""
    return {n: own.values[n] for n in book.words.fields if own.values.get(n)}


def _create(job: Job, book: Book, client: SevenClient) -> Outcome:
    assert job.own is not None
    values = sent_values(book, job.own)
    if job.found is not None:
        return Outcome(job, job.found, told=job.link.their_base, is_found=True)
    if not job.may_create:
        return Outcome(job)
    pairs = [p for p in book.by_remote.values() if p.pk in job.own.pairs and p.pushes]
    properties, avatar = form_of(values, book.words)
    made = client.contacts.create(
        properties=properties,
        groups=[p.remote_id for p in pairs if p.remote_id is not None],
        avatar=avatar,
    )
    if "properties" not in made.model_fields_set:
        # A bare id, as the old interface answers: ask for the rest.
        made = client.contacts.get(made.id)
    joined = frozenset(p.pk for p in pairs)
    return Outcome(job, made, told=values, joined=joined, is_created=True)


def look(job: Job, book: Book, client: SevenClient) -> list[GatewayContact]:
    """Return contacts that may be the outcome of a creation without an answer.

    They have the number that was sent; without one they say all that was sent.
    """
    values = job.link.their_base
    number = values.get(PHONE, "").lstrip("+")
    text = number or values.get("email") or values.get("lastname") or ""
    page = client.contacts.page(ContactFilter(search=text, limit=_LOOKED_AT))
    return [c for c in page.items if _says(c, values, book)]


def _says(contact: GatewayContact, values: dict[str, str], book: Book) -> bool:
    held = readings(theirs_of(contact, book.words).values, book.words)
    told = [PHONE] if values.get(PHONE) else [n for n in values if n != AVATAR]
    return all(held.get(n) == values[n] for n in told)


def _known(job: Job, book: Book, client: SevenClient) -> Outcome:
    link = job.link
    assert link.remote_id is not None
    try:
        now = client.contacts.get(link.remote_id)
        if link.todo == Todo.DELETE:
            return _delete(job, now, book, client)
        if job.own is None:
            return Outcome(job, now)
        return _update(job, job.own, now, book, client)
    except NotFound as error:
        if error.concerns != "row":
            raise
        return Outcome(job, is_gone=True)


def _update(
    job: Job, own: Own, now: GatewayContact, book: Book, client: SevenClient
) -> Outcome:
    theirs = theirs_of(now, book.words)
    plan = _planned(job, own, theirs, book)
    merged, members = plan.merged, plan.members
    if merged is None or members is None or not plan.pushes:
        return Outcome(job, now)
    properties, avatar = form_of(merged.push, book.words)
    answer = client.contacts.update(
        theirs.id,
        properties=properties,
        groups=_groups_after(plan, book) if members.pushes else None,
        avatar=avatar,
    )
    if "properties" not in answer.model_fields_set:
        answer = client.contacts.get(theirs.id)
    return Outcome(
        job,
        answer,
        told=merged.push,
        before={n: theirs.values.get(n, "") for n in merged.push},
        joined=members.join_theirs,
        left=members.leave_theirs,
    )


def _planned(job: Job, own: Own, theirs: Theirs, book: Book) -> Plan:
    """Merge what is there now, on a copy: the link itself is written later."""
    copy = SyncLink(
        base_ours=job.link.base_ours,
        base_theirs=job.link.base_theirs,
        groups=list(job.link.groups),
    )
    return Planner(book).merged(theirs, copy, own)


def _groups_after(plan: Plan, book: Book) -> list[int]:
    """Return all groups of the gateway that the contact is to be in.

    The list replaces the membership as a whole, so groups that we do not keep in step
    are handed back as they were.
    """
    assert plan.members is not None
    number_of = {p.pk: p.remote_id for p in book.by_remote.values()}
    joined = [number_of[pair] for pair in sorted(plan.members.join_theirs)]
    left = {number_of[pair] for pair in plan.members.leave_theirs}
    stays = [number for number in plan.theirs.groups if number not in left]
    return [*stays, *(number for number in joined if number is not None)]


def _delete(job: Job, now: GatewayContact, book: Book, client: SevenClient) -> Outcome:
    theirs = theirs_of(now, book.words)
    if theirs.values != job.link.their_base and not job.link.is_edited:
        return Outcome(job, now, is_edited=True)
    client.contacts.delete(theirs.id)
    return Outcome(job, is_gone=True, is_deleted=True)
