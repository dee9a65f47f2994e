"""The storm: what the gateway does wrong, and what is killed meanwhile.

Sends are spoiled, and so are the questions by which their outcome is settled: journal,
status and balance.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.faults.house import House

IS_LONG = os.environ.get("FAULTS") == "long"
SEED = int(os.environ.get("FAULTS_SEED") or 20261123)

# Share of the requests to send that meet each fault.
SEND_FAULTS = {
    "drop-before": 0.03,
    "drop-after": 0.04,
    "hang-before": 0.005,
    "hang-after": 0.005,
    "garbage-after": 0.02,
    "garbage-before": 0.01,
    "503": 0.02,
    "503-after": 0.01,
    "429": 0.02,
    "500-status": 0.01,
    "502": 0.01,
    "code-600": 0.01,
    "code-500": 0.003,
    "plain-after": 0.02,
}
# Share of the requests that only read, as for the journal, which meet each fault.
READ_FAULTS = {
    "drop-before": 0.05,
    "hang-before": 0.01,
    "garbage-before": 0.03,
    "503": 0.05,
    "429": 0.03,
    "500-status": 0.03,
    "slow-after": 0.05,
}
READ = ("/journal/outbound", "/status", "/balance")
WEBHOOK_TROUBLES = ("report-before-answer", "report-dropped", "report-twice")
# After an attempt in doubt a 402 is evidence that it was accepted: a person is asked.
# Here it is a lie; so it comes first of all, to messages that nobody has tried yet.
FIRST = "code-402"
KINDS = (FIRST, *SEND_FAULTS)
# Beyond the second look (house.SHORT): by older messages alone it would send twice.
JOURNAL_LAG_S = 12
END_S = 900 if IS_LONG else 240
FINALS = {"delivered", "undelivered", "expired", "refused", "skipped"}


def begin(house: House) -> None:
    """Let reports come twice, shuffled, before the answer, and 70 % of them.

    The journal lags until the end.
    """
    house.sandbox("account", journal_lag_s=JOURNAL_LAG_S)
    house.sandbox(
        "webhook-plan",
        drop_share=0.3,
        duplicate_share=0.2,
        shuffle_s=1,
        report_before_answer=True,
        seed=SEED,
    )
    blow(house)


def blow(house: House) -> None:
    """Let the next requests meet every fault once, and those after them by chance."""
    waits = {"hang_s": 6, "retry_after_s": 1, "slow_s": 0.5}
    house.sandbox(
        "faults",
        next=_one_of_each(house),
        random=SEND_FAULTS,
        seed=house.random.randrange(1000),
        **waits,
    )
    house.sandbox(
        "faults",
        scope="read",
        next=list(READ_FAULTS),
        random=READ_FAULTS,
        seed=house.random.randrange(1000),
        **waits,
    )


def _one_of_each(house: House) -> list[str]:
    """Return every fault in an order by chance that opens no breaker for long.

    Five outages in a row open it; a code is an answer and begins the count anew.
    """
    outages = [kind for kind in SEND_FAULTS if not kind.startswith("code")]
    house.random.shuffle(outages)
    return [FIRST, *outages[:4], "code-600", *outages[4:8], "code-500", *outages[8:]]


def wait_until_it_blew(house: House) -> None:
    """Wait until every fault has happened once."""
    house.wait_for(lambda: not _missing(house), timeout_s=END_S, every_s=0.5)


def _missing(house: House) -> list[str]:
    troubles: dict[str, int] = house.sandbox("troubles")
    of_reads = [name.split(" ") for name in troubles if name.startswith("/")]
    happened = {*troubles, *(path for path, _ in of_reads)}
    happened |= {f"read {kind}" for _, kind in of_reads}
    wanted = (*KINDS, *WEBHOOK_TROUBLES, *READ, *(f"read {k}" for k in READ_FAULTS))
    return [name for name in wanted if name not in happened]


def end(house: House) -> None:
    """Let the gateway work again but for lost answers now and then."""
    house.sandbox("faults", random={"drop-after": 0.02}, seed=SEED)
    house.sandbox("faults", scope="read", random={"503": 0.02}, seed=SEED)


def kill_at_random(house: House, *, kills: int, gap_s: tuple[float, float]) -> None:
    """Kill one part after the other at random instants."""
    kinds = [
        lambda: house.kill("sending"),
        lambda: house.kill_server("redis"),
        lambda: house.kill("interactive"),
        lambda: house.kill_child("sending"),
        lambda: house.kill_server("postgres"),
        lambda: house.kill("web"),
        lambda: house.kill_child("sending"),
        lambda: house.kill_server("redis"),
        lambda: house.kill("beat"),
        lambda: house.kill_child("sending"),
    ]
    aim = len(house.kills) + kills
    number = 0
    while len(house.kills) < aim:
        time.sleep(house.random.uniform(*gap_s))
        kinds[number % len(kinds)]()
        number += 1


def wait_until_settled(house: House, campaigns: Iterable[str]) -> list[dict[str, Any]]:
    """Wait until nothing but a person can settle more."""
    deadline = time.monotonic() + END_S
    wanted = list(campaigns)
    while True:
        found = [house.status(campaign) for campaign in wanted]
        if all(_is_settled(status) for status in found):
            return found
        if time.monotonic() > deadline:
            rows = [house.errand("open_rows", campaign) for campaign in wanted]
            raise AssertionError(f"{found}\n{house.kills}\n{house.news}\n{rows}")
        time.sleep(1)


def _is_settled(status: dict[str, Any]) -> bool:
    for_person = {"unclear": status["for_a_person"]} if status["for_a_person"] else {}
    others = {s: n for s, n in status["totals"].items() if s not in FINALS}
    return others == for_person and (bool(for_person) or status["state"] == "finished")


def wait_until_priced(house: House, campaign: str) -> dict[str, Any]:
    """Wait for the prices of messages that only a report had told us of."""
    deadline = time.monotonic() + 60
    while True:
        totals: dict[str, Any] = house.errand("totals", campaign)
        if not totals["unpriced"] or time.monotonic() > deadline:
            return totals
        time.sleep(0.5)


def assert_it_really_blew(house: House, *, kills: int) -> None:
    """Fail unless every fault happened, and every part was killed."""
    assert _missing(house) == [], house.sandbox("troubles")
    killed = Counter(house.kills)
    parts = {"sending", "sending child", "redis", "postgres", "interactive", "web"}
    assert parts <= set(killed), killed
    assert killed.total() >= kills
