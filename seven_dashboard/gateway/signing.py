"""Signatures of gateway requests and webhooks, which share one scheme.

Standard library only, because the sandbox and the webhook view use it too.
Source: docs.seven.io, "Signing" and "Webhooks". The string to sign is the
timestamp, nonce, method, full URL with its query, and MD5 of the raw body, joined by
line feeds; the signature is its HMAC-SHA256 in lower-case hex.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SIGNATURE_HEADER: Final = "X-Signature"
TIMESTAMP_HEADER: Final = "X-Timestamp"
NONCE_HEADER: Final = "X-Nonce"

# docs.seven.io: a request may be 30 s old. The published webhook verifiers take 300 s.
REQUEST_MAX_AGE_S: Final = 30
WEBHOOK_MAX_AGE_S: Final = 300
# A clock slightly ahead of ours is not an attack.
MAX_AHEAD_S: Final = 30

_NONCE: Final = re.compile(r"[A-Za-z0-9]{8,128}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class Flaw(StrEnum):
    """Name the check that a signature failed."""

    MISSING = "missing"
    BAD_TIMESTAMP = "bad_timestamp"
    BAD_NONCE = "bad_nonce"
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"
    MISMATCH = "mismatch"


class SignatureInvalid(Exception):
    """Say that a signature does not hold, and which check failed."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Verified:
    """Hold what a good signature vouches for; remember the nonce against replays."""

    timestamp: int
    nonce: str


def new_nonce() -> str:
    """Return 32 random letters and digits, 128 bits of chance."""
    return secrets.token_hex(16)


def sign(
    *, key: str, method: str, url: str, body: bytes, timestamp: int | str, nonce: str
) -> str:
    """Return the signature in lower-case hex.

    `url` is the exact URL of the request, with its query; `body` the raw bytes sent,
    empty for a request without one.
    """
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    text = "\n".join((str(timestamp), nonce, method.upper(), url, digest))
    mac = hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return mac.hexdigest()


def signed_headers(
    *,
    key: str,
    method: str,
    url: str,
    body: bytes,
    timestamp: int | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """Return the three headers that sign this request, as of now unless told."""
    stamp = int(time.time()) if timestamp is None else timestamp
    once = new_nonce() if nonce is None else nonce
    signature = sign(
        key=key, method=method, url=url, body=body, timestamp=stamp, nonce=once
    )
    return {
        TIMESTAMP_HEADER: str(stamp),
        NONCE_HEADER: once,
        SIGNATURE_HEADER: signature,
    }


def verify(
    *,
    key: str,
    method: str,
    url: str,
    body: bytes,
    timestamp: str | None,
    nonce: str | None,
    signature: str | None,
    max_age_s: float = WEBHOOK_MAX_AGE_S,
    max_ahead_s: float = MAX_AHEAD_S,
    now: float | None = None,
) -> Verified:
    """Return what the signature vouches for, or raise SignatureInvalid.

    The age is judged after the signature, so that a stranger learns nothing about the
    clock. Whether the nonce was seen before is for the caller to know.
    """
    if not (key and timestamp and nonce and signature):
        raise SignatureInvalid(Flaw.MISSING)
    if not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureInvalid(Flaw.BAD_TIMESTAMP)
    if not _NONCE.fullmatch(nonce):
        raise SignatureInvalid(Flaw.BAD_NONCE)
    expected = sign(
        key=key, method=method, url=url, body=body, timestamp=timestamp, nonce=nonce
    )
    given = signature.lower().encode("utf-8", "replace")
    if not hmac.compare_digest(expected.encode(), given):
        raise SignatureInvalid(Flaw.MISMATCH)
    age_s = (time.time() if now is None else now) - int(timestamp)
    _check_age(age_s, max_age_s=max_age_s, max_ahead_s=max_ahead_s)
    return Verified(timestamp=int(timestamp), nonce=nonce)


def verify_headers(
    headers: Mapping[str, str],
    *,
    key: str,
    method: str,
    url: str,
    body: bytes,
    max_age_s: float = WEBHOOK_MAX_AGE_S,
    now: float | None = None,
) -> Verified:
    """Verify the signature that `headers` carry, whatever the case of their names."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return verify(
        key=key,
        method=method,
        url=url,
        body=body,
        timestamp=lowered.get(TIMESTAMP_HEADER.lower()),
        nonce=lowered.get(NONCE_HEADER.lower()),
        signature=lowered.get(SIGNATURE_HEADER.lower()),
        max_age_s=max_age_s,
        now=now,
    )


def _check_age(age_s: float, *, max_age_s: float, max_ahead_s: float) -> None:
    if age_s > max_age_s:
        raise SignatureInvalid(Flaw.TOO_OLD)
    if age_s < -max_ahead_s:
        raise SignatureInvalid(Flaw.FROM_THE_FUTURE)
