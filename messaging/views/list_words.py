"""The lists of a draft as the composer shows them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from contacts import sentences
from contacts.models import Work
from contacts.selectors import works
from contacts.selectors.works import Progress
from messaging.models import Campaign, NumberList, NumberRefusal
from messaging.selectors import variables

SHOWN_REFUSALS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A list, how far its reading is, what it brings, and what was refused."""

    source: NumberList
    progress: Progress
    failure: str
    variables: list[str]
    refusals: list[tuple[int, str]]

    @property
    def is_pasted(self) -> bool:
        return self.source.source == NumberList.Source.PASTED

    @property
    def is_reading(self) -> bool:
        return self.source.state in (Work.State.READY, Work.State.RUNNING)

    @property
    def lacks_column(self) -> bool:
        return self.source.state == NumberList.UPLOADED


def of(campaign: Campaign | None) -> list[Line]:
    """Return the lists of a draft, in the order in which they count."""
    if campaign is None:
        return []
    rows = campaign.number_lists.order_by("source", "created_at")
    return [_line(source) for source in rows]


def get(campaign: Campaign, list_id: str | UUID) -> NumberList:
    """Return a list of a draft, or raise Http404."""
    try:
        pk = UUID(str(list_id))
    except ValueError:
        raise Http404 from None
    found = campaign.number_lists.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _line(source: NumberList) -> Line:
    refusals = NumberRefusal.objects.filter(source=source).order_by("row_number")
    return Line(
        source=source,
        progress=works.progress(source),
        failure=sentences.of_failure(source.error) if source.error else "",
        variables=[variable.name for variable in variables.of_list(source)],
        refusals=[
            (row.row_number, sentences.of_row(row.reason))
            for row in (refusals[:SHOWN_REFUSALS] if source.refused else ())
        ],
    )
