from __future__ import annotations

from django.http import HttpRequest

from accounts.models import Membership

SESSION_KEY = "workspace"


def current(request: HttpRequest) -> Membership | None:
    """Return the membership the person works under, or their first one."""
    if not request.user.is_authenticated:
        return None
    mine = (
        Membership.objects.filter(user=request.user)
        .select_related("workspace__connection")
        .order_by("id")
    )
    chosen = request.session.get(SESSION_KEY)
    if chosen:
        found = mine.filter(workspace_id=chosen).first()
        if found:
            return found
    return mine.first()
