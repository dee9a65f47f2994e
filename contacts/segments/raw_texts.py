"""What came from a form or from JSON, as plain text. Pure."""

from __future__ import annotations

from typing import Any


def required(raw: Any) -> str:
    """Return a text, or raise ValueError when there is none."""
    found = text(raw)
    if not found:
        raise ValueError("empty")
    return found


def text(raw: Any) -> str:
    """Return a text or whole number as text; anything else is nothing."""
    if isinstance(raw, list | tuple):
        raw = raw[0] if len(raw) == 1 else None
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return ""
    # Numbers of JSON may be longer than what Python turns into text.
    if isinstance(raw, int):
        return str(raw) if 0 <= raw < 10**9 else ""
    return raw.strip()


def digits(raw: Any) -> list[str]:
    """Return the numbers of ``24.12.``, of up to two digits each."""
    parts = [part for part in _split(text(raw)) if part]
    return (
        parts if all(p.isascii() and p.isdigit() and len(p) < 3 for p in parts) else []
    )


def _split(one: str) -> list[str]:
    for mark in "/- ":
        one = one.replace(mark, ".")
    return one.split(".")
