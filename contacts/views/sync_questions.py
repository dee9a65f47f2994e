from __future__ import annotations

import json

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts import sentences
from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from accounts.services import gateway
from contacts import sync_words, tasks
from contacts.models import SyncLink
from contacts.selectors import fields, keyset
from contacts.selectors import sync as selected
from contacts.services.sync import decisions, group_step, setups
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text
from seven_dashboard.gateway.errors import GatewayError

SIDES = (decisions.OURS, decisions.THEIRS)


@require_GET
@member(Right.READ)
def sync_conflicts(request: WorkspaceRequest) -> HttpResponse:
    page = selected.conflict_page(request.workspace, **_keys(request))
    own = _labels(request)
    for link in page.rows:
        link.labels = [sync_words.label_of(n, own) for n in link.conflict]  # type: ignore[attr-defined]
    context = {"page": page, **_frame(request, "conflicts")}
    return render(request, "contacts/sync/conflicts.html", context)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_conflicts_resolve(request: WorkspaceRequest) -> HttpResponse:
    """Decide every open conflict for one side."""
    side = request.POST.get("side", "")
    if side in SIDES:
        count = decisions.resolve_all(
            workspace=request.workspace, actor=request.user, side=side
        )
        text = ngettext(
            "%(shown)s contact is decided.", "%(shown)s contacts are decided.", count
        )
        messages.success(request, text % {"shown": number_text(count)})
        _carry_out(request)
    return redirect("contacts:sync_conflicts")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def sync_conflict(request: WorkspaceRequest, link_id: int) -> HttpResponse:
    """Show both values of each field side by side, and take what a person chose."""
    link = selected.conflict(request.workspace, link_id)
    if request.method == "POST":
        return _decide(request, link)
    own = _labels(request)
    lines = [
        (name, sync_words.label_of(name, own), *both)
        for name, both in link.conflict.items()
    ]
    context = {"link": link, "lines": lines, "seen": json.dumps(link.conflict)}
    return render(request, "contacts/sync/conflict.html", context)


@require_GET
@member(Right.READ)
def sync_questions(request: WorkspaceRequest, kind: str) -> HttpResponse:
    if kind not in selected.KINDS:
        raise Http404
    page = selected.question_page(request.workspace, kind, **_keys(request))
    for link in page.rows:
        link.shown_name = _name(link)  # type: ignore[attr-defined]
        link.reason = sync_words.sentence(link.error)  # type: ignore[attr-defined]
    context = {"page": page, "kind": kind, **_frame(request, kind)}
    return render(request, "contacts/sync/questions.html", context)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_answer(request: WorkspaceRequest) -> HttpResponse:
    """Settle the chosen contacts, then carry it out at once."""
    act = request.POST.get("act", "")
    rows = map(keyset.cursor, request.POST.getlist("rows"))
    ids = [number for number in rows if number is not None]
    kind = "unlinked" if act == "again" else "deleted"
    if act == "retry":
        decisions.try_again(workspace=request.workspace)
        kind = "refused"
    elif act == "again":
        decisions.sync_again(workspace=request.workspace, ids=ids)
    elif act in (decisions.DELETE, decisions.KEEP, decisions.RESTORE):
        decisions.answer(
            workspace=request.workspace, actor=request.user, ids=ids, what=act
        )
    messages.success(request, _("Noted. The next sync carries it out."))
    _carry_out(request)
    return redirect("contacts:sync_questions", kind)


@require_POST
@member(Right.EDIT_CONTACTS)
def sync_group_answer(request: WorkspaceRequest, pair_id: int) -> HttpResponse:
    """Settle a pair of groups of which one was deleted."""
    pair = selected.pair(request.workspace, pair_id)
    act = request.POST.get("act", "")
    try:
        connection = setups.connection_of(request.workspace)
        client = gateway.client_for(connection, is_waited_for=True)
        group_step.settle(pair, act, client, actor=request.user)
    except GatewayError as error:
        messages.error(request, str(sentences.of_error(error)))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("contacts:sync_overview")


def _decide(request: WorkspaceRequest, link: SyncLink) -> HttpResponse:
    every = request.POST.get("all", "")
    choices = {
        name: side
        for name in link.conflict
        if (side := every or request.POST.get(f"field-{name}", "")) in SIDES
    }
    try:
        seen = dict(json.loads(request.POST.get("seen", "{}")))
        decisions.resolve(link=link, actor=request.user, choices=choices, seen=seen)
    except (TypeError, ValueError, Refused) as problem:
        is_refused = isinstance(problem, Refused)
        text = str(problem) if is_refused else _("Look at the values again.")
        messages.error(request, text)
        return redirect(reverse("contacts:sync_conflicts"))
    _carry_out(request)
    following = selected.next_conflict(request.workspace, after=link.pk)
    if following is None:
        messages.success(request, _("All conflicts are decided."))
        return redirect("contacts:sync_conflicts")
    return redirect("contacts:sync_conflict", following.pk)


def _carry_out(request: WorkspaceRequest) -> None:
    """Do what was decided at once, unless a run is under way that does it anyway."""
    try:
        run = setups.begin(
            setup=setups.of(request.workspace), actor=request.user, is_short=True
        )
    except Refused:
        return
    transaction.on_commit(lambda: tasks.ring_work(run))


def _keys(request: WorkspaceRequest) -> dict[str, int | None]:
    return {name: keyset.cursor(request.GET.get(name)) for name in ("before", "after")}


def _labels(request: WorkspaceRequest) -> dict[str, str]:
    return {field.slug: field.label for field in fields.custom(request.workspace)}


def _frame(request: WorkspaceRequest, current: str) -> dict[str, object]:
    found = selected.questions(request.workspace)
    words = {
        "conflicts": (_("Conflicts"), reverse("contacts:sync_conflicts")),
        "deleted": (_("Deleted"), _address("deleted")),
        "duplicates": (_("Twice at seven.io"), _address("duplicates")),
        "refused": (_("Refused"), _address("refused")),
        "unlinked": (_("Synced no more"), _address("unlinked")),
    }
    tabs = [
        {
            "label": label,
            "url": url,
            "current": name == current,
            "count": getattr(found, name),
        }
        for name, (label, url) in words.items()
    ]
    can_edit = allows(request.membership.role, Right.EDIT_CONTACTS)
    return {"tabs": tabs, "can_edit": can_edit, "setup": setups.of(request.workspace)}


def _address(kind: str) -> str:
    return reverse("contacts:sync_questions", args=[kind])


def _name(link: SyncLink) -> str:
    one = link.contact or link.twin
    if one is not None and link.state != SyncLink.State.DUPLICATE:
        return str(one.name or one.phone or one.email)
    known = link.base_theirs or {}
    name = f"{known.get('firstname') or ''} {known.get('lastname') or ''}".strip()
    named = name or known.get("phone") or known.get("email")
    if named:
        return str(named)
    return _("Contact %(number)s") % {"number": link.remote_id}
