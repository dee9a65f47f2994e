"""One act for the conversations that are ticked in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.models import Conversation
from messaging.selectors import threads
from messaging.services import conversation_sets
from messaging.views import inbox_pages
from seven_dashboard.errors import Refused

READ, UNREAD, CLOSE, REOPEN, ASSIGN = "read", "unread", "close", "reopen", "assign"
_DONE: dict[str, Any] = {
    READ: ngettext_lazy(
        "%(count)s conversation is marked as read.",
        "%(count)s conversations are marked as read.",
        "count",
    ),
    UNREAD: ngettext_lazy(
        "%(count)s conversation is marked as unread.",
        "%(count)s conversations are marked as unread.",
        "count",
    ),
    CLOSE: ngettext_lazy(
        "%(count)s conversation is closed.",
        "%(count)s conversations are closed.",
        "count",
    ),
    REOPEN: ngettext_lazy(
        "%(count)s conversation is open again.",
        "%(count)s conversations are open again.",
        "count",
    ),
    ASSIGN: ngettext_lazy(
        "%(count)s conversation has changed hands.",
        "%(count)s conversations have changed hands.",
        "count",
    ),
}


@require_POST
@member(Right.SEND)
def conversation_bulk(request: WorkspaceRequest) -> HttpResponse:
    rows = threads.chosen(request.workspace, request.POST.getlist("row"))
    act = ASSIGN if "to" in request.POST else request.POST.get("act", "")
    if not rows or act not in _DONE:
        notices.error(request, _("Select conversations first, then say what to do."))
        return redirect(_list(request))
    try:
        count = _done(request, rows, act)
    except Refused as refused:
        notices.error(request, str(refused))
    else:
        said = _DONE[act] % {"count": count}
        notices.success(request, said if count else _("That is so already."))
    return redirect(_list(request))


def _done(request: WorkspaceRequest, rows: Sequence[Conversation], act: str) -> int:
    if act == READ:
        return sum(inbox_pages.read(request, row) > 0 for row in rows)
    if act == UNREAD:
        return conversation_sets.mark_unread(rows)
    if act == CLOSE:
        return conversation_sets.close(rows, actor=request.user)
    if act == REOPEN:
        return conversation_sets.reopen(rows, actor=request.user)
    to = inbox_pages.member_named(request)
    return conversation_sets.assign(rows, actor=request.user, to=to)


def _list(request: WorkspaceRequest) -> str:
    query = inbox_pages.query_of(request)
    return reverse("messaging:inbox") + (f"?{query}" if query else "")
