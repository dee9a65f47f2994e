"""One run from its bookmark to its end, or to trouble that is better waited out.

A run that meets trouble goes back to *ready* with its bookmark and rests: the sweep of
works rings for it again. Several failures in a row without a step end it; the settings
then hold the sentence and the time of the next run.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import Connection
from accounts.services import audit, connections, gateway, schedules
from contacts.models import SyncRun
from contacts.services import statistics, works
from contacts.services.sync import (
    books,
    brake,
    deletions,
    group_step,
    listing,
    news,
    pages,
    previews,
    pushes,
    setups,
)
from contacts.services.sync.books import Book
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.contacts import GatewayContact

logger = logging.getLogger(__name__)

MAX_FAILURES: Final = 8
LONGEST_REST: Final = timedelta(minutes=10)
Phase = SyncRun.Phase
Step = Callable[[SyncRun, Book, SevenClient], None]


def run(run_id: UUID) -> bool:
    """Do a run from its bookmark on; False when it is not ours to do."""
    found = works.claim(SyncRun, run_id)
    if found is None:
        return False
    try:
        _work(found)
    except works.ClaimLost:
        logger.info("sync given up", extra={"run_id": str(run_id)})
        return False
    except GatewayError as error:
        _trouble(found, error)
    except Refused as refused:
        _refused(found, refused)
    else:
        _finish(found)
        statistics.tell(found.tally.get("created_here", 0))
    return True


def _work(run: SyncRun) -> None:
    setup = setups.of(run.workspace)
    connection = setups.connection_of(run.workspace)
    client = gateway.client_for(connection)
    if run.digest != setups.digest(setup):
        raise Refused(setups.CHANGED, code="outdated")
    if run.is_preview:
        previews.run(run, setup, client)
        return
    if run.phase == Phase.GROUPS:
        done = group_step.run(run, setup, client)
        # Groups that were created or left out are part of what was agreed to.
        SyncRun.objects.filter(pk=run.pk).update(digest=setups.digest(setup))
        _go_on(run, Phase.LIST, done)
    book = books.open_book(setup)
    for phase, step, after in _STEPS:
        if run.phase == phase:
            step(run, book, client)
            _go_on(run, after)


def _list(run: SyncRun, book: Book, client: SevenClient) -> None:
    listing.run(run, book, client, _take)


def _take(
    book: Book, contacts: Sequence[GatewayContact], checked: frozenset[int]
) -> Counter[str]:
    return pages.take(book, pages.read(book, contacts), checked=checked)


def _ours(run: SyncRun, book: Book, client: SevenClient) -> None:
    news.run(run, book)


def _push(run: SyncRun, book: Book, client: SevenClient) -> None:
    pushes.run(run, book, client)


_STEPS: Final[tuple[tuple[str, Step, str], ...]] = (
    (Phase.LIST, _list, Phase.OURS),
    (Phase.OURS, _ours, Phase.PUSH),
    (Phase.PUSH, _push, Phase.DELETIONS),
    (Phase.DELETIONS, deletions.run, Phase.DELETIONS),
)


def _go_on(run: SyncRun, phase: str, done: Counter[str] | None = None) -> None:
    run.phase, run.bookmark, run.rounds = phase, 0, 0
    run.tally = dict(Counter(run.tally) + (done or Counter()))
    with transaction.atomic():
        works.hold(run)
        SyncRun.objects.filter(pk=run.pk).update(
            phase=phase, bookmark=0, rounds=0, tally=run.tally
        )


def _trouble(run: SyncRun, error: GatewayError) -> None:
    connection = Connection.objects.filter(workspace=run.workspace).first()
    code = connections.breaking_code(error)
    is_renewed = False
    if code is not None and connection is not None:
        # An access token of OAuth that has run out is replaced before the next try.
        is_renewed = not connections.mark_broken(connection_id=connection.pk, code=code)
    if (error.is_permanent and not is_renewed) or run.failures + 1 >= MAX_FAILURES:
        _fail(run, error.sentence)
        return
    pause = min(schedules.pause_after(run.failures + 1), LONGEST_REST)
    if error.retry_after_s is not None:
        wanted = timedelta(seconds=error.retry_after_s)
        pause = min(max(pause, wanted), LONGEST_REST)
    _rest(run, pause, error.sentence)


def _rest(run: SyncRun, pause: timedelta, sentence: str) -> None:
    """Give the run back; the sweep for silent ones rings after a pause."""
    silence = timedelta(seconds=works.STALE_AFTER_S)
    mine = SyncRun.objects.filter(
        pk=run.pk, claim=run.claim, state=SyncRun.State.RUNNING
    )
    mine.update(
        state=SyncRun.State.READY,
        failures=run.failures + 1,
        error=sentence,
        heartbeat_at=timezone.now() + pause - silence,
    )


def _refused(run: SyncRun, refused: Refused) -> None:
    if refused.code == brake.TOO_MANY_MISSING:
        braked = {brake.MISSING: run.tally.get("missing_there", 0)}
        SyncRun.objects.filter(pk=run.pk).update(braked=braked)
    # The English sentence is kept; the page translates it.
    with translation.override("en"):
        _fail(run, str(refused))


def _fail(run: SyncRun, sentence: str) -> None:
    if works.fail(run, sentence) and not run.is_preview:
        setups.note_failure(run.workspace_id, sentence)


def _finish(run: SyncRun) -> None:
    with transaction.atomic():
        SyncRun.objects.filter(pk=run.pk).update(error="")
        if not works.finish(run):
            return
        if run.is_preview:
            return
        setups.note_success(run.workspace_id)
        changed = {name: count for name, count in run.tally.items() if count}
        if changed:
            audit.record(
                workspace=run.workspace,
                actor=run.created_by,
                action="sync.finish",
                after=changed,
            )
