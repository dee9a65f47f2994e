"""What the gateway has to be told, batch by batch.

The intent is committed before the calls, the answers after them; no transaction is open
in between. What ends without a clear answer keeps its intent: a change is fetched and
compared again, a creation is looked for, before anything is repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from contacts.models import SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import answers, owns
from contacts.services.sync.books import Book
from contacts.services.sync.calls import Job, Outcome, do, look, sent_values
from contacts.services.sync.owns import Own
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

BATCH: Final = 30
# Calls at a time: the sending of messages goes first.
THREADS: Final = 3
# A creation without an answer may still be under way at the gateway for this long.
SETTLE_AFTER = timedelta(seconds=60)
# How often a run goes through what is left before it leaves the rest to the next run.
MAX_ROUNDS: Final = 3
Todo = SyncLink.Todo


def run(
    run: SyncRun,
    book: Book,
    client: SevenClient,
    *,
    todos: Collection[str] = (Todo.CREATE, Todo.UPDATE, Todo.DELETE),
) -> None:
    """Tell the gateway all that waits; raises GatewayError when it should be later."""
    trouble: GatewayError | None = None
    with ThreadPoolExecutor(THREADS) as pool:
        while (jobs := _claim(run, book, todos)) is not None:
            kept = [job for job in jobs if not _is_moot(job, book)]
            if not kept:
                _pass_over(run, jobs)
                continue
            for job in kept:
                _look(job, book, client)
            _intend(run, book, kept)
            found = list(pool.map(lambda job: do(job, book, client), kept))
            failed = _write(run, book, found)
            if failed:
                trouble = failed
    if trouble is not None and run.rounds + 1 < MAX_ROUNDS:
        run.rounds += 1
        run.bookmark = 0
        SyncRun.objects.filter(pk=run.pk).update(rounds=run.rounds, bookmark=0)
        raise trouble


def _claim(run: SyncRun, book: Book, todos: Collection[str]) -> list[Job] | None:
    """Take the next batch; None when there is none left."""
    with transaction.atomic():
        works.hold(run)
        links = list(
            SyncLink.objects.select_for_update()
            .filter(workspace=book.workspace, todo__in=todos, pk__gt=run.bookmark)
            .order_by("pk")[:BATCH]
        )
        found = owns.load(book, [link.contact_id for link in links if link.contact_id])
        jobs = [_job(link, found.get(link.contact_id or 0), book) for link in links]
    return jobs or None


def _job(link: SyncLink, own: Own | None, book: Book) -> Job:
    job = Job(link, own)
    if link.todo != Todo.CREATE or own is None:
        return job
    last = link.attempted_at
    job.must_look = last is not None
    job.may_create = last is None or _is_settled(last)
    return job


def _intend(run: SyncRun, book: Book, jobs: Sequence[Job]) -> None:
    """Note which creations the gateway may know of from now on, and what they say.

    After looking for an earlier attempt: until then what that one has sent is known.
    """
    with transaction.atomic():
        works.hold(run)
        for job in jobs:
            if not job.creates or job.own is None:
                continue
            job.link.attempted_at = timezone.now()
            job.link.base_theirs = dict(sent_values(book, job.own))
            job.link.save(update_fields=["attempted_at", "base_theirs"])


def _look(job: Job, book: Book, client: SevenClient) -> None:
    """Look for what an earlier attempt may have created, and nobody is linked with."""
    if not job.must_look or job.own is None:
        return
    try:
        found = look(job, book, client)
    except GatewayError as error:
        job.trouble = error
        return
    links = SyncLink.objects.filter(workspace=book.workspace)
    known = set(
        links.filter(remote_id__in=[c.id for c in found]).values_list(
            "remote_id", flat=True
        )
    )
    job.found = next((c for c in found if c.id not in known), None)


def _is_settled(attempted_at: datetime) -> bool:
    return timezone.now() - attempted_at > SETTLE_AFTER


def _is_moot(job: Job, book: Book) -> bool:
    """Drop a creation whose contact is gone, and what the gateway refused before."""
    if job.link.todo == Todo.CREATE and job.own is None:
        return True
    return bool(job.link.refused) and job.link.refused == answers.digest(job, book)


def _pass_over(run: SyncRun, jobs: Sequence[Job]) -> None:
    run.bookmark = jobs[-1].link.pk
    with transaction.atomic():
        works.hold(run)
        lost = [j.link.pk for j in jobs if j.link.todo == Todo.CREATE and not j.own]
        SyncLink.objects.filter(pk__in=lost, contact=None).delete()
        works.advance(run, bookmark=run.bookmark)


def _write(run: SyncRun, book: Book, found: Sequence[Outcome]) -> GatewayError | None:
    """Write outcomes; return the error that should be tried again later, if any.

    Raises an error that concerns the connection, or one that all of a batch met: then
    the batch is to be done again, and nothing after it.
    """
    errors = [outcome.error for outcome in found if outcome.error]
    passing = [error for error in errors if not error.is_permanent]
    breaking = [e for e in errors if e.is_permanent and e.concerns == "connection"]
    is_halted = bool(breaking) or len(passing) == len(found)
    last = max(outcome.job.link.pk for outcome in found)
    with transaction.atomic():
        works.hold(run)
        done = answers.write(run, book, found)
        run.tally = dict(Counter(run.tally) + done)
        bookmark = run.bookmark if is_halted else last
        works.advance(run, done=len(found) - len(errors), bookmark=bookmark)
        values: dict[str, object] = {"tally": run.tally}
        if len(errors) < len(found):
            values["failures"] = run.failures = 0
        SyncRun.objects.filter(pk=run.pk).update(**values)
    run.bookmark = bookmark
    if is_halted:
        raise (breaking or passing)[0]
    return passing[0] if passing else None
