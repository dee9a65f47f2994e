"""A row of the table for pages: 95 of 100 took no longer than its value."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable


def took_ms(work: Callable[[], None]) -> float:
    """Return how long some work takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def row(
    what: str, pages: list[float], beside: str, beside_value: float
) -> dict[str, object]:
    """Return the row of some pages beside a figure, all in milliseconds; say it."""
    slow = statistics.quantiles(pages, n=20)[-1]
    median = statistics.median(pages)
    sys.stderr.write(
        f"  {what}: half within {median:.0f} ms, 95 % within {slow:.0f} ms,"
        f" slowest {max(pages):.0f} ms, {beside} {beside_value:.1f} ms\n"
    )
    return {
        "what": what,
        "value": slow,
        "median": median,
        "unit": "ms",
        "beside": beside,
        "beside_value": beside_value,
        "ratio": slow / beside_value,
    }
