from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Connection
from messaging.models import WebhookEvent
from messaging.services import letterbox
from tests.messaging.webhooks.conftest import Post, event

REPORT = event("dlr", msg_id="77000000001", status="DELIVERED")


@pytest.mark.parametrize("form", ["json", "form", "get", "chunks"])
def test_signed_event_is_stored_in_every_form(post: Post, form: str) -> None:
    assert post(REPORT, form=form).status_code == 200
    assert WebhookEvent.objects.get().state == "pending"


def test_same_event_again_is_answered_well_and_stored_once(post: Post) -> None:
    assert post(REPORT).status_code == 200
    assert post(REPORT).status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_event_rings_for_the_report_desk(post: Post, silent_bell: list[object]) -> None:
    post(REPORT)
    assert len(silent_bell) == 1


def test_wrong_key_is_401_and_counted(post: Post, connection: Connection) -> None:
    assert post(REPORT, key="somebody-elses").status_code == 401
    assert WebhookEvent.objects.count() == 0
    assert letterbox.refusals(connection)[1] == "mismatch"


def test_unsigned_event_is_401(connection: Connection) -> None:
    path = f"/webhooks/{connection.webhook_token}/"
    answer = Client().post(path, data=b"{}", content_type="application/json")
    assert answer.status_code == 401


def test_changed_body_is_401(post: Post, connection: Connection) -> None:
    path = f"/webhooks/{connection.webhook_token}/"
    request = post(REPORT).wsgi_request
    headers = {k: v for k, v in request.headers.items() if k.startswith("X-")}
    answer = Client(headers=headers).post(
        path, data=b'{"forged":1}', content_type="application/json"
    )
    assert answer.status_code == 401


def test_connection_without_signing_key_asks_to_come_again(
    post: Post, connection: Connection
) -> None:
    Connection.objects.update(signing_key="")
    assert post(REPORT, key="x").status_code == 503
    assert WebhookEvent.objects.count() == 0


def test_unknown_address_is_404(post: Post) -> None:
    assert post(REPORT, token="nobody").status_code == 404


def test_large_body_is_413(post: Post) -> None:
    assert post(b"x" * (letterbox.MAX_BYTES + 1)).status_code == 413
    assert WebhookEvent.objects.count() == 0


def test_trouble_of_our_own_is_503(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(letterbox, "take_in", away)
    assert post(REPORT).status_code == 503


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405(connection: Connection, method: str) -> None:
    path = f"/webhooks/{connection.webhook_token}/"
    assert getattr(Client(), method)(path).status_code == 405


def test_csrf_does_not_stop_the_gateway(connection: Connection) -> None:
    path = f"/webhooks/{connection.webhook_token}/"
    assert Client(enforce_csrf_checks=True).post(path).status_code == 401


def test_letterbox_notes_when_an_event_came(post: Post, connection: Connection) -> None:
    post(REPORT)
    connection.refresh_from_db()
    assert connection.last_event_at is not None
