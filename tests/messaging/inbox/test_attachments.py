"""What RCS messages hold besides words comes from strangers."""

from __future__ import annotations

from typing import Any

import pytest

from messaging import rcs_attachments

FILE = {
    "payload": {
        "mimeType": "image/jpeg",
        "fileSizeBytes": "1280",
        "fileName": "cake.jpg",
        "fileUri": "https://files.example/cake.jpg",
    }
}


@pytest.mark.parametrize(
    "data",
    [
        {"content_type": "user_file", "text": FILE},
        {"content_type": "user_file", **FILE},
        {"content_type": "user_file", "user_file": FILE},
        {"content_type": "user_file", "text": FILE["payload"]},
        {
            "content_type": "user_file",
            "text": '{"payload": {"mimeType": "image/jpeg",'
            '"fileSizeBytes": 1280, "fileName": "cake.jpg",'
            '"fileUri": "https://files.example/cake.jpg"}}',
        },
    ],
    ids=["in text", "beside it", "by name", "bare", "as JSON text"],
)
def test_file_is_found_wherever_it_stands(data: dict[str, Any]) -> None:
    file = rcs_attachments.file_of(rcs_attachments.read(data))
    assert file is not None
    assert (file.name, file.size_bytes, file.host) == (
        "cake.jpg",
        1280,
        "files.example",
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://files.example/a.jpg",
        "javascript:alert(1)",
        "https://bank.example@files.example/a",
        "https:///a.jpg",
        "https://files.example/a b",
        "https://files.example\\@evil.example/",
        "https://[bad/",
        "https://files.example/" + "a" * 2000,
        "//files.example/a.jpg",
        "data:text/html,x",
    ],
)
def test_only_plain_https_becomes_a_link(address: str) -> None:
    assert rcs_attachments.safe_url(address) == ""


def test_place_becomes_a_link_to_a_map() -> None:
    data = {"content_type": "location", "text": {"latitude": "54.3", "longitude": 10.1}}
    place = rcs_attachments.place_of(rcs_attachments.read(data))
    assert place is not None
    assert place.url.startswith("https://www.openstreetmap.org/?mlat=54.300000")


@pytest.mark.parametrize(
    "data",
    [
        {"content_type": "text", "text": "Hello"},
        {"content_type": "location", "text": {"latitude": 91, "longitude": 0}},
        {"content_type": "location", "latitude": "nan", "longitude": True},
        {"content_type": "user_file", "text": "{" * 9_000},
        {"content_type": "user_file", "payload": {"fileUri": 7}},
        {"text": None},
    ],
)
def test_anything_else_holds_nothing(data: dict[str, Any]) -> None:
    assert rcs_attachments.read(data) is None


def test_odd_sizes_are_left_out() -> None:
    for size in (-1, "x", float("inf"), 10**400, True, None):
        payload = {**FILE["payload"], "fileSizeBytes": size}
        content = rcs_attachments.read({"text": {"payload": payload}})
        assert content is not None
        assert content["size"] is None
