"""Which network a number is in, and what a part to it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.selectors.prices import CountryPrice, NetworkPrice
from contacts.selectors.number_facts import KnownNetwork
from messaging.networks import Directory, matching, range_holder

AUSTRIA = (
    NetworkPrice("A1 Telekom Austria AG", ("23201", "23202"), Decimal("0.06")),
    NetworkPrice("T-Mobile Austria GmbH", ("23203",), Decimal("0.07")),
    NetworkPrice("Hutchison Drei Austria GmbH", ("23205",), Decimal("0.09")),
)
USUAL, HIGHEST = Decimal("0.08"), Decimal("0.09")
COUNTRIES = {"AT": CountryPrice("AT", "Austria", "43", USUAL, HIGHEST)}
A1, UNGIVEN = "+436641234567", "+43720123456"


@pytest.fixture
def directory() -> Directory:
    return Directory(COUNTRIES, {"AT": AUSTRIA})


def test_looked_up_network_has_its_own_price(directory: Directory) -> None:
    found = directory.of(A1, "AT", KnownNetwork("Drei", "23205", is_stale=False))
    assert (found.source, found.price, found.highest) == ("known", HIGHEST, HIGHEST)


def test_range_is_a_guess_that_may_cost_as_much_as_any(directory: Directory) -> None:
    found = directory.of(A1, "AT", None)
    assert found[1:] == ("A1 Telekom Austria AG", "guessed", Decimal("0.06"), HIGHEST)


def test_range_whose_numbers_moved_is_priced_by_where_they_went() -> None:
    traffic = {("AT", "A1 TA"): {"23201": 30, "23205": 10}}
    found = Directory(COUNTRIES, {"AT": AUSTRIA}, traffic).of(A1, "AT", None)
    assert (found.name, found.source) == ("A1 Telekom Austria AG", "guessed")
    assert (found.price, found.highest) == (Decimal("0.0675"), HIGHEST)


def test_few_numbers_of_a_range_say_nothing_of_it() -> None:
    traffic = {("AT", "A1 TA"): {"23205": 29}}
    found = Directory(COUNTRIES, {"AT": AUSTRIA}, traffic).of(A1, "AT", None)
    assert found.price == Decimal("0.06")


def test_network_is_called_by_its_name_in_the_list_however_it_is_known(
    directory: Directory,
) -> None:
    told = (KnownNetwork("Drei", "23205", False), KnownNetwork("", "23205", False))
    assert len({directory.of(A1, "AT", one) for one in told}) == 1


def test_old_lookup_is_a_guess(directory: Directory) -> None:
    found = directory.of(A1, "AT", KnownNetwork("", "23203", is_stale=True))
    assert (found.source, found.price, found.highest) == (
        "guessed",
        Decimal("0.07"),
        HIGHEST,
    )


def test_number_of_no_network_has_the_usual_price(directory: Directory) -> None:
    found = directory.of(UNGIVEN, "AT", None)
    assert found[1:] == ("", "unknown", USUAL, HIGHEST)


def test_looked_up_network_that_is_not_listed_has_the_usual_price(
    directory: Directory,
) -> None:
    found = directory.of(A1, "AT", KnownNetwork("New", "23299", is_stale=False))
    assert (found.name, found.price, found.highest) == ("New", USUAL, HIGHEST)


def test_country_that_is_not_listed_has_no_price(directory: Directory) -> None:
    assert directory.of("+33611223344", "FR", None)[-2:] == (None, None)


@pytest.mark.parametrize(
    ("carrier", "listed"),
    [
        ("A1 TA", "A1 Telekom Austria AG"),
        ("T-Mobile AT", "T-Mobile Austria GmbH"),
        ("Three", "Hutchison Drei Austria GmbH"),
        ("spusu", None),
    ],
)
def test_names_of_ranges_are_matched_with_the_list(
    carrier: str, listed: str | None
) -> None:
    match = matching(carrier, AUSTRIA)
    assert (match.name if match else None) == listed


def test_name_that_two_networks_share_matches_none() -> None:
    twins = (
        NetworkPrice("Orange A", (), Decimal(1)),
        NetworkPrice("Orange B", (), Decimal(2)),
    )
    assert matching("Orange", twins) is None


def test_range_is_looked_up_by_its_longest_prefix() -> None:
    assert range_holder("+436641234567") == "A1 TA"
    assert range_holder("+999123") == ""
