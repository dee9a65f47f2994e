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
from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import answers, asking, owns, patience
from contacts.services.sync.books import Book
from contacts.services.sync.calls import Job, Outcome
from contacts.services.sync.owns import Own
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

BATCH: Final = 30
# Calls at a time: the sending of messages goes first.
THREADS: Final = 3
# A creation without an answer may still be under way at the gateway for this long.
SETTLE_AFTER = timedelta(seconds=60)
Todo = SyncLink.Todo


def run(
    run: SyncRun,
    book: Book,
    client: SevenClient,
    *,
    todos: Collection[str] = (Todo.CREATE, Todo.UPDATE, Todo.DELETE),
) -> None:
    """Tell the gateway all that waits; raises GatewayError when it should be later.

    The first round leaves out who had no answer before, so that they keep nobody
    waiting; further rounds are theirs, after a rest where the trouble is new.
    """
    while True:
        trouble = _round(run, book, client, todos)
        if run.rounds + 1 >= patience.TRIES or (run.rounds and trouble is None):
            break
        run.rounds, run.bookmark = run.rounds + 1, 0
        SyncRun.objects.filter(pk=run.pk).update(rounds=run.rounds, bookmark=0)
        if trouble is not None:
            raise trouble
    _count_left(run)


def _round(
    run: SyncRun, book: Book, client: SevenClient, todos: Collection[str]
) -> GatewayError | None:
    """Go through what waits; return the trouble that may be over after a rest."""
    trouble: GatewayError | None = None
    in_a_row = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while (jobs := _claim(run, book, todos)) is not None:
            kept = [job for job in jobs if not _is_moot(job, book)]
            if not kept:
                _pass_over(run, jobs)
                continue
            found = asking.ask(run, book, client, pool, kept)
            left = _write(run, book, client, kept, found)
            for outcome in left:
                if outcome.job.link.failures < patience.TRIES:
                    trouble = outcome.error
            in_a_row = in_a_row + len(left) if len(left) == len(found) else 0
            if in_a_row >= patience.MOST_IN_A_ROW:
                if not run.rounds and left[0].error:
                    raise left[0].error
                break
    return trouble


def _claim(run: SyncRun, book: Book, todos: Collection[str]) -> list[Job] | None:
    """Take the next batch; None when there is none left."""
    with transaction.atomic():
        works.hold(run)
        waiting = _waiting(run).filter(todo__in=todos)
        links = list(waiting.select_for_update().order_by("pk")[:BATCH])
        found = owns.load(book, [link.contact_id for link in links if link.contact_id])
        jobs = [_job(link, found.get(link.contact_id or 0), book) for link in links]
    return jobs or None


def _waiting(run: SyncRun) -> QuerySet[SyncLink]:
    """Return the links of a round that are behind the bookmark."""
    links = SyncLink.objects.filter(workspace=run.workspace_id, pk__gt=run.bookmark)
    if run.rounds:
        return links.filter(failures__gt=0, retry_at__lte=timezone.now())
    return links.filter(failures=0)


def _job(link: SyncLink, own: Own | None, book: Book) -> Job:
    job = Job(link, own)
    if link.todo != Todo.CREATE or own is None:
        return job
    last = link.attempted_at
    job.must_look = last is not None
    job.may_create = last is None or _is_settled(last)
    return job


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


def _write(
    run: SyncRun,
    book: Book,
    client: SevenClient,
    jobs: Sequence[Job],
    found: Sequence[Outcome],
) -> list[Outcome]:
    """Write outcomes; return those that the gateway gave no answer for.

    Raises an error that concerns the whole gateway: then all that had no answer is to
    be done again, and nothing after it.
    """
    halt = patience.halting(found, client)
    left = [outcome for outcome in found if patience.is_unheard(outcome)]
    told = [o for o in found if o not in left] if halt else found
    begun = {outcome.job.link.pk for outcome in found}
    open_jobs = [job for job in jobs if job.link.pk not in begun]
    reached = min((job.link.pk - 1 for job in open_jobs), default=max(begun))
    bookmark = run.bookmark if halt else reached
    with transaction.atomic():
        works.hold(run)
        asking.take_back(open_jobs)
        done = answers.write(run, book, told)
        run.tally = dict(Counter(run.tally) + done)
        answered = sum(outcome.error is None for outcome in told)
        works.advance(run, done=answered, bookmark=bookmark)
        if answered:
            run.failures = 0
        SyncRun.objects.filter(pk=run.pk).update(tally=run.tally, failures=run.failures)
    run.bookmark = bookmark
    if halt is not None:
        raise halt
    return left


def _count_left(run: SyncRun) -> None:
    """Note how many contacts stay without an answer until later."""
    links = SyncLink.objects.filter(workspace=run.workspace_id, failures__gt=0)
    run.tally = {**run.tally, "unanswered": links.exclude(error="").count()}
    SyncRun.objects.filter(pk=run.pk).update(tally=run.tally)
