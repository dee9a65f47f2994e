"""What the real gateway sends about messages, calls, numbers and hooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seven_dashboard.gateway.client import SevenClient

from .samples import (
    BAD_FORMAT,
    BAD_HLR,
    CALL,
    DONE_VALIDATION,
    FAILED_CALL,
    FORMAT,
    HLR,
    HOOK,
    INBOUND,
    INVALID_VALIDATION,
    MNP,
    NOT_REPORTED,
    OUTBOUND,
    STARTED_VALIDATION,
    STATUS_ROW,
)
from .stub import Stub

Call = Callable[[SevenClient], Any]
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type, misc]


def outbound(client: SevenClient) -> Any:
    return client.journal.outbound()[0]


def hooks(client: SevenClient) -> Any:
    return client.hooks.all()[0]


def hlr(client: SevenClient) -> Any:
    return client.lookup.hlr(["4917"])[0]


def mnp(client: SevenClient) -> Any:
    return client.lookup.mnp(["4917"])[0]


def cnam(client: SevenClient) -> Any:
    return client.lookup.cnam(["4917"])[0]


def formats(client: SevenClient) -> Any:
    return client.lookup.format(["4917"])[0]


def validation(client: SevenClient) -> Any:
    return client.voice.validate_number("49176")


def status(client: SevenClient) -> Any:
    return client.status.get(["77"])


# Name: the call, what the gateway answers, an expression over the result, its value.
VECTORS: dict[str, tuple[Call, object, Callable[[Any], object], object]] = {
    "status": (status, [STATUS_ROW], lambda r: r[0].status, "DELIVERED"),
    "status time is Berlin's": (
        status,
        [STATUS_ROW],
        lambda r: r[0].status_at,
        berlin(2023, 8, 23, 14, 13, 12),
    ),
    "status nested as specified": (status, [[STATUS_ROW]], lambda r: r[0].id, "77"),
    "status in camel case": (
        status,
        [{"id": 77, "status": "DELIVERED", "statusTime": "2023-08-23 14:13:12"}],
        lambda r: (r[0].id, r[0].status_at),
        ("77", berlin(2023, 8, 23, 14, 13, 12)),
    ),
    "status not reported yet": (
        status,
        [{"id": "77", "status": None, "status_time": None}],
        lambda r: (r[0].status, r[0].status_at),
        (None, None),
    ),
    "status as text": (
        status,
        "DELIVERED\n2023-08-23 14:13:12.000",
        lambda r: (r[0].id, r[0].status, r[0].status_at),
        ("77", "DELIVERED", berlin(2023, 8, 23, 14, 13, 12)),
    ),
    "status of an unknown id": (status, "600", list, []),
    "status of an unknown id in JSON": (status, '"600"', list, []),
    "status of nothing": (status, [], list, []),
    "outbound price": (outbound, [OUTBOUND], lambda r: r.price, Decimal("0.0750")),
    "outbound foreign id": (outbound, [OUTBOUND], lambda r: r.foreign_id, "c-1"),
    "outbound sender": (outbound, [OUTBOUND], lambda r: r.sender, "SMS"),
    "outbound latency": (
        outbound,
        [OUTBOUND],
        lambda r: r.latency_s,
        Decimal("3.1980"),
    ),
    "outbound time": (
        outbound,
        [OUTBOUND],
        lambda r: r.sent_at,
        berlin(2023, 8, 23, 14, 13, 8, 802000),
    ),
    "outbound without a report": (
        outbound,
        [OUTBOUND | NOT_REPORTED],
        lambda r: (r.status, r.status_at, r.latency_s, r.label, r.foreign_id),
        (None,) * 5,
    ),
    "inbound": (
        lambda c: c.journal.inbound()[0],
        [INBOUND],
        lambda r: (r.id, r.recipient, r.reply_to_message_id, r.price),
        ("1710407", "491716992343", None, 0),
    ),
    "reply with a whole price": (
        lambda c: c.journal.replies()[0],
        [INBOUND | {"price": 0, "reply_to_message_id": "77"}],
        lambda r: (r.price, r.reply_to_message_id),
        (Decimal(0), "77"),
    ),
    "call": (
        lambda c: c.journal.voice()[0],
        [CALL],
        lambda r: (r.duration_s, r.is_xml, r.price, r.status),
        (8, False, Decimal("0.045"), "completed"),
    ),
    "failed call": (
        lambda c: c.journal.voice()[0],
        [FAILED_CALL],
        lambda r: (r.duration_s, r.price, r.error),
        (None, None, "Account not authorized to call +49"),
    ),
    "validation started": (
        validation,
        STARTED_VALIDATION,
        lambda r: (r.is_success, r.code, r.is_valid),
        (True, "396177", False),
    ),
    "validation of a bad number": (
        validation,
        INVALID_VALIDATION,
        lambda r: (r.is_success, r.message, r.number),
        (False, "Reception number invalid", "49176"),
    ),
    "validation done before": (
        validation,
        DONE_VALIDATION,
        lambda r: (r.is_success, r.is_valid, r.id, r.formatted),
        (True, True, "12345", "+49 176"),
    ),
    "format": (
        formats,
        FORMAT,
        lambda r: (r.is_success, r.carrier),
        (True, "T-Mobile"),
    ),
    "format as a list": (formats, [FORMAT], lambda r: r.country_iso, "DE"),
    "format of a bad number": (
        formats,
        BAD_FORMAT,
        lambda r: (r.is_success, r.country_code, r.national),
        (False, None, None),
    ),
    "rcs": (
        lambda c: c.lookup.rcs(["4917"])[0],
        FORMAT | {"rcs_capabilities": ["ACTION_DIAL", "REVOCATION"]},
        lambda r: (r.capabilities, r.country_code),
        (["ACTION_DIAL", "REVOCATION"], "49"),
    ),
    "cnam": (
        cnam,
        {"success": "true", "code": "100", "number": "+4917", "name": "GERMANY"},
        lambda r: (r.is_success, r.code, r.name),
        (True, 100, "GERMANY"),
    ),
    "cnam of a bad number": (
        cnam,
        {"code": 202},
        lambda r: (r.is_success, r.code),
        (False, 202),
    ),
    "mnp": (
        mnp,
        MNP,
        lambda r: (r.is_success, r.price, r.mnp.is_ported, r.mnp.mccmnc),
        (True, Decimal("0.005"), False, "26201"),
    ),
    "mnp as text": (mnp, "d1", lambda r: (r.is_success, r.mnp.network), (True, "d1")),
    "mnp unknown": (mnp, "N/A", lambda r: (r.is_success, r.mnp), (False, None)),
    "mnp of a bad number": (
        mnp,
        {"success": False, "code": 202, "price": 0, "mnp": []},
        lambda r: (r.is_success, r.code, r.mnp),
        (False, 202, None),
    ),
    "hlr": (
        hlr,
        HLR,
        lambda r: (r.is_success, r.has_outcome, r.roaming.status, r.country_code),
        (True, True, "not_roaming", "DE"),
    ),
    "hlr carrier": (hlr, HLR, lambda r: r.current_carrier.network_code, "26201"),
    "hlr of a bad number": (
        hlr,
        BAD_HLR,
        lambda r: (r.number, r.country_prefix, r.current_carrier.name, r.has_outcome),
        (None, None, None, True),
    ),
    "hlr roaming as an object": (
        hlr,
        BAD_HLR,
        lambda r: r.roaming.status,
        "unknown",
    ),
    "hooks": (
        hooks,
        {"success": True, "code": None, "hooks": [HOOK]},
        lambda r: (r.id, r.is_enabled, r.created_at, r.event_filter),
        ("2043", True, berlin(2023, 8, 31, 13, 7, 52), None),
    ),
    "hooks as specified": (
        hooks,
        {"data": [{"success": True, "hooks": HOOK}]},
        lambda r: r.id,
        "2043",
    ),
    "hooks nested in lists": (
        hooks,
        {"data": [{"success": True, "hooks": [HOOK]}]},
        lambda r: r.id,
        "2043",
    ),
    "hook created with a text id": (
        lambda c: c.hooks.create(target_url="https://x", event_type="dlr"),
        {"success": "1", "code": None, "id": "2045"},
        int,
        2045,
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_answer_is_understood(client: SevenClient, stub: Stub, name: str) -> None:
    call, answer, read, expected = VECTORS[name]
    stub.answers(answer)
    assert read(call(client)) == expected


def test_hour_that_happens_twice_is_aware(client: SevenClient, stub: Stub) -> None:
    stub.answers([OUTBOUND | {"timestamp": "2023-10-29 02:30:00"}])
    sent_at = outbound(client).sent_at
    assert sent_at.astimezone(UTC) == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)


def test_what_the_database_cannot_hold_is_replaced(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers('[{"id":"1","text":"a\\u0000b\\ud83d"}]')
    assert client.journal.inbound()[0].text == "a\ufffdb\ufffd"
