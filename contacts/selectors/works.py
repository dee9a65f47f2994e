"""Read works: the newest, one, those that fell silent, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from accounts.models import Workspace
from contacts.models.work import Work

W = TypeVar("W", bound=Work)

MAX_SHOWN = 50
# A step of a work that waits for nobody takes less.
QUIET_AFTER_S = 5


def get(model: type[W], workspace: Workspace, work_id: UUID) -> W:
    """Return a work of the workspace, or raise Http404."""
    found = (
        model._default_manager.filter(workspace=workspace, id=work_id)
        .select_related("workspace", "created_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def newest(model: type[W], workspace: Workspace, *, most: int = MAX_SHOWN) -> list[W]:
    """Return the latest works of a kind, newest first."""
    rows = model._default_manager.filter(workspace=workspace)
    return list(rows.select_related("created_by").order_by("-created_at")[:most])


def silent(model: type[Work], *, for_s: int) -> list[UUID]:
    """Return the unfinished works that no worker has touched for a while."""
    limit = timezone.now() - timedelta(seconds=for_s)
    rows = model._default_manager.filter(
        Q(heartbeat_at__lt=limit) | Q(heartbeat_at=None, created_at__lt=limit),
        state__in=(Work.State.READY, Work.State.RUNNING),
    )
    return list(rows.order_by("heartbeat_at").values_list("id", flat=True)[:100])


def quiet_since(work: Work) -> datetime | None:
    """Return since when a running work waits for somebody else, or None."""
    limit = timezone.now() - timedelta(seconds=QUIET_AFTER_S)
    is_quiet = work.heartbeat_at is not None and work.heartbeat_at < limit
    return work.heartbeat_at if work.state == Work.State.RUNNING and is_quiet else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a work is; ``rate_per_s`` and ``left_s`` are None at its start."""

    done: int
    total: int
    rate_per_s: float | None
    left_s: float | None


def progress(work: Work) -> Progress:
    """Work out rate and time left from the pieces that are committed."""
    if not work.started_at or not work.heartbeat_at or not work.done:
        return Progress(work.done, work.total, None, None)
    took_s = (work.heartbeat_at - work.started_at).total_seconds()
    if took_s <= 0:
        return Progress(work.done, work.total, None, None)
    rate_per_s = work.done / took_s
    left_s = max(0, work.total - work.done) / rate_per_s if work.total else None
    return Progress(work.done, work.total, rate_per_s, left_s)
