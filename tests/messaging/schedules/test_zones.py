from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from phonenumbers import SUPPORTED_REGIONS

from messaging import zones


@pytest.mark.parametrize(
    ("number", "country", "zone"),
    [
        pytest.param("+4915112345101", "DE", "Europe/Berlin", id="German mobile"),
        pytest.param("+12125550123", "US", "America/New_York", id="New York"),
        pytest.param("+13105550123", "US", "America/Los_Angeles", id="Los Angeles"),
        pytest.param("+18085550123", "US", "Pacific/Honolulu", id="Honolulu"),
        pytest.param("+18005550123", "US", "America/New_York", id="freephone: main"),
        pytest.param("+16045550123", "CA", "America/Vancouver", id="Vancouver"),
        pytest.param("+34928123456", "ES", "Atlantic/Canary", id="Canary Islands"),
        pytest.param("+34612345678", "ES", "Europe/Madrid", id="Spanish mobile: main"),
        pytest.param("+61412345678", "AU", "Australia/Sydney", id="Australian mobile"),
        pytest.param("+61892345678", "AU", "Australia/Adelaide", id="two zones: first"),
        pytest.param("+12085550123", "US", "America/Boise", id="Idaho"),
        pytest.param("+447700900123", "GB", "Europe/London", id="British mobile"),
        pytest.param("+818012345678", "JP", "Asia/Tokyo", id="Japanese mobile"),
        pytest.param("+88212345678", "", "Europe/Rome", id="no country: home"),
    ],
)
def test_number_has_the_zone_of_its_region(
    number: str, country: str, zone: str
) -> None:
    assert zones.of_number(number, country, home="Europe/Rome") == zone


def test_every_country_has_a_main_zone_that_exists() -> None:
    assert set(zones.main_zones()) == set(SUPPORTED_REGIONS)
    assert set(zones.main_zones().values()) <= available_timezones()


def test_regions_are_those_of_countries_with_several_zones() -> None:
    assert "DE" not in zones.with_several()
    assert {"US", "CA", "BR", "AU", "RU"} <= zones.with_several()
    assert set(zones.regions().values()) <= available_timezones()
