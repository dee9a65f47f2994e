from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from messaging import entries, foreign_ids, outcomes, pauses
from messaging.foreign_ids import ForeignId, Match
from messaging.outcomes import Kind
from seven_dashboard.gateway.errors import (
    GatewayUnavailable,
    Throttled,
    UnclearOutcome,
    error_for_code,
    error_for_status,
)
from seven_dashboard.gateway.resources.journal import OutboundEntry

OURS = "+4915112345000"
CAMPAIGN = "0b7f3a7e1c5d4e6f8a9b0c1d2e3f4a5b"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (11, Kind.UNCLEAR),
        (201, Kind.STOPS_CAMPAIGN),
        (202, Kind.REFUSED),
        (305, Kind.REFUSED),
        (401, Kind.REFUSED),
        (402, Kind.REFUSED),
        (403, Kind.REFUSED),
        (500, Kind.STOPS_CAMPAIGN),
        (600, Kind.UNCLEAR),
        (700, Kind.UNCLEAR),
        (900, Kind.STOPS_CONNECTION),
        (902, Kind.STOPS_CONNECTION),
        (903, Kind.STOPS_CONNECTION),
        (4711, Kind.UNCLEAR),
    ],
)
def test_code_decides_what_becomes_of_the_row(code: int, kind: Kind) -> None:
    assert outcomes.of_error(error_for_code(code)).kind is kind
    assert outcomes.of_code(code).kind is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Kind.STOPS_CAMPAIGN),
        (401, Kind.STOPS_CONNECTION),
        (403, Kind.STOPS_CONNECTION),
        (404, Kind.STOPS_CONNECTION),
        (408, Kind.UNCLEAR),
        (429, Kind.RELEASED),
        (500, Kind.UNCLEAR),
        (502, Kind.UNCLEAR),
        (503, Kind.UNCLEAR),
        (504, Kind.UNCLEAR),
    ],
)
def test_http_status_refuses_no_single_row(status: int, kind: Kind) -> None:
    assert outcomes.of_error(error_for_status(status)).kind is kind


@pytest.mark.parametrize("status", [400, 404, 413])
def test_http_status_is_not_taken_for_a_code_of_the_gateway(status: int) -> None:
    reason = outcomes.of_error(error_for_status(status)).reason
    pause = pauses.explain(reason)
    assert (reason, pause.kind) == (f"http_{status}", "connection")
    assert f"HTTP {status}" in pause.text


def test_only_what_is_surely_unsent_is_released() -> None:
    assert outcomes.of_error(GatewayUnavailable()).kind is Kind.RELEASED
    assert outcomes.of_error(Throttled(http_status=429)).kind is Kind.RELEASED
    assert outcomes.of_error(UnclearOutcome()).kind is Kind.UNCLEAR


def test_retry_takes_no_permanent_refusal() -> None:
    assert {403, 600} <= outcomes.RETRYABLE_CODES
    assert outcomes.RETRYABLE_CODES.isdisjoint({201, 202, 305, 401, 402, 900})


def test_foreign_id_comes_back_as_it_went() -> None:
    ours = foreign_ids.parse(f"{CAMPAIGN}-123-2")
    assert ours is not None
    assert (ours.message_id, ours.attempt) == (123, 2)
    assert str(ours) == f"{CAMPAIGN}-123-2"


def test_foreign_id_fits_the_gateway() -> None:
    token = foreign_ids.new_token()
    longest = ForeignId(UUID(CAMPAIGN), 2**63 - 1, 32767, token)
    assert len(str(longest)) <= 64
    assert foreign_ids.parse(str(longest)) == longest


def test_two_claims_of_one_attempt_differ() -> None:
    """One that was never called gives its attempt back, and its answer may be late."""
    ids = {str(ForeignId(UUID(CAMPAIGN), 7, 1, t)) for t in ("00aa", "00ab")}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("4915112345000", Match.YES),
        ("+49 151 12345000", Match.YES),
        ("004915112345000", Match.YES),
        # Without its country code it may be somebody else's.
        ("015112345000", Match.PERHAPS),
        ("4915112345001", Match.NO),
        ("", Match.NO),
    ],
)
def test_number_tells_the_message_of_a_group(number: str, found: Match) -> None:
    group = foreign_ids.of_group(UUID(CAMPAIGN))
    for campaign, expected in ((UUID(CAMPAIGN), found), (uuid4(), Match.NO)):
        match = foreign_ids.match(
            group, number, campaign_id=campaign, message_id=7, recipient=OURS
        )
        assert match is expected


def test_id_of_a_message_needs_no_number() -> None:
    own = str(ForeignId(UUID(CAMPAIGN), 7, 1))
    for message_id, found in ((7, Match.YES), (8, Match.NO)):
        match = foreign_ids.match(
            own, "", campaign_id=UUID(CAMPAIGN), message_id=message_id, recipient="+1"
        )
        assert match is found


@pytest.mark.parametrize("text", [None, "", "order-17", f"{CAMPAIGN}-x-1", "a" * 64])
def test_foreign_id_of_others_is_not_ours(text: str | None) -> None:
    assert foreign_ids.parse(text) is None


@pytest.mark.parametrize(
    ("written", "may_be"),
    [
        pytest.param("2026-10-25 02:31:00", True, id="an-hour-that-comes-twice"),
        pytest.param("2026-10-25 01:59:00", False, id="before-that-hour"),
        pytest.param("2026-10-25 03:00:00", True, id="after-it"),
        pytest.param("", True, id="no-time"),
    ],
)
def test_entry_counts_as_late_as_its_time_may_be(written: str, may_be: bool) -> None:
    entry = OutboundEntry(id="1", timestamp=written)
    since = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert entries.may_be_since(entry, since) is may_be
