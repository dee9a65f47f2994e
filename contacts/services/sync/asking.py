"""One batch of contacts, asked and told at the gateway, some at a time.

The intent to create is committed before the calls; no transaction is open during them.
When nothing is answered, the rest of the batch is not begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from django.db import transaction
from django.utils import timezone

from contacts.models import SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import patience
from contacts.services.sync.books import Book
from contacts.services.sync.calls import Job, Outcome, do, look, sent_values
from contacts.services.sync.patience import Pulse
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

# However long the calls take, the work is not silent for longer.
BEAT_S: Final = 5


def ask(
    run: SyncRun,
    book: Book,
    client: SevenClient,
    pool: ThreadPoolExecutor,
    jobs: Sequence[Job],
) -> list[Outcome]:
    """Return what became of the jobs that were begun."""
    jobs = _looked_for(run, book, client, jobs)
    _intend(run, book, jobs)
    pulse = Pulse()
    calls = [pool.submit(_one, job, book, client, pulse) for job in jobs]
    try:
        while wait(calls, timeout=BEAT_S).not_done:
            works.beat(run)
    finally:
        pulse.is_closed = True
    return [found for call in calls if (found := call.result()) is not None]


def take_back(jobs: Sequence[Job]) -> None:
    """Forget the intent of creations that were not begun after all."""
    meant = [job.link.pk for job in jobs if job.creates and not job.must_look]
    links = SyncLink.objects.filter(pk__in=meant)
    links.update(attempted_at=None, base_theirs=None)


def _one(job: Job, book: Book, client: SevenClient, pulse: Pulse) -> Outcome | None:
    if pulse.is_lost:
        return None
    outcome = do(job, book, client)
    pulse.note(outcome)
    return outcome


def _looked_for(
    run: SyncRun, book: Book, client: SevenClient, jobs: Sequence[Job]
) -> Sequence[Job]:
    """Look for what earlier attempts may have created, up to a silence."""
    unheard = 0
    for at, job in enumerate(jobs, start=1):
        if not job.must_look or job.own is None:
            continue
        works.beat(run)
        _look(job, book, client)
        unheard = unheard + 1 if job.trouble else 0
        if unheard >= patience.MOST_UNHEARD:
            return jobs[:at]
    return jobs


def _look(job: Job, book: Book, client: SevenClient) -> None:
    """Look for what was created already, and nobody is linked with."""
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
