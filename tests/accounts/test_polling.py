"""Figures of the gateway come by polling, and pages never wait for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import BoundedSemaphore
from typing import Any

import pytest
import time_machine
from django.db import connections as databases
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import tasks
from accounts.models import Connection, GatewayHook, Poll, Price, Usage, User
from accounts.selectors import prices as price_selectors
from accounts.selectors import usage as usage_selectors
from accounts.services import connections, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard import health
from tests.fixtures import ClientAs, SandboxAccount

Kind = Poll.Kind
NOON = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)


def claim(connection: Connection, kind: str) -> Claim:
    schedules.begin(connection)
    return Claim(connection.pk, kind)


def poll(connection: Connection, kind: str) -> Poll:
    return Poll.objects.get(connection=connection, kind=kind)


def usage_row(connection: Connection, day: str, **values: object) -> Usage:
    defaults: dict[str, object] = {"fetched_at": timezone.now(), "cost": 0}
    return Usage.objects.create(
        connection=connection,
        dimension=Usage.Dimension.DATE,
        day=day,
        **{**defaults, **values},
    )


def test_every_kind_is_due_after_connecting(connection: Connection) -> None:
    schedules.begin(connection)
    assert {c.kind for c in schedules.claim_due()} == set(Kind.values)


def test_claimed_poll_is_not_claimed_again(connection: Connection) -> None:
    schedules.begin(connection)
    schedules.claim_due()
    assert schedules.claim_due() == []


def test_claim_of_a_dead_worker_returns(connection: Connection) -> None:
    schedules.begin(connection)
    schedules.claim_due()
    with time_machine.travel(timezone.now() + schedules.LEASE, tick=False):
        assert len(schedules.claim_due()) == len(Kind.values)


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_each_poll_once(connection: Connection) -> None:
    schedules.begin(connection)

    def take(_number: int) -> list[Claim]:
        try:
            return schedules.claim_due()
        finally:
            databases.close_all()

    with ThreadPoolExecutor(4) as pool:
        taken = [claim for claims in pool.map(take, range(4)) for claim in claims]
    assert len(taken) == len(set(taken)) == len(Kind.values)


def test_poll_that_finds_no_place_is_due_again_at_once(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.begin(connection)
    taken = schedules.claim_due()
    full = BoundedSemaphore(1)
    assert full.acquire()
    monkeypatch.setattr(polls, "_places", full)
    assert polls.run(taken[0]) == polls.CROWDED
    assert schedules.claim_due() == taken[:1]


def test_poll_that_ends_hands_its_place_on(
    sandbox: SandboxAccount,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setattr(tasks.poll, "delay", lambda *call: rung.append(call))
    schedules.begin(connection)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.poll(str(connection.pk), str(Kind.BALANCE))
    assert len(rung) == 1


def test_success_plans_the_next_run_with_jitter(connection: Connection) -> None:
    schedules.note_success(claim(connection, Kind.BALANCE))
    pause = poll(connection, Kind.BALANCE).due_at - timezone.now()
    assert timedelta(minutes=4.4) < pause < timedelta(minutes=5.6)


@pytest.mark.parametrize(
    ("failures", "low_s", "high_s"), [(1, 26, 34), (2, 53, 67), (20, 3200, 3970)]
)
def test_failures_are_repeated_ever_later(
    failures: int, low_s: int, high_s: int
) -> None:
    pause = schedules.pause_after(failures).total_seconds()
    assert low_s < pause < high_s


def test_gateways_own_pause_is_kept(connection: Connection) -> None:
    schedules.note_failure(
        claim(connection, Kind.BALANCE), sentence="Slow down.", retry_after_s=900
    )
    pause = poll(connection, Kind.BALANCE).due_at - timezone.now()
    assert pause > timedelta(seconds=890)


def test_balance_is_fetched(sandbox: SandboxAccount, connection: Connection) -> None:
    assert polls.run(claim(connection, Kind.BALANCE)) == "done"
    assert Connection.objects.get().balance == 1000


def test_hooks_are_fetched(sandbox: SandboxAccount, connection: Connection) -> None:
    sandbox.client().hooks.create(target_url="http://127.0.0.1:1/", event_type="dlr")
    polls.run(claim(connection, Kind.HOOKS))
    assert GatewayHook.objects.get().event_type == "dlr"


def test_prices_are_fetched(sandbox: SandboxAccount, connection: Connection) -> None:
    polls.run(claim(connection, Kind.PRICING))
    germany = price_selectors.by_country(connection)["DE"]
    assert germany.default == Decimal("0.075")
    assert germany.highest >= germany.default
    assert germany.prefix == "49"


def test_changed_price_keeps_what_it_was(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    polls.run(claim(connection, Kind.PRICING))
    Price.objects.filter(country="DE", mcc="").update(amount="0.05")
    polls.run(claim(connection, Kind.PRICING))
    row = Price.objects.get(country="DE", mcc="")
    assert (row.amount, row.previous_amount) == (Decimal("0.075"), Decimal("0.05"))
    assert row.changed_at is not None


def test_price_list_polled_twice_has_the_same_rows(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    polls.run(claim(connection, Kind.PRICING))
    count = Price.objects.count()
    polls.run(claim(connection, Kind.PRICING))
    assert Price.objects.count() == count > 100


def test_first_poll_of_analytics_goes_back_a_year_and_a_month(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    polls.run(claim(connection, Kind.ANALYTICS))
    assert Usage.objects.filter(dimension=Usage.Dimension.DATE).count() == 400


def test_sent_message_shows_in_todays_usage(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    sandbox.client().sms.send(to=["4915112345101"], text="Hello")
    polls.run(claim(connection, Kind.ANALYTICS))
    newest = Usage.objects.filter(dimension=Usage.Dimension.DATE).latest("day")
    assert (newest.sms, newest.cost) == (1, Decimal("0.075"))
    assert not newest.is_final


class TestAnalyticsWhileSpending:
    @pytest.fixture
    def fetched_at(self, connection: Connection) -> datetime:
        """Return when analytics were fetched, the balance being known."""
        now = timezone.now()
        connections.note_balance(connection_id=connection.pk, amount=Decimal(50))
        schedules.begin(connection)
        for taken in schedules.claim_due():
            schedules.note_success(taken)
        return now

    def due_after(self, fetched_at: datetime, minutes: int) -> set[str]:
        later = fetched_at + timedelta(minutes=minutes)
        with time_machine.travel(later, tick=False):
            return {taken.kind for taken in schedules.claim_due()}

    def spend(self, connection: Connection, at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            connections.note_balance(connection_id=connection.pk, amount=Decimal(19))

    def test_spending_brings_the_next_fetch_forward(
        self, connection: Connection, fetched_at: datetime
    ) -> None:
        self.spend(connection, fetched_at + timedelta(minutes=1))
        assert self.due_after(fetched_at, 3) == {Kind.ANALYTICS}

    def test_fetch_of_a_moment_ago_is_not_repeated(
        self, connection: Connection, fetched_at: datetime
    ) -> None:
        self.spend(connection, fetched_at + timedelta(seconds=30))
        assert self.due_after(fetched_at, 1) == set()

    def test_same_balance_hurries_nothing(
        self, connection: Connection, fetched_at: datetime
    ) -> None:
        connections.note_balance(connection_id=connection.pk, amount=Decimal(50))
        assert self.due_after(fetched_at, 3) == set()


def test_breakdown_tells_countries_of_the_days_of_now(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    polls.run(claim(connection, Kind.ANALYTICS))
    sandbox.client().sms.send(to=["4915112345101"], text="Hello")
    assert polls.run(claim(connection, Kind.BREAKDOWN)) == "done"
    row = Usage.objects.get(dimension=Usage.Dimension.COUNTRY)
    assert (row.key, row.sms) == ("DE", 1)


def test_closed_days_are_final_and_not_fetched_again(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    polls.run(claim(connection, Kind.ANALYTICS))
    Usage.objects.filter(is_final=True).update(sms=77)
    polls.run(claim(connection, Kind.ANALYTICS))
    assert Usage.objects.filter(sms=77).count() == 398


def test_gateway_down_is_noted_and_tried_later(
    settings: Settings, connection: Connection
) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    assert polls.run(claim(connection, Kind.HOOKS)) == "failed"
    noted = poll(connection, Kind.HOOKS)
    assert noted.failures == 1
    assert "not reachable" in noted.error
    assert not Connection.objects.get().is_broken


def test_revoked_key_breaks_the_connection(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    Connection.objects.update(api_key="revoked", signing_key="")
    polls.run(claim(connection, Kind.BALANCE))
    assert Connection.objects.get().broken_code == 900


def test_missing_right_on_one_operation_breaks_nothing(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    sandbox.ask("account", scopes=["balance"])
    assert polls.run(claim(connection, Kind.ANALYTICS)) == "failed"
    assert not Connection.objects.get().is_broken
    assert "may not do this" in poll(connection, Kind.ANALYTICS).error


def test_broken_connection_is_asked_for_its_balance_only(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    Connection.objects.update(state=Connection.State.BROKEN, broken_code=900)
    assert polls.run(claim(connection, Kind.PRICING)) == "postponed"
    assert polls.run(claim(connection, Kind.BALANCE)) == "done"
    assert not Connection.objects.get().is_broken


def test_unreadable_key_fails_with_a_sentence(
    settings: Settings, connection: Connection
) -> None:
    settings.FIELD_KEYS = ["another"]
    assert polls.run(claim(connection, Kind.BALANCE)) == "failed"
    assert "FIELD_KEYS" in poll(connection, Kind.BALANCE).error
    assert Connection.objects.get().broken_code == Connection.UNREADABLE


def test_poll_of_a_connection_that_is_gone_does_nothing(
    connection: Connection,
) -> None:
    gone = Claim(connection.pk, Kind.BALANCE)
    connection.delete()
    assert polls.run(gone) == "gone"


def test_sweep_queues_one_task_for_each_kind(
    connection: Connection, settings: Settings
) -> None:
    schedules.begin(connection)
    assert tasks.poll_due() == {str(kind): 1 for kind in Kind.values}


def test_refresh_claims_the_poll(
    connection: Connection, reader: User, client_as: ClientAs
) -> None:
    schedules.begin(connection)
    address = reverse("accounts:poll_refresh", kwargs={"kind": "pricing"})
    client_as(reader).post(address)
    assert poll(connection, Kind.PRICING).started_at is not None


def test_second_refresh_within_ten_seconds_is_not_claimed(
    connection: Connection,
) -> None:
    schedules.begin(connection)
    assert schedules.claim_now(connection=connection, kind=Kind.PRICING)
    assert not schedules.claim_now(connection=connection, kind=Kind.PRICING)


def test_days_left_is_balance_by_mean_of_seven_closed_days(
    connection: Connection,
) -> None:
    with time_machine.travel(NOON, tick=False):
        usage_row(connection, "2026-05-20", cost=500)
        usage_row(connection, "2026-05-19", cost=14)
        usage_row(connection, "2026-05-13", cost=14)
        usage_row(connection, "2026-05-12", cost=500)
        connection.balance = Decimal(41)
        assert usage_selectors.days_left(connection) == 10


def test_days_left_is_unknown_without_spending(connection: Connection) -> None:
    usage_row(connection, "2026-05-19")
    connection.balance = Decimal(41)
    with time_machine.travel(NOON, tick=False):
        assert usage_selectors.days_left(connection) is None


def test_heartbeat_is_seen_by_the_probe() -> None:
    tasks.heartbeat()
    age_s = health.heartbeat_age_s()
    assert age_s is not None
    assert age_s < 5
