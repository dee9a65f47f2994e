"""Lists that come in pages with an envelope: contacts and groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from seven_dashboard.gateway.parsing import (
    FlagOrNone,
    GatewayModel,
    Section,
    Sections,
    Whole,
    WholeOrNone,
)


class Numbered(GatewayModel):
    """A row with an id of its own."""

    id: Whole


ItemT = TypeVar("ItemT", bound=Numbered)


class PageFacts(GatewayModel):
    """Where a page stands; `count` is the rows on it, `total` those of all pages."""

    offset: Whole = 0
    count: Whole = 0
    total: WholeOrNone = None
    limit: Whole = 0
    has_more: FlagOrNone = None


class Page(GatewayModel, Generic[ItemT]):
    """One page."""

    facts: Annotated[PageFacts, Section] = Field(
        default_factory=PageFacts, alias="pagingMetadata"
    )
    items: Annotated[list[ItemT], Sections] = Field(alias="data")


def iter_pages(
    fetch: Callable[[int], Page[ItemT]], *, offset: int = 0
) -> Iterator[Page[ItemT]]:
    """Yield pages until the gateway has no more, or repeats itself."""
    seen: set[int] = set()
    while True:
        page = fetch(offset)
        ids = {item.id for item in page.items}
        if not ids or ids <= seen:
            return
        yield page
        offset += len(page.items)
        if not _has_more(page.facts, offset=offset):
            return
        seen = ids


def _has_more(facts: PageFacts, *, offset: int) -> bool:
    if facts.has_more is not None:
        return facts.has_more
    return facts.total is not None and offset < facts.total
