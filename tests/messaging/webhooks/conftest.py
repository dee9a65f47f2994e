"""Post to the letterbox as the gateway does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Connection
from messaging import bell
from seven_dashboard.gateway import signing

Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep the bell from ringing at a broker; return who would have been called."""
    rung: list[object] = []
    monkeypatch.setattr(bell, "ring", rung.append)
    return rung


def event(name: str, **data: object) -> dict[str, Any]:
    return {
        "data": data,
        "webhook_event": name,
        "webhook_timestamp": "2026-11-23T08:08:00+01:00",
    }


def nested(envelope: Mapping[str, Any]) -> str:
    """Spell an envelope as PHP does: data[id]=1&webhook_event=dlr."""
    pairs = [(f"data[{k}]", v) for k, v in envelope["data"].items()]
    pairs += [(k, v) for k, v in envelope.items() if k != "data"]
    return urlencode(pairs)


@pytest.fixture
def post(connection: Connection) -> Post:
    """Return a function that posts a signed event; every part can be spoiled."""

    def send(
        envelope: Mapping[str, Any] | bytes,
        *,
        key: str | None = None,
        age_s: float = 0,
        form: str = "json",
        token: str = "",
        source: str = "127.0.0.1",
        signed_for: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        path = f"/webhooks/{token or connection.webhook_token}/"
        body, content_type, query = b"", "application/json", ""
        if isinstance(envelope, bytes):
            body = envelope
        elif form in ("json", "chunks"):
            body = json.dumps(envelope).encode()
        elif form == "form":
            body = nested(envelope).encode()
            content_type = "application/x-www-form-urlencoded"
        else:
            query = f"?{nested(envelope)}"
        signed = signing.signed_headers(
            key=connection.signing_key.reveal() if key is None else key,
            method="GET" if form == "get" else "POST",
            url=f"{signed_for or settings.PUBLIC_URL}{path}{query}",
            body=body,
            timestamp=round(time.time() - age_s),
        )
        client = Client(headers={**signed, **(headers or {})}, REMOTE_ADDR=source)
        if form == "get":
            return client.get(path + query)
        if form == "chunks":
            meta: dict[str, Any] = {
                "CONTENT_TYPE": content_type,
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input": BytesIO(body),
            }
            return client.generic("POST", path, **meta)
        return client.post(path, data=body, content_type=content_type)

    # Keys are plain text on a row that was just created.
    connection.refresh_from_db()
    return send
