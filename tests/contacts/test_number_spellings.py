"""A truth table of spellings, each thought through by the numbering plan.

What is decided where plans leave a choice: landlines, numbers free of charge and those
without a place are numbers; premium rates, short codes and extensions are refused.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from contacts import phone

TABLE = Path(__file__).with_name("number_spellings.csv")
COUNTRIES = {"AR", "BR", "DE", "AT", "CH", "FR", "GB", "US"}
COUNTRIES |= {"IT", "ES", "PL", "NL", "TR"}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";", quoting=csv.QUOTE_NONE))


def typed(row: dict[str, str]) -> str:
    """Return the spelling; invisible signs are written as \\u0000 in the table."""
    return re.sub(r"\\u(.{4})", lambda found: chr(int(found[1], 16)), row["typed"])


def test_table_has_300_spellings_of_13_countries() -> None:
    counted = Counter(row["country"] for row in rows())
    assert set(counted) == COUNTRIES
    assert counted.total() >= 300
    assert min(counted.values()) >= 25


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_spellings_mean_what_the_numbering_plan_says(country: str) -> None:
    wrong = {}
    for row in rows():
        if row["country"] == country:
            number = phone.parse(typed(row), country=country)
            found = number.e164 if number else ""
            if found != row["e164"]:
                wrong[row["typed"]] = (found, row["e164"], row["why"])
    assert not wrong
