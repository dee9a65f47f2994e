"""Find saved answers."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from accounts.models import Workspace
from messaging.models import SavedAnswer


def of(workspace: Workspace) -> list[SavedAnswer]:
    """Return all of a workspace, by name; there are few (`services.saved_answers`)."""
    return list(SavedAnswer.objects.filter(workspace=workspace).order_by("name", "pk"))


def get(workspace: Workspace, answer_id: UUID) -> SavedAnswer:
    """Return a saved answer of the workspace, or raise Http404."""
    found = SavedAnswer.objects.filter(workspace=workspace, pk=answer_id).first()
    if found is None:
        raise Http404
    return found
