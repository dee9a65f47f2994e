from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts import csv_export, sentences
from contacts import tasks as contact_tasks
from contacts.reading import tables
from contacts.reading.tables import Layout, Row
from messaging.forms.number_lists import NumberColumnsForm
from messaging.models import NumberList, NumberRefusal
from messaging.services import number_lists
from messaging.views import list_words, rights
from seven_dashboard.errors import Refused

SHOWN_ROWS = 5
CHUNK = 1_000


@require_GET
@member(Right.SEND)
def campaign_lists(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    """Return the lists of a draft; the last answer ends the polling."""
    campaign = rights.steered(request, campaign_id)
    lines = list_words.of(campaign)
    values = {"campaign": campaign, "lists": lines}
    answer = render(request, "messaging/campaigns/composer/_lists.html", values)
    if not any(line.is_reading for line in lines):
        answer.status_code = HttpResponseStopPolling.status_code
        answer["HX-Trigger-After-Swap"] = "draft-saved"
    return answer


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_list_columns(
    request: WorkspaceRequest, campaign_id: UUID, list_id: UUID
) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    source = list_words.get(campaign, list_id)
    form = NumberColumnsForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            number_lists.set_columns(
                source=source,
                mapping=form.mapping(),
                country=form.cleaned_data["country"],
                actor=request.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            ring = partial(contact_tasks.ring_work, source)
            transaction.on_commit(ring, robust=True)
            address = reverse("messaging:campaign_edit", args=[campaign.pk])
            return redirect(f"{address}#audience")
    values = {
        "campaign": campaign,
        "source": source,
        "form": form,
        "header": form.layout.header,
        "preview": _first_rows(source),
    }
    status = 422 if form.errors else 200
    page = "messaging/campaigns/list_columns.html"
    return render(request, page, values, status=status)


@require_GET
@member(Right.SEND)
def campaign_list_refused(
    request: WorkspaceRequest, campaign_id: UUID, list_id: UUID
) -> StreamingHttpResponse:
    source = list_words.get(rights.steered(request, campaign_id), list_id)
    answer = StreamingHttpResponse(
        csv_export.lines(_refused(source)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _first_rows(source: NumberList) -> list[Row]:
    if not source.file:
        return []
    layout = Layout(**source.layout)
    try:
        rows = list(islice(tables.rows(Path(source.file.path), layout), SHOWN_ROWS))
    except FileNotFoundError:
        return []
    return [(line, cells[: layout.width]) for line, cells in rows]


def _refused(source: NumberList) -> Iterator[list[str]]:
    layout = Layout(**source.layout)
    column = _("Column")
    header = layout.header or [f"{column} {at + 1}" for at in range(layout.width)]
    yield [*header, _("Row"), _("Reason")]
    rows = NumberRefusal.objects.filter(source=source).order_by("row_number")
    for refusal in rows.iterator(CHUNK):
        cells = [*refusal.cells, *[""] * (len(header) - len(refusal.cells))]
        yield [*cells, str(refusal.row_number), sentences.of_row(refusal.reason)]
