from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import RedisError

from accounts.models import Connection
from messaging import breaker, pacing
from messaging.models import Message
from messaging.pacing import Bucket, PacingUnavailable
from messaging.services import campaigns, flights
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states


def drained(*buckets: Bucket, for_s: float) -> tuple[int, float, float]:
    """Take whatever is granted for a while; return the tokens, and their time, s.

    The time is what it was at least, and at most: the clock is read before and after
    each take, and a machine may be late in between. No tokens gather while it stands
    still for longer than a bucket has room.
    """

    def take() -> tuple[float, int, float]:
        before = time.monotonic()
        tokens = pacing.take(1000, *buckets).tokens
        return before, tokens, time.monotonic()

    takes = [take()]
    while takes[-1][-1] < takes[0][0] + for_s:
        time.sleep(0.005)
        takes.append(take())
    stood_still_s = sum(
        max(0.0, after[-1] - before[0] - pacing.BURST_S)
        for before, after in pairwise(takes)
    )
    least_s = takes[-1][0] - takes[0][-1] - stood_still_s
    return sum(tokens for _, tokens, _ in takes), least_s, takes[-1][-1] - takes[0][0]


def test_pace_is_kept_within_five_percent() -> None:
    tokens, least_s, most_s = drained(Bucket(f"test:{uuid4()}", 200.0), for_s=1.5)
    assert 0.95 * 200 * least_s <= tokens <= 1.05 * 200 * most_s


def test_bucket_starts_empty_and_holds_half_a_second() -> None:
    bucket = Bucket(f"test:{uuid4()}", 100.0)
    assert pacing.take(1000, bucket).tokens == 0
    pacing.store().hset(bucket.name, mapping={"tokens": 0, "at": time.time() - 1.5})
    assert pacing.take(1000, bucket).tokens == 50


def test_lull_is_no_reason_for_a_burst() -> None:
    bucket = Bucket(f"test:{uuid4()}", 100.0)
    pacing.store().hset(bucket.name, mapping={"tokens": 50, "at": time.time() - 3})
    assert pacing.take(1000, bucket).tokens == 1


def test_fewer_tokens_than_wanted_at_least_are_left_to_gather() -> None:
    bucket, began = Bucket(f"test:{uuid4()}", 100.0), time.time()
    pacing.store().hset(bucket.name, mapping={"tokens": 5, "at": began})
    grant = pacing.take(50, bucket, least=45)
    late_s = time.time() - began
    assert grant.tokens == 0
    assert 0.4 - late_s <= grant.wait_s <= 0.401
    assert pacing.take(50, bucket, least=2).tokens >= 5


def paces_of_a_round(connection: Connection) -> tuple[float, float]:
    """Send for a while; return how many rows a second left at most, and at least.

    A row bears the time of its claim, which on a busy machine is a while after the
    tokens for it were there: no more can have left since the bucket was begun, and no
    fewer since the first claim.
    """
    pacing.store().flushdb()
    began = timezone.now()
    send(connection, budget_s=1.6)
    rows = Message.objects.filter(attempted_at__gte=began).order_by("attempted_at")
    left = [row.attempted_at for row in rows if row.attempted_at]
    first, last = (left[0], left[-1]) if left else (began, began)
    after_the_first = sum(at > first for at in left)
    return (
        after_the_first / max((last - first).total_seconds(), 0.001),
        len(left) / max((last - began).total_seconds(), 0.001),
    )


@pytest.mark.parametrize(
    ("pace", "text"),
    [(40, "Hello {{ firstname }}"), (100, "Hello {{ firstname }}"), (200, "Hello")],
)
def test_rows_leave_at_the_pace_that_was_set(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    pace: int,
    text: str,
) -> None:
    fast.rate_per_s = Decimal(pace)
    fast.save()
    make_campaign(phones(pace * 5), text=text)
    # A busy machine may be late now and then, and never early.
    for _round in range(3):
        at_most, at_least = paces_of_a_round(fast)
        assert at_least <= 1.05 * pace
        if at_most >= 0.85 * pace:
            return
    raise AssertionError(f"{at_most} a second are less than {pace}")


def test_slower_bucket_decides_and_takes_nothing_in_vain() -> None:
    fast, slow = Bucket(f"test:{uuid4()}", 1000.0), Bucket(f"test:{uuid4()}", 20.0)
    tokens, least_s, most_s = drained(fast, slow, for_s=1.0)
    assert 0.9 * 20 * least_s <= tokens <= 1.1 * 20 * most_s


def test_no_token_says_how_long_to_wait() -> None:
    grant = pacing.take(1, Bucket(f"test:{uuid4()}", 4.0))
    assert grant.tokens == 0
    assert 0.2 <= grant.wait_s <= 0.26


def test_given_back_tokens_are_there_again() -> None:
    bucket = Bucket(f"test:{uuid4()}", 0.001)
    pacing.store().hset(bucket.name, mapping={"tokens": 1, "at": time.time()})
    assert pacing.take(1, bucket).tokens == 1
    pacing.give_back(1, bucket)
    assert pacing.take(1, bucket).tokens == 1


def test_without_redis_nothing_is_sent(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = make_campaign(phones(3))

    class Away:
        def __getattr__(self, name: str) -> object:
            raise RedisAway

    monkeypatch.setattr(pacing, "store", Away)
    assert send(fast).stopped_by == "pacing"
    assert states(campaign) == {"queued": 3}
    monkeypatch.undo()
    send(fast)
    assert states(campaign) == {"accepted": 3}


def test_missing_redis_is_one_error() -> None:
    def broken(*_: object) -> None:
        raise RedisError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pacing, "_script", broken)
        with pytest.raises(PacingUnavailable):
            pacing.take(1, Bucket("x", 1.0))


def send_until(
    connection: Connection, is_so: Callable[[], bool], *, budget_s: float = 1.5
) -> float:
    """Send until something is so, once more where a machine is busy; return how long.

    One round is enough where nothing holds it up.
    """
    began = time.monotonic()
    for _round in range(4):
        send(connection, budget_s=budget_s)
        if is_so():
            return time.monotonic() - began
    raise AssertionError(f"not after {time.monotonic() - began:.1f} s of sending")


def test_campaigns_share_scarce_tokens_fairly(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    fast.rate_per_s = Decimal(20)
    fast.save()
    first = make_campaign(phones(60))
    # Another text, because the gateway sends the same one to a number only once.
    second = make_campaign(
        [f"+4915299{i:03d}000" for i in range(60)], text="Bye {{ firstname }}"
    )
    send(fast, budget_s=2.5)
    shares = [states(c).get("accepted", 0) for c in (first, second)]
    assert min(shares) > 0.35 * sum(shares)
    assert sum(shares) <= 60


def test_campaign_keeps_a_slower_pace_of_its_own(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(50), rate_per_s=Decimal(10))
    took_s = send_until(fast, lambda: states(campaign).get("accepted", 0) >= 9)
    assert states(campaign)["accepted"] <= 10 * took_s + 1


def test_campaign_may_be_given_more_than_the_usual_pace(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    fast.rate_per_s = Decimal(5)
    fast.save()
    usual = make_campaign(
        [f"+4915299{i:03d}000" for i in range(40)], text="Bye {{ firstname }}"
    )
    quick = make_campaign(phones(40), rate_per_s=Decimal(200))
    took_s = send_until(fast, lambda: states(quick) == {"accepted": 80})
    # At five a second, and half a second's more.
    assert states(usual)["accepted"] <= 5 * (took_s + pacing.BURST_S)


def test_single_message_overtakes_a_campaign(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    fast.rate_per_s = Decimal(5)
    fast.save()
    make_campaign(phones(50))
    single = campaigns.send_single(
        workspace=fast.workspace, actor=None, recipient="+4915199999000", text="Now"
    )
    send_until(fast, lambda: "accepted" in states(single), budget_s=0.6)
    assert Message.objects.exclude(attempted_at=None).earliest("attempted_at") == (
        single.messages.get()
    )


def test_dead_gateway_opens_the_breaker_and_pauses_nothing(
    make_campaign: MakeCampaign, fast: Connection, settings: object
) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"  # type: ignore[attr-defined]
    campaign = make_campaign(phones(30))
    assert send(fast).stopped_by == "breaker"
    assert breaker.is_open(fast.pk)
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    assert set(states(campaign)) == {"queued"}


def test_breaker_asks_for_the_balance_before_a_message_is_at_stake(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3))
    breaker.trip(fast.pk)
    pacing.store().delete(f"breaker-open:{fast.pk}")
    sandbox.ask("faults", scope="all", random={"502": 1})
    assert send(fast).stopped_by == "breaker"
    assert states(campaign) == {"queued": 3}
    sandbox.ask("faults", random={})
    pacing.store().delete(f"breaker-open:{fast.pk}")
    send(fast)
    assert states(campaign) == {"accepted": 3}
    assert not breaker.needs_probe(fast.pk)


def test_claims_that_waited_too_long_are_not_called(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    settings: object,
) -> None:
    settings.GATEWAY_TIMEOUT_S = 3  # type: ignore[attr-defined]
    settings.SENDING_THREADS = 2  # type: ignore[attr-defined]
    flights.forget_threads()
    campaign = make_campaign(phones(8))
    sandbox.ask("faults", random={"hang-before": 1}, hang_s=4)
    send(fast, budget_s=1.0)
    flights.forget_threads()
    # Two hang; the other six were claimed with them and go back uncalled.
    assert states(campaign) == {"unclear": 2, "queued": 6}
