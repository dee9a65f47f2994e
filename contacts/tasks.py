"""Doors for the workers: run one import or work, find the ones that fell silent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.db import DatabaseError, InterfaceError
from kombu.exceptions import OperationalError

from contacts.models import (
    BulkJob,
    BulkUndo,
    DuplicateSearch,
    Export,
    FieldWork,
    ImportCheck,
    ImportUndo,
    Lookup,
    OptOutList,
    SyncRun,
    Work,
)
from contacts.selectors import duplicates as selected_duplicates
from contacts.selectors import imports as selected
from contacts.selectors import works as selected_works
from contacts.services import (
    bulk_jobs,
    bulk_runs,
    duplicates,
    export_runs,
    field_works,
    import_checks,
    import_runs,
    import_undos,
    imports,
    lookup_runs,
    merges,
    opt_out_list_runs,
    opt_out_lists,
    segments,
    works,
    written_tables,
)
from contacts.services.sync import runs as sync_runs
from contacts.services.sync import setups as sync_setups
from seven_dashboard import queues
from seven_dashboard.locks import exclusive

logger = logging.getLogger(__name__)

# Each kind of work, and the service that does it from its bookmark to its end; the
# service claims the work and answers False when another worker has it.
WORKS: list[tuple[type[Work], Callable[[UUID], bool]]] = [
    (DuplicateSearch, duplicates.run),
    (OptOutList, opt_out_list_runs.run),
    (SyncRun, sync_runs.run),
    (BulkJob, bulk_runs.run),
    (BulkUndo, bulk_runs.run_undo),
    (Export, export_runs.run),
    (FieldWork, field_works.run),
    (Lookup, lookup_runs.run),
    (ImportCheck, import_checks.run),
    (ImportUndo, import_undos.run),
]


def add_work(model: type[Work], run: Callable[[UUID], bool]) -> None:
    """Make another room's work known; its tasks call this when they are read."""
    WORKS.append((model, run))


@shared_task(queue=queues.IMPORTS)
def run_import(import_id: str) -> dict[str, bool]:
    """Do an import unless another worker has it."""
    try:
        return {"done": import_runs.run(UUID(import_id))}
    except Exception:
        with suppress(DatabaseError, InterfaceError):
            imports.broke_down(UUID(import_id))
        raise


@shared_task(queue=queues.PERIODIC)
@exclusive("sweep-imports", timeout_s=60)
def sweep_imports() -> dict[str, object]:
    """Ring again for imports whose worker died or whose bell was lost."""
    silent = selected.silent(for_s=import_runs.STALE_AFTER_S)
    for import_id in silent:
        ring(import_id)
    imports.rung(silent)
    forgotten = imports.forget_old() + opt_out_lists.forget_old()
    return {"rung": len(silent), "forgotten": forgotten}


def ring(import_id: UUID) -> None:
    """Ask for a worker; without a broker the next sweep does."""
    try:
        run_import.delay(str(import_id))
    except OperationalError:
        logger.warning("no broker", extra={"import_id": str(import_id)})


@shared_task(queue=queues.JOBS)
def run_work(kind: str, work_id: str) -> dict[str, bool]:
    """Do a work unless another worker has it."""
    model, run = next(work for work in WORKS if kind == work[0].KIND)
    try:
        return {"done": run(UUID(work_id))}
    except Exception:
        # Without a database the sweep finds it when it has been silent for a while.
        with suppress(DatabaseError, InterfaceError):
            works.broke_down(model, UUID(work_id))
        raise


@shared_task(queue=queues.PERIODIC)
@exclusive("sweep-works", timeout_s=60)
def sweep_works() -> dict[str, object]:
    """Ring again for works whose worker died or whose bell was lost."""
    rung = 0
    for model, _run in WORKS:
        silent = selected_works.silent(model, for_s=works.STALE_AFTER_S)
        for work_id in silent:
            _ring_work(model.KIND, work_id)
        works.rung(model, silent)
        rung += len(silent)
    return {"rung": rung}


@shared_task(queue=queues.PERIODIC)
@exclusive("start-syncs", timeout_s=60)
def start_syncs() -> dict[str, object]:
    """Start the syncs whose time has come, and forget runs of long ago."""
    started = sync_setups.begin_due()
    for run in started:
        ring_work(run)
    return {"started": len(started), "forgotten": sync_setups.forget_old()}


def ring_work(work: Work) -> None:
    """Ask for a worker on a new work; without a broker the next sweep does."""
    _ring_work(work.KIND, work.id)


def _ring_work(kind: str, work_id: UUID) -> None:
    try:
        run_work.delay(kind, str(work_id))
    except OperationalError:
        logger.warning("no broker", extra={"work": kind, "work_id": str(work_id)})


@shared_task(queue=queues.JOBS)
def count_segment(segment_id: str) -> dict[str, bool]:
    """Count a segment; looking at it asks again when this was lost."""
    return {"counted": segments.refresh_count(UUID(segment_id))}


def ring_segment_count(segment_id: UUID) -> None:
    """Ask for a worker to count a segment."""
    try:
        count_segment.delay(str(segment_id))
    except OperationalError:
        logger.warning("no broker", extra={"segment_id": str(segment_id)})


@shared_task(queue=queues.PERIODIC)
@exclusive("forget-works", timeout_s=600)
def forget_works() -> dict[str, object]:
    """Delete what was kept of finished works for some time only."""
    return {"changes": bulk_jobs.forget_old(), "files": written_tables.forget_old()}


@shared_task(queue=queues.PERIODIC)
@exclusive("nightly-duplicates", timeout_s=600)
def search_duplicates() -> dict[str, object]:
    """Look through every workspace once a night, and forget what is old."""
    rung = 0
    for workspace in selected_duplicates.workspaces():
        ring_work(duplicates.start(workspace=workspace, actor=None))
        rung += 1
    return {
        "rung": rung,
        "searches_forgotten": duplicates.forget_old(),
        "merges_forgotten": merges.forget_old(),
    }
