"""What pages with errands share, and a person's word on one that is unclear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import errand_words, tasks
from accounts.access import WorkspaceRequest, member
from accounts.models import Errand
from accounts.rights import Right
from accounts.selectors import errands as selected
from accounts.services import errands
from accounts.views import next_page
from seven_dashboard.errors import Refused

# So long the outcome of an errand is news.
NEWS_FOR: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Shown:
    """One errand as the page says it."""

    errand: Errand
    sentence: str
    reason: str
    badge: str
    lacks_right: bool
    balances: selected.Balances | None


def rows(found: list[Errand]) -> dict[str, object]:
    """Return what `accounts/errands/` shows, and how fast to look again.

    What is open or has just ended stands above the rest of the page, the others fold
    away below it.
    """
    moving = any(errand.is_moving for errand in found)
    doubtful = any(errand.state == Errand.State.UNCLEAR for errand in found)
    since = timezone.now() - NEWS_FOR
    news = [e for e in found if e.finished_at is None or e.finished_at > since]
    return {
        "errands": [_shown(errand) for errand in news],
        "past_errands": [_shown(errand) for errand in found if errand not in news],
        "poll_s": 1 if moving else 10 if doubtful else 0,
    }


def _shown(errand: Errand) -> Shown:
    # The balances of another account would mislead.
    is_foreign = errands.is_of_other_account(errand, since=errand.asked_at)
    return Shown(
        errand,
        errand_words.sentence(errand),
        errand_words.reason(errand),
        errand_words.BADGES[errand.state],
        errand_words.lacks_right(errand),
        None if is_foreign else selected.balances(errand),
    )


@require_POST
@member(Right.MOVE_MONEY)
def errand_settle(request: WorkspaceRequest, errand_id: UUID) -> HttpResponse:
    """Take an owner's word for what became of an unclear errand."""
    errand = selected.get(request.workspace, errand_id)
    decision = request.POST.get("decision")
    if decision not in ("done", "not_done"):
        raise Http404
    try:
        errands.settle(errand=errand, actor=request.user, was_done=decision == "done")
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("This is settled."))
        tasks.queue_account_lists(errand)
    is_of_numbers = errand.kind in selected.OF_NUMBERS
    otherwise = "accounts:number_list" if is_of_numbers else "accounts:subaccount_list"
    return redirect(next_page.wanted(request, otherwise=otherwise))
