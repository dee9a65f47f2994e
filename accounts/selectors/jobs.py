"""Every periodic job of the house: when it last ran, and when it runs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from celery import current_app
from celery.schedules import crontab, maybe_schedule
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise

from accounts import job_words
from accounts.models import TaskRecord

# A job that is over its time by more than this, and by three turns, is late.
LATE_AFTER: Final = timedelta(seconds=60)
FAILURES_SHOWN: Final = timedelta(days=7)
MOST_FAILURES: Final = 50


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of the beat schedule; `state` is a status of the badge."""

    name: str
    words: Promise | str
    every_s: float | None
    # Of a job that runs at a time of the day (UTC).
    at: str
    last_at: datetime | None
    next_at: datetime
    took_ms: int | None
    state: str
    failures: int
    error: str


def all_of_house() -> list[Job]:
    """Return the jobs of the beat schedule, troubled ones first, then by name."""
    records = {record.name: record for record in TaskRecord.objects.all()}
    now = timezone.now()
    found = [
        _job(name, entry, records.get(name), now)
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
    ]
    return sorted(found, key=lambda job: (job.state == "ok", str(job.words)))


def failures() -> list[TaskRecord]:
    """Return tasks that broke down within a week, newest first."""
    since = timezone.now() - FAILURES_SHOWN
    found = TaskRecord.objects.filter(failed_at__gt=since).order_by("-failed_at")
    return list(found[:MOST_FAILURES])


def clock_state(jobs: list[Job]) -> str:
    """Say whether beat rings: some job ran a short while ago."""
    newest = max((job.last_at for job in jobs if job.last_at), default=None)
    if newest is None:
        return "unchecked"
    return "ok" if timezone.now() - newest < LATE_AFTER else "late"


def _job(
    name: str, entry: dict[str, Any], record: TaskRecord | None, now: datetime
) -> Job:
    schedule: Any = maybe_schedule(entry["schedule"], app=current_app)
    is_daily = isinstance(schedule, crontab)
    last_at = record.finished_at if record else None
    next_at = _next(schedule, last_at, now)
    every_s = None if is_daily else schedule.run_every.total_seconds()
    return Job(
        name=name,
        words=job_words.of(name),
        every_s=every_s,
        at=_time_of(schedule) if is_daily else "",
        last_at=last_at,
        next_at=next_at,
        took_ms=record.duration_ms if record else None,
        state=_state(record, next_at, every_s, now),
        failures=record.failures if record else 0,
        error=record.error if record and record.failures else "",
    )


def _next(schedule: Any, last_at: datetime | None, now: datetime) -> datetime:
    """Return when a job is due; one that is over its time was due in the past."""
    left: timedelta = schedule.remaining_estimate(last_at or now)
    return now + left


def _time_of(schedule: Any) -> str:
    hours, minutes = sorted(schedule.hour), sorted(schedule.minute)
    return f"{hours[0]:02d}:{minutes[0]:02d}"


def _state(
    record: TaskRecord | None,
    next_at: datetime,
    every_s: float | None,
    now: datetime,
) -> str:
    if record is None:
        return "unchecked"
    if record.failures:
        return "failed"
    patience = max(LATE_AFTER, timedelta(seconds=3 * (every_s or 0)))
    return "late" if now - next_at > patience else "ok"
