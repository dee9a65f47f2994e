from __future__ import annotations

import pytest

from .conftest import PHONE, Gateway

CARRIER_KEYS = ["network_code", "name", "country", "network_type"]


def test_format_of_a_good_number(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/lookup/format", params={"number": PHONE}).json()
    carrier = answer.pop("carrier")
    assert answer == {
        "success": True,
        "national": "0171 6992343",
        "international": "+491716992343",
        "international_formatted": "+49 171 6992343",
        "country_name": "Germany",
        "country_code": "49",
        "country_iso": "DE",
        "network_type": "mobile",
    }
    assert carrier


def test_format_of_a_bad_number(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/lookup/format", params={"number": "0"}).json()
    assert answer == {
        "success": False,
        "national": "",
        "international": "+",
        "international_formatted": "",
        "country_name": None,
        "country_code": False,
        "country_iso": None,
        "carrier": None,
        "network_type": None,
    }


@pytest.mark.parametrize("kind", ["format", "hlr", "mnp", "cnam", "rcs"])
def test_one_number_is_an_object_and_several_an_array(
    gateway: Gateway, kind: str
) -> None:
    one = gateway.json("GET", f"/lookup/{kind}", params={"number": PHONE})
    two = gateway.json("GET", f"/lookup/{kind}", params={"number": f"{PHONE},{PHONE}"})
    assert two == [one, one]


def test_cnam_is_all_text(gateway: Gateway) -> None:
    answer = gateway.json("GET", "/lookup/cnam", params={"number": PHONE})
    assert answer == {
        "success": "true",
        "code": "100",
        "number": "+491716992343",
        "name": "GERMANY",
    }


def test_cnam_of_a_bad_number_is_a_number_alone(gateway: Gateway) -> None:
    answer = gateway.json("GET", "/lookup/cnam", params={"number": "0"})
    assert answer == {"code": 202}


def test_mnp_is_text_unless_json_is_wanted(gateway: Gateway) -> None:
    number = {"number": PHONE}
    short = gateway.text("GET", "/lookup/mnp", params=number)
    answer = gateway.json("GET", "/lookup/mnp", params=number)
    assert short in {"d1", "d2", "o2", "N/A"}
    assert list(answer) == ["success", "code", "price", "mnp"]
    assert (answer["code"], answer["price"]) == (100, 0.005)
    assert answer["mnp"]["country"] == "DE"


def test_mnp_of_a_foreign_number_is_int(gateway: Gateway) -> None:
    number = {"number": "436641234567"}
    assert gateway.text("GET", "/lookup/mnp", params=number) == "int"


def test_hlr_has_the_recorded_keys(gateway: Gateway) -> None:
    answer = gateway.json("GET", "/lookup/hlr", params={"number": PHONE})
    assert (answer["country_code"], answer["country_prefix"]) == ("DE", "49")
    assert (answer["lookup_outcome"], answer["roaming"]) == (True, "not_roaming")
    assert list(answer["current_carrier"]) == CARRIER_KEYS
    assert answer["gsm_code"] == "0"


def test_hlr_of_a_bad_number_has_no_country(gateway: Gateway) -> None:
    answer = gateway.json("GET", "/lookup/hlr", params={"number": "0"})
    assert answer["status"] is True
    assert (answer["country_name"], answer["country_prefix"]) == (None, False)


def test_rcs_is_the_format_with_capabilities(gateway: Gateway) -> None:
    able = gateway.json("GET", "/lookup/rcs", params={"number": PHONE})
    unable = gateway.json(
        "GET", "/lookup/rcs", params={"number": PHONE[:-6] + "000912"}
    )
    assert "RICHCARD_STANDALONE" in able["rcs_capabilities"]
    assert unable["rcs_capabilities"] == []


def test_lookups_are_charged_and_counted(gateway: Gateway) -> None:
    gateway.json("GET", "/lookup/hlr", params={"number": PHONE})
    gateway.json("GET", "/lookup/mnp", params={"number": PHONE})
    row = gateway.json("GET", "/analytics/country")[0]
    assert (row["hlr"], row["mnp"], row["usage_eur"]) == (1, 1, 0.015)


def test_old_form_by_type(gateway: Gateway) -> None:
    params = {"type": "format", "number": PHONE}
    assert gateway.call("POST", "/lookup", params=params).json()["success"] is True


def test_control_counts_what_was_taken_for_each_number(gateway: Gateway) -> None:
    for number in (PHONE, PHONE, "0"):
        gateway.call("GET", "/lookup/hlr", params={"number": number})
    assert gateway.control("/lookups") == {
        "total": 2,
        "numbers": {"hlr": {PHONE: 2}},
        "more_than_once": {"hlr": {PHONE: 2}},
        "charged": 0.02,
    }
