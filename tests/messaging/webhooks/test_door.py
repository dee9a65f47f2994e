"""Nothing stands before the letterbox that could turn an event away."""

from __future__ import annotations

import time

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, GatewayHook
from contacts.models import OptOut
from messaging.models import RefusedEvent, WebhookEvent
from messaging.services import doors, event_rows, letterbox
from seven_dashboard import sources
from tests.messaging.webhooks.conftest import Post, event

REPORT = event("dlr", msg_id="77000000001", status="DELIVERED")
LISTED, OTHER = "195.201.160.143", "203.0.113.7"


def test_host_that_nobody_configured_is_taken(post: Post, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["dashboard.example"]
    assert post(REPORT, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_plain_hop_of_a_proxy_is_no_redirect(post: Post, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert post(REPORT).status_code == 200


def test_missing_slash_is_no_redirect(connection: Connection) -> None:
    answer = Client().post(f"/webhooks/{connection.webhook_token}", data={})
    assert answer.status_code == 401


def test_query_is_verified_as_it_came(post: Post) -> None:
    told = event("sms_mo", id="1", sender="4915112345000", text="a\0b")
    assert post(told, form="get").status_code == 200
    assert "%00" in WebhookEvent.objects.get().query


def test_statement_of_every_event_is_planned_once(post: Post) -> None:
    for number in range(3):
        post(event("dlr", msg_id=str(number), status="DELIVERED"))
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE '%INSERT INTO messaging_webhookevent%'"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_letterbox_waits_for_nobody_who_holds_the_connection(
    post: Post, connection: Connection
) -> None:
    holder = database.get_new_connection(database.get_connection_params())
    try:
        holder.execute("BEGIN")
        holder.execute("SELECT id FROM accounts_connection FOR NO KEY UPDATE")
        with database.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        assert post(REPORT).status_code == 200
    finally:
        holder.close()
        # Later tests have the same session.
        with database.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.mark.django_db
def test_address_with_a_zero_byte_is_nobodys() -> None:
    assert Client().post("/webhooks/%00/", data={}).status_code == 404


def test_letterbox_starts_no_session_and_asks_for_nobody(
    post: Post, django_assert_max_num_queries: object
) -> None:
    post(REPORT)
    other = event("dlr", msg_id="77000000002", status="DELIVERED")
    # To store it.
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        post(other)


def test_mistake_of_ours_is_503(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(letterbox, "take_in", wrong)
    assert post(REPORT).status_code == 503


def test_key_that_was_replaced_opens_at_once(
    post: Post, connection: Connection
) -> None:
    post(REPORT)
    connection.signing_key = "new-signing-key"
    connection.save(update_fields=["signing_key"])
    other = event("dlr", msg_id="77000000002", status="DELIVERED")
    assert post(other, key="new-signing-key").status_code == 200


def test_replaced_key_is_forgotten_soon(
    post: Post, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = connection.signing_key.reveal()
    post(REPORT)
    connection.signing_key = "new-signing-key"
    connection.save(update_fields=["signing_key"])
    monkeypatch.setattr(doors, "FRESH_S", 0.0)
    other = event("dlr", msg_id="77000000002", status="DELIVERED")
    assert post(other, key=old).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_connection_that_was_just_deleted_takes_no_event(
    post: Post, connection: Connection
) -> None:
    post(REPORT)
    token = connection.webhook_token
    connection.delete()
    assert post(REPORT, token=token).status_code == 503


def test_event_to_an_earlier_address_of_ours_is_taken(
    post: Post, connection: Connection, settings: Settings
) -> None:
    token = connection.webhook_token
    GatewayHook.objects.create(
        connection=connection,
        gateway_id="1",
        event_type="all",
        target=f"{settings.PUBLIC_URL}/webhooks/{token}/",
        seen_at=timezone.now(),
    )
    signed_for = settings.PUBLIC_URL
    settings.PUBLIC_URL = "https://new.example"
    assert post(REPORT, signed_for=signed_for).status_code == 200


@pytest.mark.parametrize("kind", ["dlr", "rcs"])
def test_what_a_person_wrote_comes_before_earlier_reports(
    post: Post, kind: str
) -> None:
    for number in range(3):
        post(event(kind, msg_id=str(number), status="DELIVERED"))
    post(event("sms_mo", id="1", sender="4915112345000", text="STOP"))
    [first] = event_rows.take(1)
    assert b"sms_mo" in bytes(first.body)


class TestSources:
    @pytest.fixture(autouse=True)
    def listed(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCES", f"{LISTED}, 2a01:4f8:13a:8e7::/64")
        settings.WEBHOOK_SOURCES = sources.networks("SOURCES")

    @pytest.mark.parametrize(
        "source", [LISTED, f"::ffff:{LISTED}", "2a01:4f8:13a:8e7::2"]
    )
    def test_listed_address_is_taken(self, post: Post, source: str) -> None:
        assert post(REPORT, source=source).status_code == 200

    def test_signed_from_elsewhere_should_come_again(self, post: Post) -> None:
        # The list may be out of date; the gateway gives up an event after a 4xx.
        assert post(REPORT, source=OTHER).status_code == 503
        assert WebhookEvent.objects.count() == 0

    def test_forged_from_elsewhere_is_403(self, post: Post) -> None:
        assert post(REPORT, key="wrong", source=OTHER).status_code == 403

    @pytest.mark.parametrize("spelled", ["", "unknown", "999.1.1.1", "[::1"])
    def test_address_that_cannot_be_read_is_not_listed(
        self, post: Post, spelled: str
    ) -> None:
        assert post(REPORT, source=spelled).status_code == 503

    def test_proxy_tells_the_last_address(self, post: Post, settings: Settings) -> None:
        settings.BEHIND_PROXY = True
        told = {"X-Forwarded-For": f"{OTHER}, {LISTED}:4711"}
        assert post(REPORT, source="10.0.0.1", headers=told).status_code == 200

    def test_stranger_cannot_name_himself(self, post: Post, settings: Settings) -> None:
        settings.BEHIND_PROXY = True
        told = {"X-Forwarded-For": f"{LISTED}, {OTHER}"}
        assert post(REPORT, source=LISTED, headers=told).status_code == 503

    def test_header_counts_only_behind_a_proxy(self, post: Post) -> None:
        told = {"X-Forwarded-For": LISTED}
        assert post(REPORT, source=OTHER, headers=told).status_code == 503


def test_wrong_list_of_sources_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES", "195.201.160")
    with pytest.raises(Exception, match="IP addresses"):
        sources.networks("SOURCES")


def test_refused_post_leaves_facts_and_no_content(
    post: Post, connection: Connection
) -> None:
    post(REPORT, key="wrong")
    row = RefusedEvent.objects.get()
    assert (row.flaw, row.method, row.source) == ("mismatch", "POST", "127.0.0.1")
    assert not OptOut.objects.exists()


def test_flood_of_forgeries_writes_one_row_a_second(
    post: Post, connection: Connection
) -> None:
    began = time.monotonic()
    for _ in range(20):
        post(REPORT, key="wrong")
    assert RefusedEvent.objects.count() <= time.monotonic() - began + 1
    assert letterbox.refusals(connection)[0] == 20
