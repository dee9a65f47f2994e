"""Tables of contacts and messages as text for spreadsheet programs."""

from __future__ import annotations

from seven_dashboard.csv_text import BYTE_ORDER_MARK, Cell, lines, neutral

__all__ = ["BYTE_ORDER_MARK", "Cell", "lines", "neutral"]
