"""Read which keys a workspace had before those of now."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import AuditEntry, Connection


def had_others(connection: Connection, *, within: timedelta) -> bool:
    """Say whether there were other keys so shortly before those of now were stored.

    They were replaced, or the workspace was disconnected and connected anew. Who
    connects for the first time had none.
    """
    changed_at = connection.keys_changed_at
    if changed_at is None:
        return False
    if connection.created_at < changed_at:
        return True
    # By the index of subjects: those of contacts and numbers are not read.
    ends = AuditEntry.objects.filter(
        workspace=connection.workspace_id, subject="", action="connection.disconnect"
    )
    return ends.filter(at__range=(changed_at - within, changed_at)).exists()
