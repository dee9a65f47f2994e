from __future__ import annotations

from typing import Any

import pytest

from .conftest import Gateway

URL = "http://127.0.0.1:9/hook"


def test_list_is_top_level_with_string_ids(gateway: Gateway) -> None:
    number = gateway.hook(URL, "all", "POST")
    answer = gateway.json("GET", "/hooks")
    (hook,) = answer["hooks"]
    assert list(answer) == ["success", "code", "hooks"]
    assert isinstance(number, int)
    assert hook | {"created": ""} == {
        "id": str(number),
        "target_url": URL,
        "headers": "",
        "event_type": "all",
        "event_filter": None,
        "request_method": "POST",
        "enabled": True,
        "created": "",
    }


def test_method_is_post_unless_said(gateway: Gateway) -> None:
    gateway.json("POST", "/hooks", data={"target_url": URL, "event_type": "dlr"})
    assert gateway.json("GET", "/hooks")["hooks"][0]["request_method"] == "POST"


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://example.org/x"])
def test_bad_url_is_refused_as_recorded(gateway: Gateway, url: str) -> None:
    data = {"target_url": url, "event_type": "all"}
    answer = gateway.json("POST", "/hooks", data=data)
    refusal = {"success": False, "code": None, "error_message": "Invalid URL"}
    assert answer == refusal


@pytest.mark.parametrize("kind", ["params", "data", "json"])
def test_delete_takes_the_id_anywhere(gateway: Gateway, kind: str) -> None:
    given: dict[str, Any] = {kind: {"id": gateway.hook(URL)}}
    assert gateway.json("DELETE", "/hooks", **given)["success"] is True
    assert gateway.json("GET", "/hooks")["hooks"] == []


def test_old_actions_work(gateway: Gateway) -> None:
    subscribe = {"action": "subscribe", "target_url": URL, "event_type": "dlr"}
    number = gateway.json("POST", "/hooks", params=subscribe)["id"]
    listed = gateway.json("GET", "/hooks", params={"action": "read"})["hooks"]
    assert [hook["id"] for hook in listed] == [str(number)]
    gone = {"action": "unsubscribe", "id": number}
    assert gateway.json("POST", "/hooks", data=gone)["success"] is True
