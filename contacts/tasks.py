"""Doors for the workers: run one import, find the ones that fell silent."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from contacts.selectors import imports as selected
from contacts.services import import_runs, imports
from seven_dashboard import queues
from seven_dashboard.locks import exclusive

logger = logging.getLogger(__name__)


@shared_task(queue=queues.IMPORTS)
def run_import(import_id: str) -> dict[str, bool]:
    """Do an import unless another worker has it."""
    return {"done": import_runs.run(UUID(import_id))}


@shared_task(queue=queues.PERIODIC)
@exclusive("sweep-imports", timeout_s=60)
def sweep_imports() -> dict[str, object]:
    """Ring again for imports whose worker died or whose bell was lost."""
    silent = selected.silent(for_s=import_runs.STALE_AFTER_S)
    for import_id in silent:
        ring(import_id)
    imports.rung(silent)
    return {"rung": len(silent), "forgotten": imports.forget_old()}


def ring(import_id: UUID) -> None:
    """Ask for a worker; without a broker the next sweep does."""
    try:
        run_import.delay(str(import_id))
    except OperationalError:
        logger.warning("no broker", extra={"import_id": str(import_id)})
