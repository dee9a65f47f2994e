"""Addresses for others to post to: public ones, however they are spelled."""

from __future__ import annotations

import pytest

from accounts import targets


def names(host: str) -> list[str]:
    known = {
        "shop.example.com": ["198.41.0.4"],
        "inner.example.com": ["198.41.0.4", "10.1.2.3"],
        "six.example.com": ["fd00::1"],
    }
    return known.get(host, [])


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/hooks?x=1",
        "http://198.41.0.4:8080/",
        "https://[2001:500:2::c]/x",
        # Whether it is known at the gateway is for the gateway to say.
        "https://unknown.example.org/",
    ],
)
def test_public_address_is_taken(url: str) -> None:
    assert targets.flaw(url, resolve=names) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1%25eth0]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::7f00:1]/",
        "http://[::ffff:0:7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[fec0::1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://db/",
        "https://printer.local/",
        "https://app.internal/",
        "https://inner.example.com/",
        "https://six.example.com/",
    ],
)
def test_internal_address_is_refused(url: str) -> None:
    assert targets.flaw(url, resolve=names) == targets.INTERNAL


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
def test_odd_spelling_of_an_internal_address_is_refused(host: str) -> None:
    # The resolver of the system reads these, as the gateway's may.
    assert targets.flaw(f"http://{host}/") == targets.INTERNAL


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example.com",
        "ftp://shop.example.com/",
        "javascript:alert(1)",
        "https:///x",
        "https://shop.example.com:99999/",
        "https://shop.example.com/a b",
        "https://shop.example.com\\@127.0.0.1/",
        "https://shop.example.com/" + "x" * 600,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert targets.flaw(url, resolve=names) == targets.NO_URL


def test_password_in_the_address_is_refused() -> None:
    url = "https://user:pw@shop.example.com/"
    assert targets.flaw(url, resolve=names) == targets.WITH_PASSWORD
