"""The engine beside the bare HTTP client and beside what other programs do.

A gateway answers in LATENCY_MS. All send with the same processes and connections. The
bare client posts ready-made forms through `requests` and keeps nothing; the engine
claims, renders, sends, reads, and writes each row twice. The two take turns, ROUNDS
times each, after autovacuum's work on a million new rows has been done: that falls to
whoever is measured when it begins. `python -m bench.sending` takes about seven minutes,
with `BENCH_ROWS=100000 BENCH_SECONDS=4` five.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bench import _sending_house as house
from bench._meters import Memory, percentile, times_ms
from bench._sending_house import LATENCY_MS, PROCESSES, SECONDS, THREADS

if TYPE_CHECKING:
    from accounts.models import Connection
    from messaging.models import Campaign

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
# Enough of one text for SECONDS at twice the rate that is wanted.
GROUPED_ROWS = int(20_000 * SECONDS) + 20_000
SLOW_ROWS = 2_000
WANTED = {"launch": 20_000, "grouped": 10_000, "page_ms": 200}
PERSONAL = "Hello {{ firstname }}, your number is {{ phone }}"
PACES = (1, 10, 100, 1_000)
ROUNDS = 3


def main() -> None:
    with house.opened() as url:
        connection = house.connected()
        rows = [
            *_launch(connection),
            *_against_others(connection, url),
            *_grouped(connection),
            *_paces(connection),
        ]
    sys.stdout.write(json.dumps({"name": "sending", "rows": rows}) + "\n")


def _launch(connection: Connection) -> list[dict[str, Any]]:
    """Freeze the whole audience while somebody looks at pages."""
    group = house.people(connection.workspace, ROWS)
    campaign = house.launched(group, PERSONAL)
    role = house.started("freeze", campaign.pk)
    with Memory(role.pid) as memory:
        pages = _looked_at(campaign, lambda: role.poll() is None)
        per_s = house.result_of(role)
    return [
        _row(f"audience of {ROWS:,} frozen", per_s, "rows/s", WANTED["launch"]),
        _page_row("pages meanwhile", pages),
        _row(
            "memory of the launch, last third",
            memory.growth,
            "of the one before",
            1,
            beside="flat",
        ),
    ]


def _against_others(connection: Connection, url: str) -> list[dict[str, Any]]:
    house.settled()
    rounds = [
        (house.together("bare", url), house.together("engine", connection.pk))
        for _ in range(ROUNDS)
    ]
    bare, engine = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    pages: list[float] = []
    campaign = _running(connection)
    is_over = threading.Event()
    looker = threading.Thread(
        target=lambda: pages.extend(_looked_at(campaign, lambda: not is_over.is_set()))
    )
    # Again with somebody looking, who takes a part of the processors.
    looker.start()
    house.together("engine", connection.pk)
    is_over.set()
    looker.join()
    where = f"{PROCESSES} x {THREADS} connections, {LATENCY_MS} ms"
    others = {
        "one Celery task per message": _tasks(campaign),
        "django-post_office": _mails(),
    }
    return [
        _row(f"personal texts, {where}", engine, "/s", bare, beside="bare requests"),
        *(
            _row("personal texts", engine, "/s", rate, beside=name)
            for name, rate in others.items()
        ),
        _page_row("pages while sending", pages),
    ]


def _grouped(connection: Connection) -> list[dict[str, Any]]:
    from messaging.services import audiences

    group = house.people(connection.workspace, GROUPED_ROWS)
    campaign = house.launched(group, "We are open on Sunday. See what is new!")
    while not audiences.freeze(campaign.pk):
        pass
    house.pause_others(campaign)
    rate = house.together("engine", connection.pk)
    return [_row("one text, recipients", rate, "/s", WANTED["grouped"])]


def _paces(connection: Connection) -> list[dict[str, Any]]:
    """Measure what leaves when a pace is set, with one text and with own texts."""
    rows = []
    for campaign, kind in _each_kind(connection):
        house.pause_others(campaign)
        for pace in PACES:
            connection.rate_per_s = Decimal(pace)
            connection.save(update_fields=["rate_per_s"])
            measured = house.result_of(house.started("paced", connection.pk))
            rows.append(
                _row(f"pace of {kind}", measured, "/s", pace, beside="as it was set")
            )
    return rows


def _each_kind(connection: Connection) -> list[tuple[Campaign, str]]:
    from messaging.models import Campaign

    found = Campaign.objects.filter(workspace=connection.workspace)
    return [
        (found.order_by("created_at")[0], "personal texts"),
        (found.order_by("-created_at")[0], "one text"),
    ]


def _running(connection: Connection) -> Campaign:
    from messaging.models import Campaign

    return Campaign.objects.get(workspace=connection.workspace, state="sending")


def _looked_at(campaign: Campaign, go_on: Callable[[], bool]) -> list[float]:
    """Ask for the live page, the list and the home page in turn; milliseconds."""
    from django.test import Client

    from accounts.models import Membership, Role, User

    email = f"bench-{time.time_ns()}@example.com"
    user = User.objects.create_user(email)
    Membership.objects.create(workspace=campaign.workspace, user=user, role=Role.OWNER)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    paths = (f"/campaigns/{campaign.pk}/", "/campaigns/", "/")
    asked = [0]

    def visit() -> None:
        answer = browser.get(paths[asked[0] % len(paths)])
        asked[0] += 1
        if answer.status_code != 200:
            raise RuntimeError(f"a page answered {answer.status_code}")

    for _path in paths:
        # The first call of a process reads templates and translations.
        visit()
    return times_ms(visit, go_on, every_s=0.2)


def _tasks(campaign: Campaign) -> float:
    """Send rows by a task each; return messages a second once it runs."""
    from bench._sending_tasks import send_one
    from messaging.models import Message

    waiting = Message.objects.filter(campaign=campaign, state="queued")
    ids = list(waiting.order_by("-pk").values_list("pk", flat=True)[:SLOW_ROWS])
    for pk in ids:
        send_one.delay(pk)
    command = [sys.executable, "-m", "bench._sending_tasks", str(THREADS)]
    workers = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(PROCESSES)
    ]
    try:
        return _watched(lambda: Message.objects.filter(pk__in=ids, state="accepted"))
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


def _watched(done: Callable[[], Any]) -> float:
    """Return rows a second from the first one that is done to the last."""
    first: tuple[float, int] | None = None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now, count = time.monotonic(), done().count()
        if count and first is None:
            first = (now, count)
        if first and count >= SLOW_ROWS:
            return float((count - first[1]) / (now - first[0]))
        time.sleep(0.05)
    raise RuntimeError("the tasks did not come to their end")


def _mails() -> float:
    command = [sys.executable, "-m", "bench._sending_mails", str(SLOW_ROWS)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(run.stdout.splitlines()[-1])


def _page_row(what: str, pages: list[float]) -> dict[str, Any]:
    taken = percentile(pages, 0.95)
    return _row(f"{what}, 95 of 100", taken, "ms", WANTED["page_ms"])


def _row(
    what: str, value: float, unit: str, other: float, *, beside: str = "wanted"
) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value, 2),
        "unit": unit,
        "beside": beside,
        "beside_value": round(other, 2),
        "ratio": round(value / other, 3),
    }


if __name__ == "__main__":
    main()
