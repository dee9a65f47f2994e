"""The letterbox under load: 200 events a second beside a campaign, then a flood.

The web server as in production (2 processes, 4 threads each), a worker that applies
what comes, and reports on messages that are there. Meanwhile people say STOP: how long
until it is in force. Beside it a bare Django view that only inserts the row. The flood
is 1,000 a second for BENCH_FLOOD_SECONDS (15; the long form is 600): every event must
be there once and have moved its message.

`python -m bench.webhooks` takes about two minutes.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from bench import _sending_house as house
from bench import _webhooks_stops as stops
from bench._meters import percentile

if TYPE_CHECKING:
    from accounts.models import Connection

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
FLOOD_SECONDS = float(os.environ.get("BENCH_FLOOD_SECONDS", "15"))
RATE, FLOOD_RATE = 200, 1_000
WANTED_MS, STOP_MS = 100, 5_000
SIGNING_KEY = "bench-signing-key"
# Messages a second of the campaign that runs meanwhile: ten times the usual pace.
PACE = Decimal(100)
CATCH_UP_S = 600

MESSAGES = """
INSERT INTO messaging_message
    (workspace_id, campaign_id, channel, recipient, country, variables, text, parts,
     state, skip_reason, attempts, foreign_id, gateway_id, looks, doubts, accepted_at)
SELECT workspace_id, id, 'sms', '+49152' || lpad(n::text, 8, '0'), 'DE', '{}', 'Hi', 1,
       'accepted', '', 1, '', '77' || lpad(n::text, 9, '0'), 0, 0, now()
FROM messaging_campaign, generate_series(%s::int, %s::int) AS n WHERE id = %s
"""


def main() -> None:
    port = _free_port()
    # As in production: while debugging, Django keeps every query.
    os.environ |= {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DEBUG": "0",
        "SECRET_KEY": "bench-secret-key",
        "FIELD_KEYS": "bench-field-key",
        "SEVEN_OAUTH_URL": "http://127.0.0.1:9",
    }
    with house.opened():
        connection = house.connected()
        connection.signing_key = SIGNING_KEY
        connection.rate_per_s = PACE
        connection.save()
        _campaign(connection)
        events = round(RATE * SECONDS) + round(FLOOD_RATE * FLOOD_SECONDS)
        _messages(connection, events)
        url = f"{os.environ['PUBLIC_URL']}/webhooks/{connection.webhook_token}/"
        with _web("seven_dashboard.wsgi:application", port), _worker():
            with ThreadPoolExecutor(1) as pool:
                said = pool.submit(
                    stops.in_force_ms, connection, url, key=SIGNING_KEY, seconds=SECONDS
                )
                calm = _beside_a_campaign(connection, url)
                stop_ms = said.result()
            flood = _calls(url, FLOOD_RATE, FLOOD_SECONDS, first=round(RATE * SECONDS))
            stored, moved, after_s = _counted()
        bare_calm, bare_flood = _bare(connection)
    where = f"{RATE} a second, {PACE} messages a second leave"
    rows = [
        _row(f"answer at {where}, 99 of 100", _p99(calm), "ms", WANTED_MS),
        _row("the same", _p99(calm), "ms", _p99(bare_calm), beside="bare view"),
        _row("STOP in force meanwhile, the slowest", max(stop_ms), "ms", STOP_MS),
        _row(
            f"flood of {FLOOD_RATE:,} a second for {FLOOD_SECONDS:.0f} s, stored once",
            *(stored, "events", events + len(stop_ms)),
            beside="posted",
        ),
        _row("messages moved by them", moved, "messages", events, beside="posted"),
        _row("flood, posts repeated", flood["repeated"], "posts", 1, beside="at most"),
        _row(
            "flood, taken",
            *(flood["taken"] / flood["took_s"], "/s"),
            bare_flood["taken"] / bare_flood["took_s"],
            beside="bare view",
        ),
        _row(
            "flood, 99 of 100", _p99(flood), "ms", _p99(bare_flood), beside="bare view"
        ),
        _row("all applied after the flood", after_s, "s", FLOOD_SECONDS),
    ]
    sys.stdout.write(json.dumps({"name": "webhooks", "rows": rows}) + "\n")


def _campaign(connection: Connection) -> None:
    """Have messages to send for longer than is measured."""
    from messaging.services import audiences

    group = house.people(connection.workspace, round(float(PACE) * (SECONDS + 30) * 2))
    campaign = house.launched(
        group, "Hello {{ firstname }}, your number is {{ phone }}"
    )
    while not audiences.freeze(campaign.pk):
        pass


def _messages(connection: Connection, count: int) -> None:
    """Have a message for each event to report on."""
    from django.db import connection as database

    from messaging.models import Campaign

    campaign = Campaign.objects.create(
        workspace=connection.workspace, name="Sent", state="finished"
    )
    with database.cursor() as cursor:
        cursor.execute(MESSAGES, [0, count - 1, campaign.pk])
        cursor.execute("VACUUM ANALYZE messaging_message")


def _beside_a_campaign(connection: Connection, url: str) -> dict[str, Any]:
    sender = house.started("engine", connection.pk, SECONDS + 10)
    time.sleep(3)
    calm = _calls(url, RATE, SECONDS, first=0)
    house.result_of(sender)
    return calm


def _calls(url: str, rate: float, seconds: float, *, first: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench._webhooks_caller"]
    command += [url, SIGNING_KEY, str(rate), str(seconds), str(first)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    if found["lost"]:
        raise RuntimeError(f"{found['lost']} events were given up")
    return found


def _counted() -> tuple[int, int, float]:
    """Wait until every event is applied; return rows, messages moved, and seconds."""
    from messaging.models import Message, WebhookEvent

    began = time.monotonic()
    waiting = WebhookEvent.objects.filter(state__in=("pending", "unmatched"))
    while waiting.exists() and time.monotonic() - began < CATCH_UP_S:
        time.sleep(0.2)
    took_s = time.monotonic() - began
    moved = Message.objects.filter(campaign__name="Sent", state="delivered").count()
    stored = WebhookEvent.objects.values("digest").distinct().count()
    if WebhookEvent.objects.count() != stored:
        raise RuntimeError("an event was stored twice")
    return stored, moved, took_s


def _bare(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_event (id bigserial PRIMARY KEY, body bytea,"
            " at timestamptz DEFAULT now())"
        )
    port = _free_port()
    url = f"http://127.0.0.1:{port}/webhooks/"
    with _web("bench._webhooks_bare:app", port):
        return (
            _beside_a_campaign(connection, url),
            _calls(url, FLOOD_RATE, min(FLOOD_SECONDS, 60), first=0),
        )


@contextlib.contextmanager
def _web(application: str, port: int) -> Iterator[None]:
    from seven_dashboard.supervisor.plans import web_command

    command = web_command(host="127.0.0.1", port=port, workers=2)
    command = [
        application if part.endswith(":application") else part for part in command
    ]
    with _running([sys.executable, *command]):
        _await(port)
        _warm_up(port)
        yield


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """Run the worker that applies events, and ring as the clock does."""
    from seven_dashboard.supervisor.plans import WORKERS

    interactive = next(one for one in WORKERS if one.name == "interactive")
    ringer = [sys.executable, "-m", "bench._webhooks_ringer"]
    with _running([sys.executable, *interactive.command()]), _running(ringer):
        yield


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


def _warm_up(port: int) -> None:
    """Ask until every thread of both processes has loaded what it needs."""
    url = f"http://127.0.0.1:{port}/webhooks/nobody/"

    def ask(_serial: int) -> None:
        with contextlib.suppress(URLError):
            urlopen(url, data=b"{}", timeout=60).close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(200)))


def _p99(calls: dict[str, Any]) -> float:
    return percentile(calls["times_ms"], 0.99)


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
