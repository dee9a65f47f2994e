from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from .conftest import Gateway

COUNTED = ["sms", "rcs", "voice", "hlr", "mnp", "inbound", "usage_eur"]


def today() -> str:
    return datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()


def test_balance_is_a_bare_number_or_an_object(gateway: Gateway) -> None:
    assert gateway.text("GET", "/balance") == "1000"
    assert gateway.json("GET", "/balance") == {"amount": 1000.0, "currency": "EUR"}


def test_analytics_by_date_has_31_rows_with_zeros(gateway: Gateway) -> None:
    gateway.sms()
    rows = gateway.json("GET", "/analytics/date")
    assert len(rows) == 31
    assert list(rows[0]) == ["date", *COUNTED]
    by_day = {row["date"]: row for row in rows}
    assert (by_day[today()]["sms"], by_day[today()]["usage_eur"]) == (1, 0.075)
    assert sum(row["sms"] for row in rows) == 1


def test_analytics_span_includes_both_ends(gateway: Gateway) -> None:
    span = {"start": "2026-01-01", "end": "2026-01-03"}
    assert len(gateway.json("GET", "/analytics/date", params=span)) == 3


def test_analytics_by_country_and_label(gateway: Gateway) -> None:
    gateway.sms(to="491716992343", label="spring")
    gateway.sms(to="436641234567")
    countries = gateway.json("GET", "/analytics/country")
    labels = gateway.json("GET", "/analytics/label")
    assert {row["country"]: row["sms"] for row in countries} == {"DE": 1, "AT": 1}
    assert {row["label"]: row["sms"] for row in labels} == {"spring": 1, "": 1}


@pytest.mark.parametrize(("label", "count"), [("all", 2), ("", 1), ("spring", 1)])
def test_analytics_filter_by_label(gateway: Gateway, label: str, count: int) -> None:
    gateway.sms(label="spring")
    gateway.sms(text="no label")
    rows = gateway.json("GET", "/analytics/date", params={"label": label})
    assert sum(row["sms"] for row in rows) == count


def test_old_form_groups_by(gateway: Gateway) -> None:
    gateway.sms()
    rows = gateway.json("GET", "/analytics", params={"group_by": "country"})
    assert rows[0]["country"] == "DE"


def test_pricing_counts_what_it_lists(gateway: Gateway) -> None:
    answer = gateway.json("GET", "/pricing")
    assert list(answer) == ["countCountries", "countNetworks", "countries"]
    assert answer["countCountries"] == len(answer["countries"]) > 200
    networks = sum(len(country["networks"]) for country in answer["countries"])
    assert answer["countNetworks"] == networks


def test_pricing_of_a_country_in_any_case(gateway: Gateway) -> None:
    (country,) = gateway.json("GET", "/pricing", params={"country": "de"})["countries"]
    assert list(country) == ["countryCode", "countryName", "countryPrefix", "networks"]
    default, named = country["networks"][:2]
    assert default == {
        "mcc": None,
        "mncs": None,
        "networkName": None,
        "features": [],
        "comment": None,
        "price": 0.075,
    }
    assert (named["mcc"], named["mncs"]) == ("262", ["01", "06"])


def test_pricing_csv_has_the_price_in_the_last_column(gateway: Gateway) -> None:
    text = gateway.text("GET", "/pricing", params={"format": "csv", "country": "DE"})
    header, first, *_ = csv.reader(io.StringIO(text), delimiter=";")
    assert header[0] == "countryCode"
    assert header[6:] == ["price", "features", "comment"]
    assert (first[0], first[-1]) == ("DE", "0.075")


def test_parts_times_network_price_is_charged(gateway: Gateway) -> None:
    answer = gateway.sms(text="x" * 161)
    assert answer["messages"][0]["parts"] == 2
    assert answer["total_price"] == 0.15
