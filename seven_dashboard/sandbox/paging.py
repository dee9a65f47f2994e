"""Pages with metadata, as contacts and groups have them (gateway.md 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response, json_response

MAX_LIMIT = 1000

Item = TypeVar("Item")


def paged(
    call: Call,
    items: Sequence[Item],
    spell: Callable[[Item], dict[str, object]],
    *,
    default_limit: int,
) -> Response:
    """Answer one page; ``count`` is the number of rows on it."""
    limit = call.number("limit", default=default_limit)
    limit = min(max(limit, 1), MAX_LIMIT)
    offset = max(call.number("offset", default=0), 0)
    page = items[offset : offset + limit]
    return json_response(
        {
            "pagingMetadata": {
                "offset": offset,
                "count": len(page),
                "total": len(items),
                "limit": limit,
                "has_more": offset + len(page) < len(items),
            },
            "data": [spell(item) for item in page],
        }
    )
