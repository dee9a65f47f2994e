"""The gateway's answers to what it was told, written to links and contacts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.utils import timezone

from accounts.services import audit
from contacts.models import SyncLink, SyncRun
from contacts.models.sync import NO_TROUBLE
from contacts.services.sync import books, brake, owns, pages, patience
from contacts.services.sync.books import Book
from contacts.services.sync.calls import Job, Outcome, sent_values
from contacts.services.sync.owns import Own, plain
from contacts.services.sync.planner import Planner
from contacts.services.sync.plans import Plan
from contacts.sync_fields import theirs_of

State, Todo = SyncLink.State, SyncLink.Todo
PUSHED = "contact.push"
# The column holds no more.
MOST_FAILURES: Final = 1_000


def write(run: SyncRun, book: Book, found: Sequence[Outcome]) -> Counter[str]:
    """Write outcomes inside the transaction of their step; return what was done."""
    done: Counter[str] = Counter()
    found = _fresh(found)
    answered = [o for o in found if o.contact is not None and not o.is_edited]
    done += _merge(book, answered)
    for outcome in found:
        done.update([_one(run, book, outcome)])
    _record(book, found)
    del done[""]
    return done


def _fresh(found: Sequence[Outcome]) -> list[Outcome]:
    """Read the links again under a lock: a person may have decided something."""
    links = SyncLink.objects.select_for_update().order_by("pk")
    rows = links.in_bulk([outcome.job.link.pk for outcome in found])
    there = [outcome for outcome in found if outcome.job.link.pk in rows]
    for outcome in there:
        outcome.job.link = rows[outcome.job.link.pk]
    return there


def digest(job: Job, book: Book) -> str:
    """Return what stands for the values that a job would tell the gateway."""
    values = sent_values(book, job.own) if job.own else {}
    return hashlib.sha256(json.dumps(sorted(values.items())).encode()).hexdigest()


def _merge(book: Book, answered: Sequence[Outcome]) -> Counter[str]:
    """Merge the contacts that came back, over our contacts as they are by now."""
    names = {n for o in answered if o.contact for n in o.contact.properties.custom}
    books.learn(book, sorted(names))
    pages.hold_groups(book)
    numbers = [o.job.link.contact_id for o in answered if o.job.link.contact_id]
    locked = owns.load(book, numbers, is_locked=True)
    plans = [
        (outcome, plan)
        for outcome in answered
        if (plan := _plan(book, outcome, locked.get(outcome.job.link.contact_id or 0)))
    ]
    done = pages.write(book, [plan for _outcome, plan in plans])
    # Told by the pushing itself, as is what the gateway gave those it has just created.
    del done["linked"]
    done["changed_here"] -= sum(plan.pulls for o, plan in plans if o.is_created)
    return done


def _plan(book: Book, outcome: Outcome, own: Own | None) -> Plan | None:
    link, snapshot, contact = outcome.job.link, outcome.job.own, outcome.contact
    assert contact is not None
    theirs = theirs_of(contact, book.words)
    link.forget_trouble()
    if own is None or snapshot is None:
        return _without_own(book, link, Plan(theirs, link))
    if link.todo == Todo.CREATE:
        if _is_known_elsewhere(link, contact.id):
            return None
        # Only what was sent is settled; what the gateway added by itself is not.
        open_fields = [n for n in book.words.fields if n not in outcome.told]
        link.base_ours = dict.fromkeys(open_fields) | outcome.told
        link.base_theirs = dict.fromkeys(open_fields, None)
        # One that was found may have been changed there since.
        known = outcome.told if outcome.is_found else theirs.values
        link.base_theirs |= {n: known.get(n, "") for n in outcome.told}
        link.remote_id, link.groups = contact.id, []
        link.attempted_at = None
    else:
        base_ours, base_theirs = link.base_ours or {}, link.base_theirs or {}
        link.base_ours = {**base_ours, **outcome.told}
        now = {n: theirs.values.get(n, "") for n in outcome.told}
        link.base_theirs = {**base_theirs, **now}
    there = book.pairs_of(theirs.groups)
    agreed = (set(link.groups) | (outcome.joined & there)) - (outcome.left - there)
    link.groups = sorted(agreed)
    plan = Planner(book).merged(theirs, link, own)
    _leave_nothing(plan)
    return plan


def _leave_nothing(plan: Plan) -> None:
    """Leave groups only where a listing says so, which asks whether they exist."""
    if plan.members and plan.members.leave_ours:
        stays = plan.members.base | plan.members.leave_ours
        plan.members = replace(plan.members, leave_ours=frozenset(), base=stays)
        plan.link.groups = sorted(stays.union(plan.link.groups))


def _without_own(book: Book, link: SyncLink, plan: Plan) -> Plan | None:
    """Note a contact that is there after all, while ours is gone or not to be had."""
    if link.todo == Todo.CREATE:
        link.remote_id = plan.theirs.id
        link.state = State.DELETED_HERE
    elif link.state == State.LINKED:
        link.state, link.conflict = State.DELETED_HERE, {}
        link.is_edited = plan.theirs.values != link.their_base
    link.contact_id, link.todo = None, Todo.NOTHING
    return plan


def _is_known_elsewhere(link: SyncLink, remote_id: int) -> bool:
    rows = SyncLink.objects.filter(workspace=link.workspace_id, remote_id=remote_id)
    return rows.exclude(pk=link.pk).exists()


def _one(run: SyncRun, book: Book, outcome: Outcome) -> str:
    link = outcome.job.link
    if outcome.error is not None:
        return _failed(book, outcome)
    if outcome.is_edited:
        SyncLink.objects.filter(pk=link.pk).update(
            todo="", is_edited=True, **NO_TROUBLE
        )
        return ""
    if outcome.is_gone:
        return _gone(run, book, outcome)
    if outcome.is_created:
        return "created_there"
    return "changed_there" if outcome.told or outcome.joined or outcome.left else ""


def _failed(book: Book, outcome: Outcome) -> str:
    error, link = outcome.error, outcome.job.link
    assert error is not None
    if error.is_permanent and error.concerns == "connection":
        return ""
    link.error = (error.detail or error.sentence)[:500]
    if error.is_permanent:
        link.failures, link.retry_at = 0, None
        link.refused, link.attempted_at = digest(outcome.job, book), None
    else:
        # It may have been carried out: a creation keeps its ``attempted_at``.
        link.failures = min(link.failures + 1, MOST_FAILURES)
        link.retry_at = timezone.now() + patience.pause_after(link.failures)
    link.save(
        update_fields=["error", "refused", "failures", "retry_at", "attempted_at"]
    )
    return "refused" if error.is_permanent else ""


def _gone(run: SyncRun, book: Book, outcome: Outcome) -> str:
    """Settle a contact that the gateway has no more: by us, or by somebody there."""
    link, own = outcome.job.link, outcome.job.own
    if outcome.is_deleted or own is None:
        SyncLink.objects.filter(pk=link.pk).delete()
        return "deleted_there" if outcome.is_deleted else ""
    if link.state in (State.UNLINKED, State.DUPLICATE):
        SyncLink.objects.filter(pk=link.pk).update(
            remote_id=None, todo="", **NO_TROUBLE
        )
        return ""
    brake.count_missing(run)
    SyncLink.objects.filter(pk=link.pk).update(
        state=State.DELETED_THERE,
        todo="",
        conflict={},
        is_edited=link.our_base != sent_values(book, own),
        **NO_TROUBLE,
    )
    return "missing_there"


def _record(book: Book, found: Sequence[Outcome]) -> None:
    names = {p.pk: p.remote_name for p in book.by_remote.values()}
    audit.record_many(
        workspace=book.workspace,
        actor=None,
        action=PUSHED,
        facts=(
            _fact(outcome, names)
            for outcome in found
            if not outcome.error
            and (outcome.told or outcome.joined or outcome.left or outcome.is_deleted)
        ),
    )


def _fact(outcome: Outcome, names: dict[int, str]) -> audit.Fact:
    own, link = outcome.job.own, outcome.job.link
    subject = str(own.uuid) if own else f"seven.io {link.remote_id}"
    if outcome.is_deleted:
        return audit.Fact(subject, plain(link.their_base.items()), {})
    after = plain(outcome.told.items())
    if outcome.joined:
        after["added"] = ", ".join(sorted(names.get(p, "") for p in outcome.joined))
    if outcome.left:
        after["removed"] = ", ".join(sorted(names.get(p, "") for p in outcome.left))
    return audit.Fact(subject, plain(outcome.before.items()), after)
