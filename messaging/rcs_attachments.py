"""What an RCS message holds besides words: a file, a place, the answer to a button.

gateway.md 4: ``content_type`` says which; what it holds stands in ``text`` or beside
it. All of it comes from a stranger: it is cut to size when it is read, and an address
becomes a link only if it is https, names a host and holds no password.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

FILE, PLACE, SUGGESTION = "file", "location", "suggestion"
MAX_NAME, MAX_URL = 200, 2_000
_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=16/{0}/{1}"
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the page offers it; ``url`` is empty where it must not be a link."""

    name: str
    mime: str
    size_bytes: int | None
    url: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def icon(self) -> str:
        kind = self.mime.partition("/")[0]
        return {"image": "photo", "audio": "microphone"}.get(kind, "file-text")


@dataclass(frozen=True, slots=True)
class SentPlace:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float

    @property
    def url(self) -> str:
        return _MAP.format(f"{self.latitude:.6f}", f"{self.longitude:.6f}")

    @property
    def words(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


def read(data: Mapping[str, Any]) -> Content | None:
    """Return what an event's data hold besides words, as it is stored; None: nothing.

    ``data`` is what the gateway sent, unchecked.
    """
    kind = str(data.get("content_type") or "").lower()
    for held in _holders(data):
        found = _file(held) or _place(held)
        if found:
            return found
        postback = held.get("postbackData")
        if kind == "suggestion_response" and isinstance(postback, str):
            return {"kind": SUGGESTION, "postback": _cut(postback, MAX_NAME)}
    return None


def file_of(content: Content | None) -> SentFile | None:
    """Return the file that a stored message holds, or None."""
    if not content or content.get("kind") != FILE:
        return None
    return SentFile(
        name=str(content.get("name", "")),
        mime=str(content.get("mime", "")),
        size_bytes=content.get("size"),
        url=safe_url(str(content.get("uri", ""))),
    )


def place_of(content: Content | None) -> SentPlace | None:
    """Return the place that a stored message holds, or None."""
    if not content or content.get("kind") != PLACE:
        return None
    return SentPlace(content["latitude"], content["longitude"])


def safe_url(address: str) -> str:
    """Return an address that may be offered as a link, "" for any other."""
    if len(address) > MAX_URL or not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    is_plain = parts.scheme == "https" and bool(host) and "@" not in parts.netloc
    return address if is_plain and "\\" not in address else ""


def _holders(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the places where the content may stand, the likely one first."""
    for name in ("text", "user_file", "userFile", "location"):
        value = data.get(name)
        if isinstance(value, str) and value.lstrip().startswith("{"):
            value = _parsed(value)
        if isinstance(value, Mapping):
            yield value
    yield data


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _file(held: Mapping[str, Any]) -> Content | None:
    payload = held.get("payload")
    payload = payload if isinstance(payload, Mapping) else held
    uri = payload.get("fileUri")
    if not isinstance(uri, str) or not uri:
        return None
    size = _number(payload.get("fileSizeBytes"))
    return {
        "kind": FILE,
        "name": _cut(payload.get("fileName"), MAX_NAME),
        "mime": _cut(payload.get("mimeType"), 100).lower(),
        "size": int(size) if size is not None and 0 <= size < 2**53 else None,
        "uri": _cut(uri, MAX_URL),
    }


def _place(held: Mapping[str, Any]) -> Content | None:
    latitude, longitude = _number(held.get("latitude")), _number(held.get("longitude"))
    if latitude is None or longitude is None:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return {"kind": PLACE, "latitude": latitude, "longitude": longitude}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _cut(value: object, most: int) -> str:
    text = value if isinstance(value, str) else ""
    return text.replace("\0", "")[:most]
