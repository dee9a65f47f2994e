"""Small orderly files of contacts."""

from __future__ import annotations

from pathlib import Path


def numbers(count: int, *, block: int = 1) -> list[str]:
    """Return numbers that nobody else uses, none with an ending that is a fate."""
    first = 30_000_000 + block * 100_000
    return [f"+49151{first + at // 900 * 1000 + at % 900}" for at in range(count)]


def table(wanted: list[str]) -> bytes:
    """Return a file with a first name for each number: "P0", "P1" ..."""
    lines = ["Vorname;Handy"]
    lines += [f"P{at};{number}" for at, number in enumerate(wanted)]
    return "\r\n".join(lines).encode()


def write(folder: Path, wanted: list[str]) -> Path:
    path = folder / "kontakte.csv"
    path.write_bytes(table(wanted))
    return path


def digits(wanted: list[str]) -> dict[str, int]:
    """Return what the handsets have counted when each number got one message."""
    return {number.removeprefix("+"): 1 for number in wanted}
