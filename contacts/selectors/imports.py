"""Read imports: the newest, one, the unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Import, ImportRefusal

MAX_SHOWN = 100


def newest(workspace: Workspace) -> list[Import]:
    """Return the latest imports of the workspace, newest first."""
    rows = Import.objects.filter(workspace=workspace).select_related("created_by")
    return list(rows.order_by("-created_at")[:MAX_SHOWN])


def get(workspace: Workspace, import_id: UUID) -> Import:
    """Return an import of the workspace, or raise Http404."""
    try:
        return Import.objects.get(workspace=workspace, id=import_id)
    except Import.DoesNotExist:
        raise Http404 from None


def silent(*, for_s: int) -> list[UUID]:
    """Return the unfinished imports that no worker has touched for a while."""
    limit = timezone.now() - timedelta(seconds=for_s)
    unfinished = (Import.State.READY, Import.State.RUNNING)
    rows = Import.objects.filter(state__in=unfinished, heartbeat_at__lt=limit)
    return list(rows.order_by("heartbeat_at").values_list("id", flat=True)[:100])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; ``rate_per_s`` and ``left_s`` are None at its start."""

    done: int
    total: int
    rate_per_s: float | None
    left_s: float | None


def progress(source: Import) -> Progress:
    """Work out rate and time left from the rows that are committed."""
    done, total = source.bookmark, source.rows_estimated
    if not source.started_at or not source.heartbeat_at or not done:
        return Progress(done, total, None, None)
    took_s = (source.heartbeat_at - source.started_at).total_seconds()
    if took_s <= 0:
        return Progress(done, total, None, None)
    rate_per_s = done / took_s
    return Progress(done, total, rate_per_s, max(0, total - done) / rate_per_s)


def refusals(source: Import) -> Iterator[ImportRefusal]:
    """Stream the refused rows in the order of the file."""
    rows = ImportRefusal.objects.filter(source=source).order_by("row_number")
    return rows.iterator(chunk_size=2_000)


def first_refusals(source: Import, *, most: int = 20) -> list[ImportRefusal]:
    """Return the first refused rows."""
    return list(
        ImportRefusal.objects.filter(source=source).order_by("row_number")[:most]
    )
