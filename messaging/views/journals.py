from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.models import Connection
from accounts.rights import Right
from accounts.selectors import prices
from messaging import journal_filters, journal_words, rcs_contents
from messaging.forms.journals import JournalForm
from messaging.models import JournalExport
from messaging.services import journals
from messaging.services.journal_links import Line
from messaging.services.journals import Ask, Page
from messaging.views import rights
from seven_dashboard.gateway.resources.journal import JournalEntry, OutboundEntry

Journal = JournalExport.Journal


@require_GET
@member(Right.READ)
def journal(request: WorkspaceRequest, journal: str = Journal.OUTBOUND) -> HttpResponse:
    """Show the frame and what was known last; the entries of now follow in place."""
    form = form_of(request, journal)
    ask = _ask(request, journal, form)
    page = journals.last_known(ask) if ask else None
    return _whole(request, journal, form, page, is_live=False)


@require_GET
@member(Right.READ)
def journal_rows(request: WorkspaceRequest, journal: str) -> HttpResponse:
    """Return the entries as the gateway has them now; without scripts, the page."""
    form = form_of(request, journal)
    ask = _ask(request, journal, form)
    page = journals.read(ask) if ask else None
    if not request.htmx:
        return _whole(request, journal, form, page, is_live=True)
    values = _values(request, journal, form, page, is_live=True)
    return render(request, "messaging/journals/_entries.html", values)


def form_of(request: WorkspaceRequest, journal: str) -> JournalForm:
    """Return the filters of an address; Http404 for a journal that is none."""
    if journal not in Journal.values:
        raise Http404
    country = request.workspace.country
    return JournalForm(request.GET, journal=journal, country=country)


def _ask(request: WorkspaceRequest, journal: str, form: JournalForm) -> Ask | None:
    connection = (
        Connection.objects.filter(workspace=request.workspace)
        .select_related("workspace")
        .first()
    )
    if connection is None or not form.is_valid():
        return None
    return Ask(
        connection=connection,
        journal=journal,
        wanted=form.wanted(),
        offset=journal_filters.offset_of(request.GET.get("offset", "")),
    )


def _whole(
    request: WorkspaceRequest,
    journal: str,
    form: JournalForm,
    page: Page | None,
    *,
    is_live: bool,
) -> HttpResponse:
    values = _values(request, journal, form, page, is_live=is_live)
    values |= {
        "is_connected": Connection.objects.filter(workspace=request.workspace).exists(),
        "tabs": _tabs(journal),
        "may_export": rights.may_export(request),
    }
    return render(request, "messaging/journals/page.html", values)


def _values(
    request: WorkspaceRequest,
    journal: str,
    form: JournalForm,
    page: Page | None,
    *,
    is_live: bool,
) -> dict[str, object]:
    wanted = form.wanted() if form.is_valid() else journal_filters.Wanted()
    query = QueryDict(urlencode(wanted.as_dict()))
    return {
        "journal": journal,
        "form": form,
        "page": page,
        "wanted": wanted,
        "query": query.urlencode(),
        "rows_query": _with_offset(query, page),
        "is_live": is_live,
        "lines": _lines(request, page) if page else [],
    }


def _lines(request: WorkspaceRequest, page: Page) -> list[tuple[Line, str, str, str]]:
    """Return each line with its state's badge, its network's name and its words."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    names = prices.names_by_code(connection) if connection else {}
    return [
        (
            line,
            journal_words.state_of(line.entry),
            journal_words.network_of(line.entry, names),
            _words(line.entry),
        )
        for line in page.lines
    ]


def _words(entry: JournalEntry) -> str:
    """Return what a person reads of it; what others wrote is shown as they did."""
    is_rcs = isinstance(entry, OutboundEntry) and entry.channel.upper() == "RCS"
    return rcs_contents.words_of(entry.text) if is_rcs else entry.text


def _with_offset(query: QueryDict, page: Page | None) -> str:
    found = query.copy()
    if page is not None and page.offset:
        found["offset"] = str(page.offset)
    return found.urlencode()


def _tabs(current: str) -> list[dict[str, object]]:
    return [
        {
            "label": Journal(kind).label,
            "url": reverse("messaging:journal_of", args=[kind]),
            "current": kind == current,
        }
        for kind in Journal.values
    ]
