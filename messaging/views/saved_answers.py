from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from messaging.forms.inbox import SavedAnswerForm
from messaging.models import SavedAnswer
from messaging.selectors import saved_answers as found_answers
from messaging.services import saved_answers
from messaging.views.tokens import tokens_of
from seven_dashboard import seen
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def saved_answer_list(request: WorkspaceRequest) -> HttpResponse:
    values = {
        "answers": found_answers.of(request.workspace),
        "may_edit": allows(request.membership.role, Right.MANAGE_CAMPAIGNS),
    }
    return render(request, "messaging/saved_answers/list.html", values)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def saved_answer_create(request: WorkspaceRequest) -> HttpResponse:
    form = SavedAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved_answers.create(
                workspace=request.workspace, actor=request.user, **form.cleaned_data
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _saved(request)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def saved_answer_edit(request: WorkspaceRequest, answer_id: UUID) -> HttpResponse:
    answer = found_answers.get(request.workspace, answer_id)
    known = saved_answers.shown_values(answer)
    carried = seen.carried(request, known)
    form = SavedAnswerForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            saved_answers.update(
                answer=answer, actor=request.user, seen=carried, **form.cleaned_data
            )
        except seen.Overtaken as error:
            seen.mark(form, error)
            carried = error.seen
        except Refused as refused:
            form.refuse(refused)
        else:
            return _saved(request)
    return _form(request, form, answer, carried=carried)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def saved_answer_delete(request: WorkspaceRequest, answer_id: UUID) -> HttpResponse:
    answer = found_answers.get(request.workspace, answer_id)
    if request.method == "POST":
        saved_answers.delete(answer=answer, actor=request.user)
        notices.success(request, _("The saved answer is deleted."))
        return redirect("messaging:saved_answer_list")
    values = {"answer": answer}
    return render(request, "messaging/saved_answers/delete.html", values)


def _saved(request: WorkspaceRequest) -> HttpResponse:
    notices.success(request, _("The saved answer is kept."))
    return redirect("messaging:saved_answer_list")


def _form(
    request: WorkspaceRequest,
    form: SavedAnswerForm,
    answer: SavedAnswer | None = None,
    *,
    carried: str = "",
) -> HttpResponse:
    values = {
        "form": form,
        "answer": answer,
        "seen": carried,
        "tokens": tokens_of(request.workspace),
    }
    status = 422 if form.errors else 200
    name = "messaging/saved_answers/form.html"
    return render(request, name, values, status=status)
