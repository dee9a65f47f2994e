from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import alert_words
from accounts.access import WorkspaceRequest, member
from accounts.forms.alerts import AlertChoicesForm, AlertRulesForm
from accounts.models import Alert
from accounts.rights import Right, allows
from accounts.selectors import alerts as found
from accounts.services import alert_choices as choosing
from accounts.services import alerts, invitations
from seven_dashboard import seen

MAX_ID_DIGITS = 18


@require_GET
@member(Right.READ)
def alert_list(request: WorkspaceRequest) -> HttpResponse:
    """Show what needs or needed somebody, newest first."""
    page = found.page(request.membership, before=_id(request.GET.get("after", "")))
    rows = [
        {
            "alert": alert,
            "words": alert_words.write(alert),
            "is_new": alert.pk > page.seen_until,
        }
        for alert in page.alerts
    ]
    newest = page.alerts[0].pk if page.alerts else 0
    values = {
        "rows": rows,
        "page": page,
        "newest": newest,
        "has_new": newest > page.seen_until,
    }
    return render(request, "accounts/alerts/list.html", values)


@require_POST
@member(Right.READ)
def alert_seen(request: WorkspaceRequest) -> HttpResponse:
    """Note that the person has read the alerts up to one."""
    until = _id(request.POST.get("until", ""))
    if until is not None:
        alerts.mark_seen(workspace=request.workspace, user=request.user, until=until)
    return redirect("accounts:alert_list")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def alert_choices(request: WorkspaceRequest) -> HttpResponse:
    """Let a person say how they want to hear of each kind."""
    if request.method != "POST":
        return _settings(request)
    form = AlertChoicesForm(request.POST)
    if not form.is_valid():
        return _settings(request, status=422)
    choosing.choose(membership=request.membership, choices=form.chosen())
    messages.success(request, _("Your alerts are saved."))
    return redirect("accounts:alert_choices")


@require_POST
@member(Right.MANAGE_WORKSPACE)
def alert_rules(request: WorkspaceRequest) -> HttpResponse:
    form = AlertRulesForm(request.POST)
    if not form.is_valid():
        return _settings(request, rules_form=form, status=422)
    try:
        choosing.set_rules(
            workspace=request.workspace,
            actor=request.user,
            seen=request.POST.get(seen.FIELD, ""),
            **form.cleaned_data,
        )
    except seen.Overtaken as error:
        seen.mark(form, error)
        return _settings(request, rules_form=form, carried=error.seen, status=422)
    messages.success(request, _("The rules are saved."))
    return redirect("accounts:alert_choices")


def _settings(
    request: WorkspaceRequest,
    *,
    rules_form: AlertRulesForm | None = None,
    carried: str = "",
    status: int = 200,
) -> HttpResponse:
    choices = found.choices(request.membership)
    rules = found.rules(request.workspace)
    values: dict[str, Any] = {
        "kinds": [
            {"kind": kind, "label": Alert.Kind(kind).label, "choice": choice}
            for kind, choice in choices.items()
        ],
        "rules": rules,
        "seen": carried or seen.carried(request, choosing.shown_values(rules)),
        "rules_form": rules_form or AlertRulesForm.of(rules),
        "may_manage": allows(request.membership.role, Right.MANAGE_WORKSPACE),
        "has_mail_server": invitations.has_mail_server(),
    }
    return render(request, "accounts/alerts/settings.html", values, status=status)


def _id(text: str) -> int | None:
    is_id = text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS
    return int(text) if is_id else None
