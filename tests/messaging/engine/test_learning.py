"""Networks, prices and times that only the gateway's journal tells."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from messaging.models import Message, OutboundReading, Summary
from messaging.selectors import progress
from messaging.services import learning, summaries
from seven_dashboard.gateway.parsing import GATEWAY_ZONE
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
)


def today(reading: OutboundReading) -> bool:
    return reading.day == timezone.now().astimezone(GATEWAY_ZONE).date()


def learn_again() -> dict[str, int]:
    """Learn as if the pause since the last pass was over."""
    OutboundReading.objects.exclude(due_at=None).update(due_at=timezone.now())
    return learning.learn()


def of_today() -> OutboundReading:
    return next(r for r in OutboundReading.objects.all() if today(r))


def test_network_price_and_report_are_learnt(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", report_delay_s=[0, 0])
    campaign = make_campaign(phones(3))
    send(fast)
    Message.objects.update(price=None)

    def have_all() -> bool:
        learn_again()
        # The journal measures at an earlier report, too.
        return not Message.objects.exclude(state="delivered").exists()

    assert any(have_all() for _ in range(200))
    message = Message.objects.first()
    assert message and message.mccmnc and message.latency_s is not None
    assert (message.state, message.report_word) == ("delivered", "DELIVERED")
    assert message.price == Decimal("0.075")
    assert_totals_equal_rows(campaign)


def test_entry_of_another_number_teaches_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1))
    send(fast)
    Message.objects.update(recipient="+4915199999999")
    assert learn_again().get("learnt") == 0
    assert not Message.objects.get().mccmnc


def test_next_pass_ends_where_the_one_before_began(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(150))
    send(fast)
    learn_again()
    OutboundReading.objects.update(read_until=timezone.now() + timedelta(hours=1))
    # One page of each day, though today has two. Yesterday is done with from six on.
    still_read = OutboundReading.objects.exclude(due_at=None)
    assert learn_again()["pages"] == still_read.count()
    assert not Message.objects.filter(mccmnc="").exists()


def test_long_pass_goes_on_with_the_next_run(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "PAGES", 1)
    make_campaign(phones(150))
    send(fast)
    learn_again()
    assert of_today().offset == 100
    learn_again()
    assert of_today().offset == 0
    assert not Message.objects.filter(mccmnc="").exists()


def test_day_that_is_over_is_read_as_a_whole_until_nothing_is_missing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1))
    send(fast)
    old = OutboundReading.objects.create(
        connection=fast,
        day=timezone.now().date() - timedelta(days=3),
        read_until=timezone.now(),
        due_at=timezone.now(),
    )
    learning.learn()
    old.refresh_from_db()
    assert (old.is_whole, old.looks, old.due_at) == (True, 1, None)


def test_nothing_is_read_where_nothing_was_sent(
    fast: Connection, sandbox: SandboxAccount
) -> None:
    assert learning.learn() == {}
    assert not OutboundReading.objects.exists()


def test_journal_in_trouble_is_asked_later(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1))
    send(fast)
    sandbox.ask("account", scopes=["sms"])
    assert learning.learn()["failed"]
    reading = of_today()
    assert reading.failures == 1
    assert reading.due_at and reading.due_at > timezone.now()


def test_kept_figures_are_old_once_something_was_learnt(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1))
    send(fast)
    summaries.work_out(campaign)
    Summary.objects.update(computed_at=timezone.now() - timedelta(minutes=5))
    learn_again()
    newer = summaries.of(campaign, progress.of_one(campaign))
    assert [line["key"] for line in newer.figures["networks"]] != [""]


def test_another_workspace_learns_nothing(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    other_workspace: Workspace,
) -> None:
    make_campaign(phones(1))
    send(fast)
    Message.objects.update(workspace=other_workspace)
    learn_again()
    assert not Message.objects.get().mccmnc
