"""When the figures of a page were fetched."""

from __future__ import annotations

from accounts.models import Connection, Poll


def all_of(connection: Connection) -> list[Poll]:
    return list(Poll.objects.filter(connection=connection).order_by("kind"))


def get(connection: Connection, kind: str) -> Poll | None:
    """Return how the polling of one kind stands."""
    return Poll.objects.filter(connection=connection, kind=kind).first()
