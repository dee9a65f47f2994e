"""Draw static/vendor/world-atlas-*.map.svg from the unpacked npm package world-atlas.

    python tests/look/make_world.py node_modules/world-atlas

Each country is a path whose id is its ISO code; a page shows it by <use>. Borders are
shared arcs, made simpler before they are joined, so neighbours still meet. What is too
small to be seen is a disc.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel.core import get_global

VERSION = "2.0.2"
WIDTH, HEIGHT = 1000, 480
# Antarctica has no phones, and takes a fifth of the map.
LEFT_OUT = frozenset({"AQ"})
UNNUMBERED = {"Kosovo": "XK"}
# In units of the map: how far a line may be off, and the least island.
TOLERANCE, LEAST_AREA, DISC = 0.55, 1.2, 2.2

Point = tuple[float, float]
Ring = list[Point]

# Coefficients of Patterson's Natural Earth projection, as published.
_X = (0.8707, -0.131979, -0.013791, 0.0, 0.003971, -0.001529)
_Y = (1.007226, 0.015085, -0.044475, 0.028874, -0.005916)


def project(longitude: float, latitude: float) -> Point:
    """Return a place on the map, x to the right and y downwards."""
    phi = math.radians(latitude)
    square = phi * phi
    across = _X[0] + square * (
        _X[1] + square * (_X[2] + square**3 * (_X[4] + square * _X[5]))
    )
    up = phi * (
        _Y[0]
        + square * (_Y[1] + square**2 * (_Y[2] + _Y[3] * square + _Y[4] * square**2))
    )
    scale = WIDTH / (2 * math.pi * _X[0])
    return (
        WIDTH / 2 + math.radians(longitude) * across * scale,
        262 - up * scale,
    )


def arcs_of(world: dict[str, Any]) -> list[Ring]:
    """Return the borders, simplified, in degrees."""
    scale, shift = world["transform"]["scale"], world["transform"]["translate"]
    found = []
    for arc in world["arcs"]:
        x = y = 0
        line: Ring = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        found.append(simpler(unwrapped(line)))
    return found


def unwrapped(line: Ring) -> Ring:
    """Return the line without leaps where it crosses the 180th meridian."""
    found = line[:1]
    for x, y in line[1:]:
        found.append((x - 360 * round((x - found[-1][0]) / 360), y))
    return found


def simpler(line: Ring) -> Ring:
    """Return the line without points that hardly bend it (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    flat = [project(*point) for point in line]
    # A ring has no base line: it is cut where it is farthest from its start.
    far = max(range(len(line)), key=lambda at: math.dist(flat[0], flat[at]))
    if line[0] == line[-1] and 0 < far < len(line) - 1:
        return simpler(line[: far + 1])[:-1] + simpler(line[far:])
    at = max(range(1, len(line) - 1), key=lambda n: _off(flat[n], flat[0], flat[-1]))
    if _off(flat[at], flat[0], flat[-1]) < TOLERANCE:
        return [line[0], line[-1]]
    return simpler(line[: at + 1])[:-1] + simpler(line[at:])


def _off(point: Point, start: Point, end: Point) -> float:
    length = math.dist(start, end)
    if not length:
        return math.dist(point, start)
    (x, y), (x1, y1), (x2, y2) = point, start, end
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def ring_of(arcs: list[Ring], wanted: list[int]) -> Ring:
    """Return a closed line on the map; a negative number is an arc walked backwards."""
    ring: Ring = []
    for at in wanted:
        arc = arcs[at] if at >= 0 else arcs[~at][::-1]
        ring += arc[1:] if ring else arc
    ring = unwrapped(ring)
    # Russia ends beyond the right edge, and not once more at the left one.
    east = 360 if sum(x for x, _y in ring) / len(ring) < -180 else 0
    return [project(x + east, y) for x, y in ring]


def area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def middle(ring: Ring) -> Point:
    return (
        sum(x for x, _y in ring) / len(ring),
        sum(y for _x, y in ring) / len(ring),
    )


def drawn(rings: list[Ring]) -> str:
    """Return a country as the commands of a path, in tenths of a unit."""
    rings = sorted(rings, key=area, reverse=True)
    largest = area(rings[0])
    if largest < math.pi * DISC**2 / 2:
        x, y = (round(value, 1) for value in middle(rings[0]))
        half = f"a{DISC} {DISC} 0 1 0"
        return f"M{x - DISC:g} {y:g}{half} {2 * DISC:g} 0{half} {-2 * DISC:g} 0z"
    kept = [rings[0], *(ring for ring in rings[1:] if area(ring) >= LEAST_AREA)]
    return "".join(_path(ring) for ring in kept if len(ring) > 3)


def _path(ring: Ring) -> str:
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring[:-1]]
    steps = [
        f"{_number(x2 - x1)} {_number(y2 - y1)}"
        for (x1, y1), (x2, y2) in pairwise(tenths)
        if (x1, y1) != (x2, y2)
    ]
    start = f"M{_number(tenths[0][0])} {_number(tenths[0][1])}"
    return f"{start}l{' '.join(steps).replace(' -', '-')}z"


def _number(tenths: int) -> str:
    text = f"{tenths / 10:g}"
    return text.replace("0.", ".", 1) if abs(tenths) < 10 else text


def countries(world: dict[str, Any]) -> dict[str, str]:
    """Return the paths by ISO code; what has none is drawn under its name."""
    arcs, aliases = arcs_of(world), get_global("territory_aliases")
    found: dict[str, str] = {}
    for shape in world["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        codes = aliases.get(shape.get("id") or "") or [UNNUMBERED.get(name, "")]
        code = codes[0] or "rest"
        if code in LEFT_OUT:
            continue
        many = shape["type"] == "MultiPolygon"
        polygons = shape["arcs"] if many else [shape["arcs"]]
        # Holes are other countries, which are drawn over this one.
        path = drawn([ring_of(arcs, polygon[0]) for polygon in polygons])
        found[code] = found.get(code, "") + path
    return found


def main() -> None:
    source = Path(sys.argv[1]) / "countries-50m.json"
    paths = countries(json.loads(source.read_text(encoding="utf-8")))
    shapes = "".join(f'<path id="{code}" d="{paths[code]}"/>' for code in sorted(paths))
    target = Path("static/vendor") / f"world-atlas-{VERSION}.map.svg"
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g id="world">{shapes}</g></svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
