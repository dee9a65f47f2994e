"""Read imports: the newest, one, the unfinished."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from accounts.models import Workspace
from contacts.models import Import

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
