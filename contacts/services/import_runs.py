"""The work of an import: claimed by one worker, done slice by slice."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.db import OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.db.utils import DataError
from django.utils import timezone

from accounts.services import audit
from contacts import slice_process
from contacts.models import Import
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout
from contacts.rows import Shape
from contacts.selectors.import_shapes import shape_of
from contacts.services import import_slices, statistics
from contacts.services.import_pairs import Pairs
from contacts.services.import_slices import ClaimLost, Writing
from contacts.slice_process import CleaningFailed, Job
from contacts.slices import Slice

logger = logging.getLogger(__name__)

STALE_AFTER_S = 30
MAX_DEADLOCKS = 5


def run(import_id: UUID) -> bool:
    """Do an import from its bookmark to its end; False when it is not ours to do.

    Only one worker holds the claim. One that died (no sign for ``STALE_AFTER_S``
    seconds) loses it to the next call.
    """
    claim = _claim(import_id)
    if claim is None:
        return False
    source = Import.objects.select_related("workspace").get(id=import_id)
    try:
        _work(source, claim)
    except ClaimLost:
        logger.info("import given up", extra={"import_id": str(import_id)})
        return False
    except Unreadable as error:
        _fail(source, claim, error.code, error.facts)
    except FileNotFoundError:
        _fail(source, claim, "file_missing", {})
    except CleaningFailed:
        logger.exception("import failed", extra={"import_id": str(import_id)})
        _fail(source, claim, "cleaning_failed", {})
    except DataError:
        logger.exception("import failed", extra={"import_id": str(import_id)})
        _fail(source, claim, "database_refused", {})
    else:
        _finish(source, claim)
        statistics.tell(source.created)
    return True


def _claim(import_id: UUID) -> UUID | None:
    claim, now = uuid4(), timezone.now()
    is_dead = Q(
        state=Import.State.RUNNING,
        heartbeat_at__lt=now - timedelta(seconds=STALE_AFTER_S),
    )
    claimed = Import.objects.filter(
        Q(state=Import.State.READY) | is_dead, id=import_id
    ).update(
        state=Import.State.RUNNING,
        claim=claim,
        heartbeat_at=now,
        started_at=Coalesce("started_at", Now()),
    )
    return claim if claimed else None


def _work(source: Import, claim: UUID) -> None:
    job = job_of(source)
    with closing(slice_process.prepared(job)) as parts:
        writings = _in_order(parts, job.shape, source, claim)
        if job.is_small:
            for writing in writings:
                _write(writing)
        else:
            _write_in_pairs(writings)


def job_of(source: Import) -> Job:
    """Return which rows are left to do."""
    return Job(
        path=Path(source.file.path),
        layout=Layout(**source.layout),
        shape=shape_of(source),
        skip=source.bookmark,
        size=import_slices.SLICE_ROWS,
    )


def _in_order(
    parts: Iterator[Slice], shape: Shape, source: Import, claim: UUID
) -> Iterator[Writing]:
    bookmark = source.bookmark
    for part in parts:
        yield Writing(part, shape, source, claim, bookmark)
        bookmark += part.rows


def _write_in_pairs(writings: Iterator[Writing]) -> None:
    with Pairs() as pairs:
        for first in writings:
            second = next(writings, None)
            if second is None:
                _write(first)
            else:
                _write_both(pairs, first, second)


def _write_both(pairs: Pairs, first: Writing, second: Writing) -> None:
    try:
        pairs.write(first, second)
    except OperationalError as error:
        if not _is_deadlock(error, also={"55P03"}):
            raise
        # Somebody else was in the way: one after the other, what is not there yet.
        bookmark = Import.objects.values_list("bookmark", flat=True)
        if bookmark.get(id=first.source.id) == first.bookmark:
            _write(first)
        _write(second)


def _write(writing: Writing) -> None:
    for attempt in range(1, MAX_DEADLOCKS + 1):
        try:
            import_slices.write(writing)
        except OperationalError as error:
            if attempt == MAX_DEADLOCKS or not _is_deadlock(error):
                raise
        else:
            return


def _is_deadlock(
    error: OperationalError, *, also: Collection[str] = frozenset()
) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001", *also}


def _finish(source: Import, claim: UUID) -> None:
    _end(source, claim, "import.finish", state=Import.State.FINISHED)


def _fail(source: Import, claim: UUID, code: str, facts: dict[str, int]) -> None:
    error = json.dumps({"code": code, "facts": facts})
    _end(source, claim, "import.fail", state=Import.State.FAILED, error=error)


def _end(source: Import, claim: UUID, action: str, **values: str) -> None:
    """Settle an import and tell the audit trail what it has written until now."""
    with transaction.atomic():
        if not _settle(source, claim, **values):
            return
        source.refresh_from_db()
        audit.record(
            workspace=source.workspace,
            actor=source.created_by,
            action=action,
            subject=source.filename,
            after={
                name: getattr(source, name)
                for name in ("created", "updated", "unchanged", "refused", "duplicates")
            },
        )


def _settle(source: Import, claim: UUID, **values: str) -> bool:
    return bool(
        Import.objects.filter(
            id=source.id, claim=claim, state=Import.State.RUNNING
        ).update(finished_at=timezone.now(), **values)
    )
