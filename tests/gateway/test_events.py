from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seven_dashboard.gateway import events
from seven_dashboard.gateway.events import EventKind, GatewayEvent, MalformedEvent

FORM = "application/x-www-form-urlencoded"
AT = "2021-08-24T08:08:00+02:00"

SMS_MO = {
    "id": "681590",
    "sender": "SMS",
    "system": "491771783130",
    "text": "Hello World",
    "time": "1605878104",
    "message_type": "SMS",
}
DLR = {
    "msg_id": "77149843739",
    "status": "TRANSMITTED",
    "timestamp": "2021-08-24 08:08:00.000000",
    "foreign_id": "c-1",
}
TRACKING = {
    "type": "click",
    "sms_id": "77",
    "sms_label": None,
    "final_url": "https://example.org",
    "tracking_url": "https://svn.me/x",
    "total_clicks": 1,
    "total_views": "2",
}
VOICE = {
    "id": "1038703",
    "status": "completed",
    "callerId": "4917",
    "recipient": "4916",
    "duration": "8",
    "pricePerMinute": 0.045,
    "timestamp": 1614961009,
}
DTMF = VOICE | {
    "id": 1038703,
    "duration": 8,
    "dtmf_digit": "5",
    "system": "49",
    "total_price": 0.1,
}
VOICE_CALL = {
    "id": 2,
    "caller": "4943160049851",
    "system": "491716958038",
    "time": 1614961009,
}
RCS_STATUS = {
    "msg_id": "77",
    "status": "READ",
    "sender": "4917",
    "agent_id": "me",
    "foreign_id": None,
    "timestamp": "2024-03-08 05:02:33",
}
RCS_MO = {
    "id": 1871353,
    "sender": "4917",
    "time": 1709870553,
    "message_type": "RCS",
    "content_type": "text",
    "text": "Hallo",
    "agent_id": "myfancyagent",
}
SUGGESTION = RCS_MO | {
    "content_type": "suggestion_response",
    "text": {"text": "Yes", "postbackData": "yes", "type": "REPLY"},
}
FILE = {
    **RCS_MO,
    "content_type": "user_file",
    "text": None,
    "payload": {"mimeType": "image/png", "fileName": "a.png"},
}

KINDS: dict[str, tuple[str, dict[str, Any], EventKind]] = {
    "sms_mo": ("sms_mo", SMS_MO, EventKind.INBOUND_SMS),
    "dlr": ("dlr", DLR, EventKind.DELIVERY_REPORT),
    "tracking": ("tracking", TRACKING, EventKind.TRACKING),
    "voice_status": ("voice_status", VOICE, EventKind.VOICE_STATUS),
    "voice_dtmf": ("voice_dtmf", DTMF, EventKind.VOICE_DTMF),
    "voice_call": ("voice_call", VOICE_CALL, EventKind.VOICE_CALL),
    "rcs status": ("rcs", RCS_STATUS, EventKind.RCS_STATUS),
    "rcs inbound": ("rcs", RCS_MO, EventKind.RCS_INBOUND),
    "rcs suggestion": ("rcs", SUGGESTION, EventKind.RCS_INBOUND),
    "rcs file": ("rcs", FILE, EventKind.RCS_INBOUND),
    "rcs_dlr": ("rcs_dlr", RCS_STATUS, EventKind.RCS_STATUS),
    "rcs_mo": ("rcs_mo", RCS_MO, EventKind.RCS_INBOUND),
    "whatsapp": ("waba_mo", {"id": "1"}, EventKind.UNKNOWN),
    "report without an id": ("dlr", {"status": "DELIVERED"}, EventKind.UNKNOWN),
}


def nested(value: object, name: str) -> list[tuple[str, str]]:
    """Spell a value as PHP does."""
    if isinstance(value, dict):
        return [
            pair
            for key, item in value.items()
            for pair in nested(item, f"{name}[{key}]")
        ]
    return [(name, "" if value is None else str(value))]


def as_json(name: str, data: object, at: object = AT) -> GatewayEvent:
    envelope = {"data": data, "webhook_event": name, "webhook_timestamp": at}
    body = json.dumps(envelope).encode()
    return events.parse(content_type="application/json", body=body, query="")


def spelled(name: str, data: object) -> str:
    pairs = [*nested(data, "data"), ("webhook_event", name), ("webhook_timestamp", AT)]
    return urlencode(pairs)


def as_form(name: str, data: object) -> GatewayEvent:
    return events.parse(
        content_type=f"{FORM}; charset=UTF-8",
        body=spelled(name, data).encode(),
        query="ignored=1",
    )


def as_query(name: str, data: object) -> GatewayEvent:
    return events.parse(content_type="", body=b"", query=spelled(name, data))


@pytest.mark.parametrize("deliver", [as_json, as_form, as_query])
@pytest.mark.parametrize("case", KINDS)
def test_event_is_recognised_in_every_delivery(case: str, deliver: Any) -> None:
    name, data, kind = KINDS[case]
    event = deliver(name, data)
    assert event.kind is kind
    assert event.name == name
    assert set(event.raw["data"]) >= set(data)


@pytest.mark.parametrize("case", KINDS)
def test_form_and_json_say_the_same(case: str) -> None:
    name, data, _kind = KINDS[case]
    from_json, from_form = as_json(name, data), as_form(name, data)
    assert from_json.data == from_form.data
    assert from_json.occurred_at == from_form.occurred_at


READINGS: dict[str, tuple[str, dict[str, Any], dict[str, object]]] = {
    "dlr": (
        "dlr",
        DLR,
        {"message_id": "77149843739", "status": "TRANSMITTED", "foreign_id": "c-1"},
    ),
    "sms_mo": (
        "sms_mo",
        SMS_MO,
        {"id": "681590", "recipient": "491771783130", "text": "Hello World"},
    ),
    "tracking": (
        "tracking",
        TRACKING,
        {"message_id": "77", "label": None, "total_clicks": 1, "total_views": 2},
    ),
    "voice": (
        "voice_status",
        VOICE,
        {"call_id": "1038703", "caller": "4917", "duration_s": 8},
    ),
    "price": ("voice_status", VOICE, {"price_per_minute": Decimal("0.045")}),
    "dtmf": ("voice_dtmf", DTMF, {"digit": "5", "total_price": Decimal("0.1")}),
    "call": ("voice_call", VOICE_CALL, {"call_id": "2", "recipient": "491716958038"}),
    "rcs": ("rcs", RCS_STATUS, {"message_id": "77", "status": "READ"}),
    "rcs text": ("rcs", RCS_MO, {"text": "Hallo", "id": "1871353"}),
    "suggestion": ("rcs", SUGGESTION, {"text": "Yes"}),
    "file": ("rcs", FILE, {"text": "", "content_type": "user_file"}),
}


@pytest.mark.parametrize("case", READINGS)
def test_data_are_read(case: str) -> None:
    name, data, expected = READINGS[case]
    read = as_json(name, data).data
    assert {key: getattr(read, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("name", "data", "at", "expected"),
    [
        ("sms_mo", SMS_MO, AT, datetime(2020, 11, 20, 13, 15, 4, tzinfo=UTC)),
        ("dlr", DLR, "", datetime(2021, 8, 24, 6, 8, tzinfo=UTC)),
        ("x", {}, AT, datetime(2021, 8, 24, 6, 8, tzinfo=UTC)),
        ("x", {}, AT.replace("+", " "), datetime(2021, 8, 24, 6, 8, tzinfo=UTC)),
        ("x", {}, "2020-12-02 11:55:44", datetime(2020, 12, 2, 10, 55, 44, tzinfo=UTC)),
    ],
)
def test_time_is_the_event_s_own_or_the_webhook_s(
    name: str, data: object, at: str, expected: datetime
) -> None:
    occurred_at = as_json(name, data, at).occurred_at
    assert occurred_at is not None
    assert occurred_at.astimezone(UTC) == expected


@pytest.mark.parametrize(
    "at", ["", "soon", "0001-01-01T00:00:00+14:00", "9" * 13, [], None, 10**15]
)
def test_odd_time_is_none(at: object) -> None:
    occurred_at = as_json("x", {}, at).occurred_at
    assert occurred_at is None or occurred_at.tzinfo is not None


@pytest.mark.parametrize("data", [[], None, "x", 5])
def test_event_with_odd_data_is_kept(data: object) -> None:
    event = as_json("dlr", data)
    assert event.kind is EventKind.UNKNOWN
    assert event.raw["data"] == data


def test_raw_can_be_stored() -> None:
    event = as_json("voice_status", VOICE | {"note": "a\x00b\ud83d"})
    stored = json.dumps(event.raw, ensure_ascii=False).encode()
    assert json.loads(stored)["data"]["pricePerMinute"] == "0.045"
    assert json.loads(stored)["data"]["note"] == "a\ufffdb\ufffd"


def deep(levels: int) -> bytes:
    return b'{"webhook_event":"x","data":' + b"[" * levels + b"]" * levels + b"}"


MALFORMED: dict[str, tuple[str, bytes]] = {
    "nothing": ("", b""),
    "no JSON": ("application/json", b"{"),
    "JSON list": ("application/json", b"[]"),
    "JSON null": ("application/json", b"null"),
    "JSON text": ("application/json", b'"dlr"'),
    "not a number": ("application/json", b'{"webhook_event":"x","data":{"a":NaN}}'),
    "no UTF-8": ("application/json", b'{"webhook_event":"\xff"}'),
    "no event": ("application/json", b'{"data":{}}'),
    "event is an object": ("application/json", b'{"webhook_event":{}}'),
    "event is null": ("application/json", b'{"webhook_event":null}'),
    "a bit too deep": ("application/json", deep(10)),
    "far too deep": ("application/json", deep(100_000)),
    "endless number": ("application/json", b'{"webhook_event":' + b"9" * 9999 + b"}"),
    "too long": (FORM, b"webhook_event=x&a=" + b"a" * 300_000),
    "too many fields": (FORM, b"webhook_event=x" + b"&a=1" * 600),
    "nested too deep": (FORM, b"webhook_event=x&a" + b"[a]" * 50 + b"=1"),
    "contradiction": (FORM, b"webhook_event=x&data=1&data[a]=2"),
    "contradiction turned": (FORM, b"webhook_event=x&data[a]=2&data=1"),
    "a file": ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_hostile_input_is_malformed(case: str) -> None:
    content_type, body = MALFORMED[case]
    with pytest.raises(MalformedEvent) as caught:
        events.parse(content_type=content_type, body=body, query="")
    assert caught.value.__context__ is None


@given(body=st.binary(), query=st.text(), content_type=st.sampled_from([FORM, "json"]))
def test_nothing_else_is_ever_raised(
    body: bytes, query: str, content_type: str
) -> None:
    try:
        events.parse(content_type=content_type, body=body, query=query)
    except MalformedEvent as error:
        assert str(error)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    name=st.sampled_from([name for name, _data, _kind in KINDS.values()]),
    data=st.dictionaries(
        st.sampled_from(sorted({*DLR, *SMS_MO, *DTMF, *FILE, *TRACKING})), VALUES
    ),
    at=VALUES,
)
def test_odd_values_never_break_a_known_event(
    name: str, data: dict[str, Any], at: object
) -> None:
    try:
        event = as_json(name, data, at)
    except MalformedEvent:
        return
    json.dumps(event.raw, ensure_ascii=False).encode()
    assert event.occurred_at is None or event.occurred_at.tzinfo is not None


def test_escaped_brackets_nest_too() -> None:
    body = f"{quote('data[msg_id]')}=7&{quote('data[status]')}=READ&webhook_event=dlr"
    event = events.parse(content_type=FORM, body=body.encode(), query="")
    assert event.kind is EventKind.DELIVERY_REPORT


def test_list_in_a_form_is_numbered() -> None:
    body = b"webhook_event=x&data[a][]=1&data[a][]=2&[odd=3"
    event = events.parse(content_type=FORM, body=body, query="")
    assert event.raw["data"] == {"a": {"0": "1", "1": "2"}}
