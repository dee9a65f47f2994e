"""The audit trail, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import AuditEntry, Workspace

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first; `next_before` is the id to go on from, None at the end."""

    entries: list[AuditEntry]
    next_before: int | None


def page(workspace: Workspace, *, before: int | None = None) -> AuditPage:
    """Return the newest entries, or those older than the entry `before`."""
    rows = AuditEntry.objects.filter(workspace=workspace).select_related("actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    entries = found[:PAGE_SIZE]
    return AuditPage(entries, entries[-1].pk if len(found) > PAGE_SIZE else None)
