"""The same event again: late, signed anew or not, replayed by a stranger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Connection
from messaging.models import WebhookEvent
from messaging.services import event_log, letterbox
from seven_dashboard.gateway import signing
from tests.messaging.webhooks.conftest import Post, event

REPORT = event("dlr", msg_id="77000000001", status="DELIVERED")
HOUR_S = 3600


def again(answer: Any) -> int:
    """Post the very same request once more: body, nonce, time and signature."""
    request = answer.wsgi_request
    headers = {k: v for k, v in request.headers.items() if k.startswith("X-")}
    browser = Client(headers=headers)
    return int(
        browser.post(
            request.path, data=request.body, content_type="application/json"
        ).status_code
    )


def test_repeat_with_the_first_signature_is_taken_after_three_days(post: Post) -> None:
    assert post(REPORT, age_s=83 * HOUR_S).status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_repeat_signed_anew_is_the_same_event(post: Post) -> None:
    post(REPORT, age_s=83 * HOUR_S)
    assert post(REPORT).status_code == 200
    assert WebhookEvent.objects.get().times == 2


def test_replayed_nonce_is_answered_well_and_applied_once(post: Post) -> None:
    first = post(REPORT)
    WebhookEvent.objects.update(state="applied")
    assert again(first) == 200
    assert WebhookEvent.objects.get().state == "applied"


def test_nonce_of_one_event_does_not_open_another(
    post: Post, connection: Connection
) -> None:
    signed = post(REPORT).wsgi_request
    headers = {k: v for k, v in signed.headers.items() if k.startswith("X-")}
    other = Client(headers=headers).post(
        signed.path, data=b'{"forged":1}', content_type="application/json"
    )
    assert other.status_code == 401
    assert WebhookEvent.objects.count() == 1


def test_signature_of_last_week_is_401(post: Post) -> None:
    assert post(REPORT, age_s=7 * 24 * HOUR_S).status_code == 401


def test_row_outlives_its_signature() -> None:
    holds = timedelta(seconds=letterbox.MAX_AGE_S + letterbox.MAX_AHEAD_S)
    assert timedelta(days=event_log.LEAST_DAYS) > holds


@pytest.mark.parametrize("hours", [-14, -1, 1, 14])
def test_clock_of_ours_that_is_off_by_a_zone_loses_nothing(
    post: Post, hours: int
) -> None:
    assert post(REPORT, age_s=hours * HOUR_S).status_code == 200


def test_nonce_and_time_of_the_signature_are_kept(
    post: Post, connection: Connection
) -> None:
    request = post(REPORT, age_s=60).wsgi_request
    found = WebhookEvent.objects.get()
    assert found.nonce == request.headers[signing.NONCE_HEADER]
    assert found.signed_at is not None
    late_s = (found.received_at - found.signed_at).total_seconds()
    assert 59 <= late_s < 90
