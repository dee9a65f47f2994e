"""Listens to the workers: which job ran, how long, and what broke down."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any, Final

from celery.signals import task_failure, task_postrun, task_prerun
from django.conf import settings
from django.db.utils import Error as DatabaseError

from accounts.services import task_records

SKIPPED: Final = "skipped"
_began: dict[str, float] = {}
_jobs: dict[tuple[str, tuple[object, ...]], str] = {
    (str(entry["task"]), tuple(entry.get("args", ()))): name  # type: ignore[arg-type]
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
}


def job_of(task: str, args: Sequence[object] | None) -> str:
    """Return the name that the beat schedule gives to a call, "" if it has none."""
    return _jobs.get((task, tuple(args or ())), "")


@task_prerun.connect(dispatch_uid="task-log-begin")
def _begin(task_id: str = "", **_: object) -> None:
    _began[task_id] = time.perf_counter()


@task_postrun.connect(dispatch_uid="task-log-end")
def _end(
    task_id: str = "",
    task: Any = None,
    args: Sequence[object] | None = None,
    retval: object = None,
    state: str | None = None,
    **_: object,
) -> None:
    took_s = time.perf_counter() - _began.pop(task_id, time.perf_counter())
    name = job_of(task.name, args)
    # What another process has under way is noted by that one.
    is_skipped = isinstance(retval, dict) and SKIPPED in retval
    if name and state == "SUCCESS" and not is_skipped:
        with contextlib.suppress(DatabaseError):
            task_records.note_run(name, took_s=took_s, report=retval)


@task_failure.connect(dispatch_uid="task-log-failure")
def _fail(
    sender: Any = None,
    exception: BaseException | None = None,
    args: Sequence[object] | None = None,
    **_: object,
) -> None:
    with contextlib.suppress(DatabaseError):
        name = job_of(sender.name, args) or sender.name
        task_records.note_failure(name, error=exception)
