"""Countries on a map, darker the more went there. Pure but for one file it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = "vendor/world-atlas-2.0.2.map.svg"
LEVELS: Final = 5
# Each level holds a third of the one above it: few countries have most of it all.
STEP: Final = 3
_FOLDER = Path(__file__).resolve().parents[1] / "static"


@dataclass(frozen=True, slots=True)
class Place:
    """A country on the map, from level 1 (little) to 5 (most)."""

    code: str
    level: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class WorldMap:
    """Places with anything, and the amounts that the levels begin at.

    ``missing`` are countries that the map does not show.
    """

    places: Sequence[Place]
    floors: Sequence[tuple[int, Decimal]]
    missing: Sequence[str]


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Return the ISO codes of the countries that the map shows."""
    text = (_FOLDER / FILE).read_text(encoding="utf-8")
    return frozenset(re.findall(r'id="([A-Z]{2})"', text))


def of(amounts: Mapping[str, Decimal | int]) -> WorldMap:
    """Return the map of what went to each country, by ISO code."""
    known = {code: Decimal(amount) for code, amount in amounts.items() if amount > 0}
    most = max(known.values(), default=Decimal(0))
    on_map = [code for code in known if code in codes()]
    places = [Place(code, _level(known[code], most), known[code]) for code in on_map]
    used = {place.level for place in places}
    floors = [(level, _floor(level, most)) for level in sorted(used)]
    missing = [code for code in known if code and code not in codes()]
    return WorldMap(sorted(places, key=lambda place: -place.amount), floors, missing)


def _floor(level: int, most: Decimal) -> Decimal:
    return most / STEP ** (LEVELS - level + 1) if level > 1 else Decimal(0)


def _level(amount: Decimal, most: Decimal) -> int:
    return next(
        level for level in range(LEVELS, 0, -1) if amount >= _floor(level, most)
    )
