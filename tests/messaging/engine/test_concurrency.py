"""Several processes at a time, played by threads with connections of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection as database

from accounts.models import Connection
from messaging.models import Campaign, Message
from messaging.services import audiences, campaigns, floor
from messaging.services.claiming import claim
from seven_dashboard import locks
from seven_dashboard.errors import Refused
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    states,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work: Callable[[], object]) -> list[object]:
    """Run work in several threads that start together; return what they gave."""
    barrier = threading.Barrier(count)

    def run(_: int) -> object:
        barrier.wait(20)
        try:
            return work()
        finally:
            database.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_two_claims_never_share_a_row(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(40))

    def take() -> list[int]:
        found = claim(campaign.pk, limit=10, price_of=lambda country: Decimal(0))
        return [c.message_id for c in found.claims]

    ids = [pk for taken in at_once(4, take) for pk in taken]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids)) == 40


def made(step: Callable[..., object], campaign: Campaign, **more: object) -> int:
    """Return for how many of three people at once a step was made."""

    def make() -> bool:
        try:
            step(campaign_id=campaign.pk, actor=None, **more)
        except Refused:
            return False
        return True

    return at_once(3, make).count(True)


def test_step_that_three_make_at_once_is_made_once(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(2), is_frozen=False)
    Campaign.objects.filter(pk=campaign.pk).update(state="draft")
    assert made(campaigns.launch, campaign, cost_agreed=None) == 1
    audiences.freeze(campaign.pk)
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    assert made(campaigns.resume, campaign) == 1
    campaign.messages.update(state="refused", error_code=403)
    assert made(campaigns.retry_failed, campaign) == 1
    assert made(campaigns.cancel, campaign) == 1


def test_two_freezes_at_once_write_each_row_once(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(40), is_frozen=False)
    at_once(3, lambda: audiences.freeze(campaign.pk))
    assert states(campaign) == {"queued": 40}


def test_four_floors_send_each_message_once(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(200))
    at_once(4, lambda: floor.run(fast.pk, budget_s=30))
    truth = sandbox.ask("handsets")
    assert (truth["total"], truth["more_than_once"]) == (200, {})
    assert_totals_equal_rows(campaign)


def test_four_floors_send_each_group_once(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(900), text="The same for all")
    at_once(4, lambda: floor.run(fast.pk, budget_s=30, processes=4))
    truth = sandbox.ask("handsets")
    assert (truth["total"], truth["more_than_once"]) == (900, {})
    assert states(campaign).keys() <= {"accepted", "transmitted", "delivered"}
    assert_totals_equal_rows(campaign)


def test_pause_takes_effect_within_two_seconds(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    fast.rate_per_s = Decimal(100)
    fast.save()
    campaign = make_campaign(phones(600))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(floor.run, fast.pk, budget_s=4)
        while sandbox.ask("handsets")["total"] < 20 and not running.done():
            time.sleep(0.02)
        campaigns.pause(campaign_id=campaign.pk, actor=None)
        paused_at = time.time()
        before = sandbox.ask("handsets")["total"]
        running.result(30)
        pool.submit(lambda: database.close()).result()
    # By the gateway's own times: that the machine is busy changes nothing.
    sent = sandbox.ask("messages")["messages"]
    assert max(message["created_at"] for message in sent) < paused_at + 2
    after = len(sent)
    assert after - before <= 100
    assert states(campaign) == {"accepted": after, "queued": 600 - after}


def test_cancel_during_sending_loses_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(300))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(floor.run, fast.pk, budget_s=4)
        rows = Message.objects.exclude(state="queued")
        while not (rows.exists() or running.done()):
            time.sleep(0.01)
        campaigns.cancel(campaign_id=campaign.pk, actor=None)
        running.result(30)
        pool.submit(lambda: database.close()).result()
    assert sandbox.ask("handsets")["total"] == states(campaign).get("accepted", 0)
    assert_totals_equal_rows(campaign)


def test_exclusive_work_runs_once_at_a_time(db: None) -> None:
    turned_away = threading.Semaphore(0)

    @locks.exclusive("test-exclusive", 30.0)
    def work() -> dict[str, object]:
        # It lasts until the two others have come and gone.
        assert turned_away.acquire(timeout=20) and turned_away.acquire(timeout=20)
        return {"done": True}

    def come() -> dict[str, object]:
        report = work()
        if report != {"done": True}:
            turned_away.release()
        return report

    assert at_once(3, come).count({"done": True}) == 1


def test_slots_are_counted_and_freed(db: None) -> None:
    with locks.one_of("test-slots", slots=2) as slot:
        assert slot == 0
        assert locks.taken("test-slots", slots=2) == 1
    assert locks.taken("test-slots", slots=2) == 0
