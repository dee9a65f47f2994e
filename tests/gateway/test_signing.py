from __future__ import annotations

import hashlib
import hmac
import re
import subprocess
import sys
from typing import Any

import pytest

from seven_dashboard.gateway import signing
from seven_dashboard.gateway.signing import Flaw, SignatureInvalid

NOW = 1_700_000_000
URL = "https://dashboard.example.org/webhooks/token/?a=1&b=%C3%BC"
BODY = b'{"webhook_event":"dlr"}'


def signed(**changes: Any) -> dict[str, Any]:
    """Return what verify takes, rightly signed, with some of it changed after."""
    headers = signing.signed_headers(
        key="s3cret", method="POST", url=URL, body=BODY, timestamp=NOW
    )
    good = {
        "key": "s3cret",
        "method": "POST",
        "url": URL,
        "body": BODY,
        "timestamp": headers["X-Timestamp"],
        "nonce": headers["X-Nonce"],
        "signature": headers["X-Signature"],
        "now": NOW,
    }
    return good | changes


def test_signature_is_made_as_documented() -> None:
    nonce = "a" * 32
    text = f"{NOW}\n{nonce}\nPOST\n{URL}\n{hashlib.md5(BODY).hexdigest()}"
    expected = hmac.new(b"s3cret", text.encode(), hashlib.sha256).hexdigest()
    signature = signing.sign(
        key="s3cret", method="post", url=URL, body=BODY, timestamp=NOW, nonce=nonce
    )
    assert signature == expected


def test_good_signature_vouches_for_time_and_nonce() -> None:
    given = signed()
    verified = signing.verify(**given)
    assert (verified.timestamp, verified.nonce) == (NOW, given["nonce"])


def test_nonce_is_32_letters_and_digits() -> None:
    assert re.fullmatch("[A-Za-z0-9]{32}", signing.new_nonce())
    assert signing.new_nonce() != signing.new_nonce()


CHANGES: dict[str, tuple[dict[str, Any], Flaw]] = {
    "other key": ({"key": "other"}, Flaw.MISMATCH),
    "no key": ({"key": ""}, Flaw.MISSING),
    "other method": ({"method": "GET"}, Flaw.MISMATCH),
    "other query": ({"url": URL + "1"}, Flaw.MISMATCH),
    "other host": ({"url": URL.replace("org", "com")}, Flaw.MISMATCH),
    "other body": ({"body": BODY + b" "}, Flaw.MISMATCH),
    "no body": ({"body": b""}, Flaw.MISMATCH),
    "other nonce": ({"nonce": "b" * 32}, Flaw.MISMATCH),
    "nonce of two lines": ({"nonce": "abcdefgh\nPOST"}, Flaw.BAD_NONCE),
    "other time": ({"timestamp": str(NOW + 1)}, Flaw.MISMATCH),
    "time in words": ({"timestamp": "now"}, Flaw.BAD_TIMESTAMP),
    "time in other digits": ({"timestamp": "\u0661\u0662"}, Flaw.BAD_TIMESTAMP),
    "time with a sign": ({"timestamp": f"+{NOW}"}, Flaw.BAD_TIMESTAMP),
    "endless time": ({"timestamp": "9" * 5000}, Flaw.BAD_TIMESTAMP),
    "no time": ({"timestamp": None}, Flaw.MISSING),
    "no nonce": ({"nonce": None}, Flaw.MISSING),
    "no signature": ({"signature": None}, Flaw.MISSING),
    "empty signature": ({"signature": ""}, Flaw.MISSING),
    "signature in other letters": ({"signature": "\u00e4" * 64}, Flaw.MISMATCH),
    "half a character": ({"signature": "\ud800"}, Flaw.MISMATCH),
    "too old": ({"now": NOW + 301}, Flaw.TOO_OLD),
    "too old for a request": ({"now": NOW + 31, "max_age_s": 30}, Flaw.TOO_OLD),
    "from the future": ({"now": NOW - 31}, Flaw.FROM_THE_FUTURE),
    "old and forged": ({"now": NOW + 999, "body": b""}, Flaw.MISMATCH),
}


@pytest.mark.parametrize("name", CHANGES)
def test_failed_check_is_named(name: str) -> None:
    changes, flaw = CHANGES[name]
    with pytest.raises(SignatureInvalid) as caught:
        signing.verify(**signed(**changes))
    assert caught.value.flaw is flaw


@pytest.mark.parametrize("age_s", [-30, 0, 300])
def test_age_within_the_limit_is_fine(age_s: int) -> None:
    assert signing.verify(**signed(now=NOW + age_s))


def test_headers_are_found_whatever_their_case() -> None:
    given = signed()
    headers = {
        "x-timestamp": given["timestamp"],
        "X-NONCE": given["nonce"],
        "X-Signature": given["signature"].upper(),
    }
    assert signing.verify_headers(
        headers, key="s3cret", method="POST", url=URL, body=BODY, now=NOW
    )


def test_signing_brings_no_http_library_along() -> None:
    program = (
        "import sys, seven_dashboard.gateway.signing\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not names & {'requests', 'pydantic', 'urllib3'}, names"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
