"""Countries on the map, darker the more went there."""

from __future__ import annotations

import phonenumbers

from messaging import world_map


def test_most_is_darkest_and_least_lightest() -> None:
    found = world_map.of({"DE": 900, "AT": 200, "CH": 3})
    assert [(place.code, place.level) for place in found.places] == [
        ("DE", 5),
        ("AT", 4),
        ("CH", 1),
    ]
    assert [level for level, _floor in found.floors] == [1, 4, 5]


def test_nothing_is_no_colour() -> None:
    found = world_map.of({"DE": 0})
    assert (found.places, found.missing) == ([], [])


def test_country_that_is_not_drawn_is_named() -> None:
    assert world_map.of({"DE": 5, "ZZ": 1}).missing == ["ZZ"]


def test_map_shows_nearly_every_country_with_phones() -> None:
    missing = set(phonenumbers.SUPPORTED_REGIONS) - world_map.codes()
    # Parts of other countries, too small for the source of the map.
    assert len(missing) < 20
    assert missing.isdisjoint({"DE", "MT", "SG", "LI", "LU", "XK", "TW"})
