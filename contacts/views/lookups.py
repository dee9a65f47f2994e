"""Lookups: choose the numbers, see the price, start, watch, decide."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks
from contacts.forms.lookups import (
    DEFAULT_AGE,
    DEFAULT_KINDS,
    KindsForm,
    ListForm,
    NumberForm,
    StartForm,
)
from contacts.models import Lookup
from contacts.selectors import contacts as selected_contacts
from contacts.selectors import criteria, groups, number_facts, segments, works
from contacts.selectors import lookups as selected
from contacts.selectors.criteria import Filter
from contacts.selectors.lookups import Check, Target
from contacts.services import lookups
from contacts.views import narrowing
from seven_dashboard import formatting
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def lookup_list(request: WorkspaceRequest) -> HttpResponse:
    found = works.newest(Lookup, request.workspace)
    context = {
        "lookups": found,
        "can_edit": may_start(request),
        "can_price": allows(request.membership.role, Right.MANAGE_WORKSPACE),
    }
    return render(request, "contacts/lookups/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def lookup_create(request: WorkspaceRequest) -> HttpResponse:
    """Show what a lookup would cost, and start it."""
    given = request.POST if request.method == "POST" else request.GET
    number = NumberForm(
        given if "phone" in given else None, workspace=request.workspace
    )
    if not ("all" in given or _wanted(request, given).as_dict() or number.is_valid()):
        return _choose_page(request, number)
    kinds = _kinds(request, given)
    check = selected.check(request.workspace, _target(request, given, number, kinds))
    if request.method != "POST":
        initial = {"cap": check.cap, "fingerprint": check.fingerprint}
        return _check_page(request, check, kinds, StartForm(initial=initial))
    return _start(request, check, kinds)


def may_start(request: WorkspaceRequest) -> bool:
    """Say whether the person may look numbers up, for money too."""
    role = request.membership.role
    return allows(role, Right.EDIT_CONTACTS) and allows(role, Right.SEND)


def _subject(target: Target) -> str:
    """Return what a lookup is about, for a person."""
    if target.phone:
        return formatting.phone_parts(target.phone)[0]
    wanted = target.wanted
    lists = [thing.name for thing in (wanted.group, wanted.segment) if thing]
    rest = replace(wanted, group=None, segment=None)
    named = [chip.label for chip in narrowing.chips(rest)]
    found = ", ".join(filter(None, [*lists, wanted.text, *named]))
    return found or (_("Some contacts") if wanted.as_dict() else _("All contacts"))


def _start(request: WorkspaceRequest, check: Check, kinds: KindsForm) -> HttpResponse:
    form = StartForm(request.POST)
    if check.is_paid and not may_start(request):
        raise PermissionDenied
    is_ready = form.is_valid() and (
        _is_started(request, form) or not _is_refused(check, form)
    )
    if not is_ready:
        return _check_page(request, check, kinds, form, status=422)
    target = check.target
    try:
        lookup = lookups.start(
            workspace=request.workspace,
            actor=request.user,
            launch_key=form.cleaned_data["launch_key"],
            kinds=list(target.kinds),
            numbers=check.numbers,
            criteria={} if target.phone else target.wanted.as_dict(),
            phone=target.phone,
            subject=_subject(target),
            max_age_days=target.max_age_days,
            cap=form.cleaned_data["cap"],
        )
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return _check_page(request, check, kinds, form, status=422)
    transaction.on_commit(partial(tasks.ring_work, lookup))
    return redirect("contacts:lookup_detail", lookup.pk)


def _is_refused(check: Check, form: StartForm) -> bool:
    """Hold a start that is not what the person saw, or not confirmed."""
    if form.cleaned_data["fingerprint"] != check.fingerprint:
        form.add_error(
            None, _("The numbers or their cost have changed. Look at the new figures.")
        )
        form.show_again(fingerprint=check.fingerprint, cap=check.cap)
    elif check.problem:
        form.add_error(None, check.problem)
    elif check.confirm_word and form.cleaned_data["confirm_word"] != check.confirm_word:
        form.add_error(
            "confirm_word",
            _("Type the number of lookups, %(word)s, to confirm.")
            % {"word": check.confirm_word},
        )
    return bool(form.errors)


def _is_started(request: WorkspaceRequest, form: StartForm) -> bool:
    """Say whether this very form was sent before: the figures may differ by now."""
    key = form.cleaned_data["launch_key"]
    mine = Lookup.objects.filter(workspace=request.workspace, launch_key=key)
    return mine.exists()


def _target(
    request: WorkspaceRequest,
    given: QueryDict,
    number: NumberForm,
    kinds: KindsForm,
) -> Target:
    phone = number.cleaned_data.get("phone", "") if number.is_valid() else ""
    return Target(
        kinds=tuple(kinds.cleaned_data["kinds"]),
        wanted=_wanted(request, given),
        phone=phone,
        max_age_days=int(kinds.cleaned_data["max_age_days"]),
    )


def _wanted(request: WorkspaceRequest, given: QueryDict) -> Filter:
    words = {name: text for name, text in given.dict().items() if isinstance(text, str)}
    return criteria.read(request.workspace, words)


def _kinds(request: WorkspaceRequest, given: QueryDict) -> KindsForm:
    """Return the chosen kinds, or the usual ones when nothing usable was chosen."""
    prices = selected.prices(request.workspace)
    form = KindsForm(given, prices=prices)
    if "kinds" not in given or not form.is_valid():
        usual = {"kinds": list(DEFAULT_KINDS), "max_age_days": DEFAULT_AGE}
        form = KindsForm(usual, prices=prices)
        form.full_clean()
    return form


def _choose_page(request: WorkspaceRequest, number: NumberForm) -> HttpResponse:
    lists = ListForm(
        groups=groups.all(request.workspace), segments=segments.all(request.workspace)
    )
    context = {"number": number, "list": lists}
    status = 422 if number.errors else 200
    return render(request, "contacts/lookups/choose.html", context, status=status)


def _check_page(
    request: WorkspaceRequest,
    check: Check,
    kinds: KindsForm,
    form: StartForm,
    *,
    status: int = 200,
) -> HttpResponse:
    target = check.target
    context = {
        "check": check,
        "kinds": kinds,
        "form": form,
        "subject": _subject(target),
        "list_url": urlencode(target.wanted.as_dict()),
        "fact": number_facts.of_number(request.workspace, target.phone),
        "contact": selected_contacts.by_phone(request.workspace, target.phone),
        "may_pay": may_start(request),
    }
    return render(request, "contacts/lookups/check.html", context, status=status)


def got(request: WorkspaceRequest, lookup_id: UUID) -> Lookup:
    """Return a lookup of the workspace, or raise Http404."""
    return works.get(Lookup, request.workspace, lookup_id)
