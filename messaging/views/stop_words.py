from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from messaging.forms.stop_rules import LANGUAGE_NAMES, StopRulesForm, StopWordForm
from messaging.selectors import stop_rules as found
from messaging.services import stop_rules
from seven_dashboard import seen
from seven_dashboard.errors import Refused

# A text to try is looked at up to here; a longer one is no STOP.
MAX_TRIED = 500


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def stop_words(request: WorkspaceRequest) -> HttpResponse:
    """Show the words to every member; a manager changes the rules."""
    if request.method != "POST":
        return _page(request)
    if not _may_edit(request):
        raise PermissionDenied
    form = StopRulesForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        stop_rules.update(
            workspace=request.workspace,
            actor=request.user,
            seen=request.POST.get(seen.FIELD, ""),
            **form.cleaned_data,
        )
    except seen.Overtaken as error:
        seen.mark(form, error)
        return _page(request, form=form, carried=error.seen, status=422)
    messages.success(request, _("The rules are saved."))
    return redirect("messaging:stop_words")


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def stop_word_add(request: WorkspaceRequest) -> HttpResponse:
    form = StopWordForm(request.POST)
    if form.is_valid():
        try:
            stop_rules.add_word(
                workspace=request.workspace, actor=request.user, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The word counts from now on."))
            return redirect("messaging:stop_words")
    return _page(request, word_form=form, status=422)


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def stop_word_remove(request: WorkspaceRequest, word_id: int) -> HttpResponse:
    word = found.word(request.workspace, word_id)
    stop_rules.remove_word(word=word, actor=request.user)
    messages.success(request, _("The word is removed."))
    return redirect("messaging:stop_words")


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def stop_word_switch(request: WorkspaceRequest) -> HttpResponse:
    """Let one of the usual words count, or not."""
    try:
        stop_rules.switch(
            workspace=request.workspace,
            actor=request.user,
            phrase=request.POST.get("phrase", ""),
            is_on=request.POST.get("on") == "1",
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("messaging:stop_words")


def _may_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.MANAGE_CAMPAIGNS)


def _page(
    request: WorkspaceRequest,
    *,
    form: StopRulesForm | None = None,
    word_form: StopWordForm | None = None,
    carried: str = "",
    status: int = 200,
) -> HttpResponse:
    rules = found.of(request.workspace)
    tried = request.GET.get("try", "")[:MAX_TRIED]
    values: dict[str, Any] = {
        "form": form or StopRulesForm.of(rules),
        "seen": carried or seen.carried(request, stop_rules.shown_values(rules)),
        "word_form": word_form or StopWordForm(),
        "rules": rules,
        "languages": [
            {"words": words, "name": LANGUAGE_NAMES[words.code]}
            for words in found.by_language(request.workspace)
        ],
        "own": found.own_words(request.workspace),
        "tried": tried,
        "meaning": found.lexicon(request.workspace).meaning(tried).value,
        "may_edit": _may_edit(request),
    }
    return render(request, "messaging/stop_words/page.html", values, status=status)
