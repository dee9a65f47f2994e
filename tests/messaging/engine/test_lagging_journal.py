"""A journal that lags lets nobody get a message twice, and leaves nobody waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection
from messaging.models import Campaign, Message
from messaging.services import unclear, verdicts
from messaging.states import AT_GATEWAY
from tests.fixtures import SandboxAccount
from tests.gateway.stub import Stub
from tests.messaging.engine.conftest import (
    MakeCampaign,
    let_pass,
    phones,
    send,
    send_single,
)
from tests.messaging.engine.test_unclear import LONG_S, settle_now

LONGEST_S = 900
OPEN = Q(state="unclear", lease_until__isnull=False) | Q(state="queued")


@pytest.fixture
def fast(fast: Connection, sandbox: SandboxAccount) -> Connection:
    """Return a connection with an older message of ours in its journal.

    Its account has switched the reload lock off, which would refuse a second message.
    """
    sandbox.ask("account", reload_lock_s=0)
    send_single(fast, "+4915199111000")
    let_pass(300, sandbox)
    return fast


def live(connection: Connection, sandbox: SandboxAccount, *, for_s: float) -> float:
    """Let time pass and the engine do what is due, to the end or for so long.

    Return how many seconds it took.
    """
    passed_s = 0.0
    while True:
        due = Coalesce("lease_until", "due_at")
        next_at = Message.objects.filter(OPEN).order_by(due).values_list(due).first()
        if next_at is None:
            return passed_s
        wait_s = max(0.0, (next_at[0] - timezone.now()).total_seconds())
        if passed_s + wait_s > for_s:
            let_pass(for_s - passed_s, sandbox)
            return for_s
        let_pass(wait_s, sandbox)
        passed_s += wait_s
        unclear.settle_due()
        if Message.objects.filter(state="queued", due_at__lte=timezone.now()):
            send(connection)


def received(sandbox: SandboxAccount) -> tuple[int, dict[str, int]]:
    truth = sandbox.ask("handsets")
    return truth["total"], truth["more_than_once"]


@pytest.fixture(params=["single", "personal", "group"])
def send_some(
    request: pytest.FixtureRequest, make_campaign: MakeCampaign, fast: Connection
) -> Callable[[], int]:
    """Return a function that makes one request and says to how many it is."""

    def send_it() -> int:
        if request.param == "single":
            send_single(fast)
            return 1
        count = 3 if request.param == "group" else 1
        text = "Fresh bread" if request.param == "group" else "Hi {{ firstname }}"
        make_campaign(phones(count), text=text)
        send(fast)
        return count

    return send_it


@pytest.mark.parametrize("lag_s", [60, 120])
def test_lost_answer_is_found_late_and_nothing_is_sent_twice(
    send_some: Callable[[], int], sandbox: SandboxAccount, fast: Connection, lag_s: int
) -> None:
    sandbox.ask("account", journal_lag_s=lag_s)
    sandbox.ask("faults", next=["drop-after"])
    count = send_some()
    assert live(fast, sandbox, for_s=LONGEST_S) <= LONG_S
    assert received(sandbox) == (1 + count, {})
    assert not Message.objects.exclude(state__in=AT_GATEWAY).exists()


@pytest.mark.parametrize("lag_s", [60, 120])
def test_lost_request_waits_for_a_journal_that_reaches_past_it(
    send_some: Callable[[], int], sandbox: SandboxAccount, fast: Connection, lag_s: int
) -> None:
    sandbox.ask("account", journal_lag_s=lag_s)
    sandbox.ask("faults", next=["drop-before"])
    count = send_some()
    let_pass(45, sandbox)
    send_single(fast, "+4915199222000")
    assert lag_s < 45 + live(fast, sandbox, for_s=LONGEST_S) < 45 + 2 * lag_s
    assert received(sandbox) == (2 + count, {})


def test_what_went_out_before_the_attempt_was_over_proves_nothing(
    sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("faults", next=["drop-before"])
    send_single(fast)
    let_pass(30, sandbox)
    send_single(fast, "+4915199222000")
    assert live(fast, sandbox, for_s=200) == 200
    assert received(sandbox) == (2, {})


def test_lost_request_at_the_end_waits_out_any_lag(
    send_some: Callable[[], int], sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("faults", next=["drop-before"])
    count = send_some()
    live(fast, sandbox, for_s=240)
    assert received(sandbox) == (1, {})
    assert live(fast, sandbox, for_s=LONGEST_S) <= LONG_S - 240
    assert received(sandbox) == (1 + count, {})


@pytest.fixture
def in_doubt(sandbox: SandboxAccount, fast: Connection) -> Message:
    """Return a message whose request was lost, at the second look."""
    sandbox.ask("faults", next=["drop-before"])
    lost = send_single(fast)
    let_pass(60, sandbox)
    assert settle_now() == {"looking": 1}
    return lost


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"foreign_id": "tried-again-since"}, id="of-another-attempt"),
        pytest.param({"channel": "rcs"}, id="of-another-channel"),
        pytest.param({"gateway_id": ""}, id="of-nobody-knows-which"),
    ],
)
def test_entry_that_is_not_of_such_an_attempt_proves_nothing(
    in_doubt: Message, fast: Connection, changes: dict[str, str]
) -> None:
    newer = send_single(fast, "+4915199222000")
    Message.objects.filter(pk=newer.pk).update(**changes)
    assert settle_now() == {"postponed": 1}


@pytest.fixture
def stub(settings: Settings) -> Iterator[Stub]:
    stub = Stub()
    yield stub
    stub.close()


def test_journal_that_catches_up_between_two_questions_proves_nothing(
    in_doubt: Message, fast: Connection, stub: Stub, settings: Settings
) -> None:
    newer = send_single(fast, "+4915199222000")
    shown = {
        "id": newer.gateway_id,
        "to": newer.recipient,
        "foreign_id": newer.foreign_id,
    }
    settings.SEVEN_BASE_URL = stub.url
    stub.answers([])
    stub.answers([shown])
    assert settle_now() == {"postponed": 1}
    assert settle_now() == {"queued again": 1}


def test_journal_without_the_newest_message_we_know_of_proves_nothing(
    in_doubt: Message,
) -> None:
    Message.objects.filter(state="accepted").update(gateway_id="77999999999")
    assert settle_now(after_s=LONG_S) == {"postponed": 1}


def test_campaigns_of_which_nothing_was_accepted_hide_no_other(
    in_doubt: Message,
) -> None:
    Message.objects.filter(state="accepted").update(gateway_id="77999999999")
    Campaign.objects.bulk_create(
        Campaign(workspace=in_doubt.workspace, name=f"{n}", state="draft")
        for n in range(9)
    )
    assert settle_now(after_s=LONG_S) == {"postponed": 1}


def test_journal_that_shows_nothing_for_hours_is_for_a_person(
    in_doubt: Message,
) -> None:
    Message.objects.filter(state="accepted").update(gateway_id="77999999999")
    Message.objects.filter(pk=in_doubt.pk).update(looks=verdicts.LOOKS_FOR_PROOF - 1)
    assert settle_now(after_s=LONG_S) == {"for a person": 1}
    in_doubt.refresh_from_db()
    assert (in_doubt.state, in_doubt.lease_until) == ("unclear", None)


def test_next_look_comes_when_no_lag_explains_it_any_more(in_doubt: Message) -> None:
    settle_now(after_s=170)
    in_doubt.refresh_from_db()
    assert in_doubt.attempted_at and in_doubt.lease_until
    wait = in_doubt.lease_until - in_doubt.attempted_at
    assert abs(wait - timedelta(seconds=276.5)) < timedelta(seconds=1)
