from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Gateway


@pytest.fixture
def number(gateway: Gateway) -> Iterator[str]:
    offers = gateway.json("GET", "/numbers/available", params={"country": "DE"})
    found: str = offers["availableNumbers"][0]["number"]
    answer = gateway.json("POST", "/numbers/order", data={"number": found})
    assert answer == {"error": None, "success": True}
    yield found
    gateway.control("/reset", really=True)


def test_offer_has_the_recorded_shape(gateway: Gateway) -> None:
    params = {"country": "DK", "features_voice": "true"}
    answer = gateway.json("GET", "/numbers/available", params=params)
    assert answer["availableNumbers"][0] == {
        "country": "DK",
        "number": "4523854800",
        "number_parsed": "+45 23 85 48 00",
        "fees": {
            "monthly": {"basic_charge": 29.9, "setup": 19.9},
            "annually": {"basic_charge": 239.2, "setup": 9.95},
            "sms_mo": 0,
            "voice_mo": 0.01,
        },
        "features": {"sms": True, "a2p_sms": True, "voice": True},
    }


@pytest.mark.parametrize(("value", "count"), [("1", 0), ("0", 6), ("", 6)])
def test_feature_filter_arrives_in_any_spelling(
    gateway: Gateway, value: str, count: int
) -> None:
    params = {"country": "AT", "features_voice": value}
    rows = gateway.json("GET", "/numbers/available", params=params)["availableNumbers"]
    assert len(rows) == count


def test_active_number_has_the_recorded_shape(gateway: Gateway, number: str) -> None:
    (active,) = gateway.json("GET", "/numbers/active")["activeNumbers"]
    assert list(active) == [
        "country",
        "number",
        "friendly_name",
        "billing",
        "features",
        "forward_sms_mo",
        "expires",
        "created",
    ]
    assert active["forward_sms_mo"] == {
        "sms": {"number": [], "enabled": False},
        "email": {"address": [], "enabled": False},
    }
    assert active == gateway.json("GET", f"/numbers/active/{number}")


def test_rented_number_is_no_longer_offered(gateway: Gateway, number: str) -> None:
    again = gateway.json("POST", "/numbers/order", data={"number": number})
    assert again["success"] is False
    assert again["error"]


@pytest.mark.parametrize(
    "given",
    [
        {"json": {"sms_forward": ["4917612345678"], "friendly_name": "Desk"}},
        {"data": {"sms_forward[0]": "4917612345678", "friendly_name": "Desk"}},
    ],
)
def test_forwarding_is_set_in_every_spelling(
    gateway: Gateway, number: str, given: dict[str, Any]
) -> None:
    active = gateway.json("PATCH", f"/numbers/active/{number}", **given)
    assert active["friendly_name"] == "Desk"
    assert active["forward_sms_mo"]["sms"] == {
        "number": ["4917612345678"],
        "enabled": True,
    }


def test_cancelled_number_expires_at_the_end_of_its_period(
    gateway: Gateway, number: str
) -> None:
    gateway.json("DELETE", f"/numbers/active/{number}")
    assert gateway.json("GET", f"/numbers/active/{number}")["expires"] is not None


def test_number_can_go_at_once(gateway: Gateway, number: str) -> None:
    gateway.json("DELETE", f"/numbers/active/{number}", json={"delete_immediately": 1})
    assert gateway.call("GET", f"/numbers/active/{number}").status_code == 404
