"""The log of events that the gateway has posted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.models import Connection
from accounts.rights import Right, allows
from contacts.selectors import keyset
from messaging import bell, event_words, tasks
from messaging.forms.events import KeepForm
from messaging.models import WebhookEvent
from messaging.selectors import event_health
from messaging.selectors import event_log as selected
from messaging.services import event_log, letterbox
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def event_list(request: WorkspaceRequest) -> HttpResponse:
    words = {name: str(word) for name, word in request.GET.items()}
    wanted = selected.read(words)
    page = selected.page(
        request.workspace,
        wanted,
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    connection = Connection.objects.filter(workspace=request.workspace).first()
    context = {
        "page": page,
        "wanted": wanted,
        "kinds": [
            (kind, event_words.kind_of(kind))
            for kind in selected.kinds(request.workspace)
            if kind
        ],
        "states": WebhookEvent.State.choices,
        "connection": connection,
        "refused": selected.refused(connection) if connection else [],
        "can_manage": _may_manage(request),
        "has_failed": bool(selected.newest_failed(request.workspace, most=1)),
        "keep_form": KeepForm(
            initial={"days_kept": event_log.days_kept(request.workspace)}
        ),
    }
    return render(request, "messaging/events/list.html", context)


@never_cache
@require_GET
@member(Right.READ)
def event_detail(request: WorkspaceRequest, event_id: int) -> HttpResponse:
    """Show an event; what was posted, only to those who manage the connection."""
    event = selected.get(request.workspace, event_id)
    can_manage = _may_manage(request)
    context = {
        "event": event,
        "conversation": selected.conversation_of(event),
        "can_manage": can_manage,
        "body": selected.shown_body(event) if can_manage else "",
    }
    return render(request, "messaging/events/detail.html", context)


@require_POST
@member(Right.MANAGE_CONNECTION)
def event_replay(request: WorkspaceRequest, event_id: int) -> HttpResponse:
    event = selected.get(request.workspace, event_id)
    try:
        event_log.replay(event=event, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        bell.ring(tasks.ring_apply_events)
        messages.success(request, _("The event is applied again."))
    return redirect("messaging:event_detail", event_id)


@require_POST
@member(Right.MANAGE_CONNECTION)
def event_replay_failed(request: WorkspaceRequest) -> HttpResponse:
    count = event_log.replay_failed(workspace=request.workspace, actor=request.user)
    bell.ring(tasks.ring_apply_events)
    messages.success(
        request,
        ngettext(
            "%(count)s event is applied again.",
            "%(count)s events are applied again.",
            count,
        )
        % {"count": count},
    )
    return redirect("messaging:event_list")


@require_POST
@member(Right.MANAGE_CONNECTION)
def event_keep(request: WorkspaceRequest) -> HttpResponse:
    """Set how long events are kept."""
    form = KeepForm(request.POST)
    if form.is_valid():
        event_log.keep_for(
            workspace=request.workspace,
            actor=request.user,
            days=form.cleaned_data["days_kept"],
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose one of the offered times."))
    return redirect("messaging:event_list")


@require_GET
@member(Right.READ)
def event_state(request: WorkspaceRequest) -> HttpResponse:
    """Say on the page of webhooks whether events arrive."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    context: dict[str, object] = {}
    if connection is not None:
        count, flaw = letterbox.refusals(connection)
        context = {
            "silence": event_health.silence(connection),
            "newest": selected.newest(request.workspace),
            "has_failed": bool(selected.newest_failed(request.workspace, most=1)),
            "refusals": count,
            "flaw": event_words.flaw_of(flaw),
        }
    return render(request, "messaging/events/_state.html", context)


def _may_manage(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.MANAGE_CONNECTION)
