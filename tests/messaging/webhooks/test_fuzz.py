"""Whatever is posted: no mistake of ours, nothing stored twice, nothing lost.

200 bodies with the other tests; ``FUZZ_BODIES=10000`` is the long form (minutes).
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from urllib.parse import quote_plus, urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Connection, Workspace
from messaging.models import Campaign, Message, WebhookEvent
from messaging.services import letterbox, reports
from seven_dashboard.gateway import signing
from seven_dashboard.sandbox.webhooks import flatten

BODIES = int(os.environ.get("FUZZ_BODIES", "200"))
# One for all: each makes its chain of middleware at its first request.
BROWSER = Client()
KINDS = (
    *("sms_mo", "dlr", "rcs", "rcs_dlr", "rcs_mo", "voice_call", "voice_status"),
    *("voice_dtmf", "tracking", "all", "dashboard_test"),
)
IDS = ("77000000001", "77000000002", "1038703", "681590", 681590)
FIELDS: dict[str, tuple[object, ...]] = {
    "id": IDS,
    "msg_id": IDS,
    "sms_id": IDS,
    "sender": ("4915112345000", "SMS", "+49 151 1234-5001", "0" * 40),
    "caller": ("4915112345000",),
    "system": ("491771783130", None),
    "recipient": ("4915112345001",),
    "text": ("STOP", "Hello", "ä" * 2000, {"text": "Yes", "postbackData": "1"}),
    "time": ("1605878104", 1709870553, "99999999999999", "-1"),
    "timestamp": ("2021-08-24 08:08:00.000000", 1614961009, "0000-00-00 00:00:00"),
    "status": ("DELIVERED", "TRANSMITTED", "READ", "IS_TYPING", "completed", "x" * 99),
    "duration": ("8", 8, -1, 10**30),
    "pricePerMinute": (0.045, "0.045", "NaN", 10**40),
    "total_price": (0.09, "1e400"),
    "dtmf_digit": (1, "#", "*"),
    "type": ("click", "view"),
    "total_clicks": (1, "2", -5, 10**20),
    "final_url": ("https://shop.example/", "javascript:alert(1)"),
    "foreign_id": ("c-1", "x" * 300),
    "message_type": ("SMS", "RCS"),
    "content_type": ("text", "user_file", "location"),
    "payload": ({"fileUri": "https://x.example/a.png"},),
    "code": ("0" * 32,),
}
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
data = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(values) | junk for name, values in FIELDS.items()},
)
envelopes = st.fixed_dictionaries(
    {"webhook_event": st.sampled_from(KINDS) | st.text(max_size=60)},
    optional={
        "data": data | junk,
        "webhook_timestamp": st.sampled_from(["2021-08-24T08:08:00+02:00", "x", 7]),
        "more": junk,
    },
)
CONTENT_TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "a" * 300,
)
Posted = tuple[str, bytes, str, str]


@st.composite
def posts(draw: st.DrawFn) -> Posted:
    """Give method, body, query and content type, as the gateway does and as not."""
    form = draw(st.sampled_from(["json", "form", "get", "cut", "raw"]))
    content_type = draw(st.sampled_from(CONTENT_TYPES))
    if form == "raw":
        return "POST", draw(st.binary(max_size=200)), "", content_type
    envelope = draw(envelopes)
    if form == "json":
        return "POST", json.dumps(envelope).encode(), "", "application/json"
    if form == "cut":
        spelled = json.dumps(envelope).encode()
        return "POST", spelled[: draw(st.integers(0, len(spelled)))], "", content_type
    pairs = "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in flatten(envelope))
    if form == "get":
        return "GET", b"", pairs, ""
    return "POST", pairs.encode(), "", "application/x-www-form-urlencoded"


SPOILED = ("", "", "", "", "key", "nonce", "time", "signature", "body")


@pytest.fixture
def door(workspace: Workspace, connection: Connection) -> str:
    """Return the path to post to; two messages wait for what is said of them."""
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    for number, gateway_id in ((0, IDS[0]), (1, "")):
        Message.objects.create(
            workspace=workspace,
            campaign=campaign,
            recipient=f"+491511234500{number}",
            state="accepted",
            gateway_id=str(gateway_id),
            attempted_at=connection.created_at,
        )
    connection.refresh_from_db()
    return f"/webhooks/{connection.webhook_token}/"


@settings(
    max_examples=BODIES,
    derandomize=BODIES <= 200,
    suppress_health_check=list(HealthCheck),
)
@given(posted=posts(), spoiled=st.sampled_from(SPOILED))
def test_every_body_is_kept_once_or_refused(
    door: str, connection: Connection, posted: Posted, spoiled: str
) -> None:
    method, body, query, _type = posted
    headers = signed(door, connection, posted, spoiled)
    statuses = {send(door, posted, headers) for _twice in range(2)}
    digest = hashlib.sha256(body + b"\0" + query.encode()).hexdigest()
    rows = WebhookEvent.objects.filter(digest=digest)
    if spoiled:
        assert statuses == {401}
        return
    assert statuses == {200}
    [row] = rows
    assert (bytes(row.body), row.query) == (body, query)
    reports.apply_pending()
    row.refresh_from_db()
    assert row.state != WebhookEvent.State.PENDING, row.error
    assert row.kind or row.state == WebhookEvent.State.FAILED


def signed(
    door: str, connection: Connection, posted: Posted, spoiled: str
) -> dict[str, str]:
    method, body, query, _type = posted
    key = connection.signing_key.reveal()
    found = signing.signed_headers(
        key="wrong" if spoiled == "key" else key,
        method=method,
        url=f"{django_settings.PUBLIC_URL}{door}{'?' if query else ''}{query}",
        body=body + (b"x" if spoiled == "body" else b""),
        timestamp=round(time.time()) - (letterbox.MAX_AGE_S + 60) * (spoiled == "time"),
    )
    if spoiled == "nonce":
        found[signing.NONCE_HEADER] = signing.new_nonce()
    if spoiled == "signature":
        found[signing.SIGNATURE_HEADER] = "0" * 64
    return found


def send(door: str, posted: Posted, headers: dict[str, str]) -> int:
    method, body, query, content_type = posted
    answer = BROWSER.generic(
        method,
        door,
        body,
        content_type=content_type,
        QUERY_STRING=query,
        headers=headers,
    )
    return int(answer.status_code)


def test_long_and_deep_bodies_are_kept_or_refused(
    door: str, connection: Connection
) -> None:
    deep = b'{"webhook_event":"dlr","data":' + b'{"a":' * 5000 + b"1" + b"}" * 5001
    wide = urlencode([(f"data[{n}]", n) for n in range(2000)]).encode()
    odd = b'{"webhook_event":"sms_mo","data":{"id":"1","sender":"\\ud800\\u0000"}}'
    digits = b'{"webhook_event":"dlr","data":{"msg_id":' + b"9" * 5000 + b"}}"
    for body in (deep, wide, odd, digits):
        posted = ("POST", body, "", "application/json")
        assert send(door, posted, signed(door, connection, posted, "")) == 200
    reports.apply_pending()
    assert not WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING).exists()
    assert WebhookEvent.objects.count() == 4
