"""Rows of the table of results for whole numbers: rates, memory, slowest pages."""

from __future__ import annotations

from typing import Any


def row(
    what: str, value: float, beside: str, beside_value: float, unit: str
) -> dict[str, Any]:
    """Return a figure beside another one, in the same unit."""
    return {
        "what": what,
        "value": round(value),
        "unit": unit,
        "beside": beside,
        "beside_value": round(beside_value),
        "ratio": round(value / beside_value, 3) if beside_value else 0.0,
    }
