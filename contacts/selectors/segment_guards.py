"""Keep a work to the list that a person has chosen.

A work in the background keeps the id of a segment and asks it batch by batch. Whoever
edits the segment meanwhile would steer a deletion or a paid lookup to other people.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.selectors import segments
from contacts.selectors.criteria import Filter
from seven_dashboard.errors import Refused


class SegmentChanged(Refused):
    """The segment asks something else than when it was chosen."""

    def __init__(self) -> None:
        super().__init__(
            _("The segment was changed meanwhile."), code="segment_changed"
        )


def require_as_chosen(
    wanted: Filter, *, workspace: Workspace, at: datetime | None
) -> None:
    """Raise ``SegmentChanged`` or ``segments.Broken`` when it is not as it was.

    ``at`` is when the contacts were chosen, None for this very moment.
    """
    segment = wanted.segment
    if segment is None:
        return
    if at is not None and segment.updated_at > at:
        raise SegmentChanged
    segments.required(workspace, segment.definition, name=segment.name)
