"""Read what came in."""

from __future__ import annotations

from accounts.models import Workspace
from contacts import phone as phones
from contacts.selectors import keyset
from messaging.models import InboundMessage


def page(
    workspace: Workspace,
    *,
    search: str = "",
    only_stops: bool = False,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[InboundMessage]:
    """Return a page of what came in, newest first; ``search`` is a sender's number."""
    rows = InboundMessage.objects.filter(workspace=workspace)
    if only_stops:
        rows = rows.filter(is_opt_out=True)
    if search.strip():
        number = phones.parse(search, country=workspace.country)
        rows = rows.filter(sender=number.e164) if number else rows.none()
    return keyset.page(rows.select_related("contact"), before=before, after=after)


def latest(workspace: Workspace, *, most: int = 5) -> list[InboundMessage]:
    """Return the newest messages that came in."""
    rows = InboundMessage.objects.filter(workspace=workspace)
    return list(rows.select_related("contact").order_by("-pk")[:most])
