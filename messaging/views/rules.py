from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import countries
from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from messaging.forms.rules import CountryLimitForm, RulesForm
from messaging.forms.weekdays import day_names
from messaging.selectors import rules as found_rules
from messaging.selectors import spending
from messaging.services import rules
from seven_dashboard import seen
from seven_dashboard.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def rules_edit(request: WorkspaceRequest) -> HttpResponse:
    """Show the rules to every member; a manager changes them."""
    if request.method != "POST":
        return _page(request, RulesForm.of(found_rules.of(request.workspace)))
    if not _may_edit(request):
        raise PermissionDenied
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        rules.update(
            workspace=request.workspace,
            actor=request.user,
            seen=request.POST.get(seen.FIELD, ""),
            **form.cleaned_data,
        )
    except seen.Overtaken as error:
        seen.mark(form, error)
        return _page(request, form, carried=error.seen, status=422)
    messages.success(request, _("The sending rules are saved."))
    return redirect("messaging:rules_edit")


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def country_limit_set(request: WorkspaceRequest) -> HttpResponse:
    form = CountryLimitForm(request.POST)
    if form.is_valid():
        per_day, per_campaign = form.amounts()
        try:
            rules.set_country_limit(
                workspace=request.workspace,
                actor=request.user,
                country=form.cleaned_data["country"],
                per_day=per_day,
                per_campaign=per_campaign,
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The limit is saved."))
            return redirect("messaging:rules_edit")
    page = RulesForm.of(found_rules.of(request.workspace))
    return _page(request, page, limit_form=form, status=422)


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def country_limit_remove(request: WorkspaceRequest, limit_id: int) -> HttpResponse:
    limit = found_rules.country_limit(request.workspace, limit_id)
    rules.remove_country_limit(limit=limit, actor=request.user)
    messages.success(request, _("The limit is lifted."))
    return redirect("messaging:rules_edit")


def _may_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.MANAGE_CAMPAIGNS)


def _page(
    request: WorkspaceRequest,
    form: RulesForm,
    *,
    limit_form: CountryLimitForm | None = None,
    carried: str = "",
    status: int = 200,
) -> HttpResponse:
    known = found_rules.of(request.workspace)
    rows = found_rules.country_limits(request.workspace)
    spent = spending.today(request.workspace)
    values: dict[str, Any] = {
        "form": form,
        "seen": carried or seen.carried(request, rules.shown_values(known)),
        "rules": known,
        "weekdays": day_names(known.weekdays),
        "limit_form": limit_form or CountryLimitForm(),
        "limits": [
            {
                "limit": row,
                "name": countries.name_of(row.country) if row.country else "",
                "spent": spent.day.get(row.country),
            }
            for row in rows
        ],
        "spent": spent,
        "may_edit": _may_edit(request),
    }
    return render(request, "messaging/rules/page.html", values, status=status)
