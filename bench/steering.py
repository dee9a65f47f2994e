"""How soon a pause takes effect, and how right the time to finish is that pages show.

The time to finish is that of the live page, looked at every two seconds as a browser
does, while one process sends for two minutes: at 10/s, slowly, and spread by a plan.
A pause is measured at the gateway: from the commit to the last request that comes in,
also while the gateway hangs. ``python -m bench.steering`` takes about four minutes.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from bench import _sending_house as house
from bench._sending_house import API_KEY, PROCESSES

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Connection, Workspace
    from messaging.models import Campaign

TEXT = "Hello {{ firstname }}"
RUN_S = 120
AFTER_S = 60
LOOK_EVERY_S = 2.0
# Of a rest that is shorter, ten percent are less than what a page rounds to, or than
# the pause between two messages.
LEAST_LEFT_S = 10.0
WANTED_ERROR, WANTED_PAUSE_MS = 10, 2_000
PAUSES = 3
HANG_S = 5

# Predictions: seconds since the start, seconds that were said to be left.
Looks = list[tuple[float, float | None]]


def main() -> None:
    with house.opened() as url:
        connection = house.connected()
        rows = [*_time_to_finish(connection), *_pauses(connection, url)]
    sys.stdout.write(json.dumps({"name": "steering", "rows": rows}) + "\n")


# --- time to finish


def _time_to_finish(connection: Connection) -> list[dict[str, Any]]:
    """Run three campaigns at once, each for two minutes, and look at their pages."""
    _set_pace(connection, 20)
    workspace = connection.workspace
    running = {
        "10/s": _frozen(workspace, 10 * RUN_S, rate_per_s=Decimal(10)),
        "one in two seconds": _frozen(workspace, RUN_S // 2, rate_per_s=Decimal("0.5")),
        "spread over two minutes": _spread(_frozen(workspace, 200)),
    }
    every_s = {name: RUN_S / campaign.total for name, campaign in running.items()}
    ids = {name: campaign.pk for name, campaign in running.items()}
    looks = _looked_at(connection, ids)
    return [_error_row(name, *looks[name], every_s=every_s[name]) for name in running]


def _looked_at(
    connection: Connection, running: dict[str, UUID]
) -> dict[str, tuple[Looks, float]]:
    """Send and look until all is done; return predictions, and when each ended."""
    from messaging.models import Campaign
    from messaging.selectors import live

    looks: dict[str, Looks] = {name: [] for name in running}
    ended: dict[str, float] = {}
    began = time.monotonic()
    sender = house.started("steady", connection.pk, 2 * RUN_S)
    while len(ended) < len(running):
        time.sleep(LOOK_EVERY_S)
        for name, pk in running.items():
            shown = live.of(Campaign.objects.select_related("workspace").get(pk=pk))
            now = time.monotonic() - began
            looks[name].append((now, shown.pace.left_s))
            if shown.progress.settled == shown.progress.recipients:
                ended.setdefault(name, _last_sent(pk, now))
    sender.kill()
    sender.wait()
    return {name: (found, ended[name]) for name, found in looks.items()}


def _last_sent(campaign_id: UUID, now: float) -> float:
    """Return when the last message was sent, on the clock of `now`."""
    from django.db.models import Max
    from django.utils import timezone

    from messaging.models import Message

    rows = Message.objects.filter(campaign=campaign_id)
    last = rows.aggregate(last=Max("accepted_at"))["last"]
    return now - float((timezone.now() - last).total_seconds())


def _error_row(
    name: str, looks: Looks, ended: float, *, every_s: float
) -> dict[str, Any]:
    """Return by how much of the rest a prediction was off at worst, in percent."""
    worst, least = 0.0, max(LEAST_LEFT_S, 10 * every_s)
    for at, said in looks:
        rest = ended - at
        if at >= AFTER_S and rest >= least:
            worst = max(worst, abs(said - rest) / rest if said is not None else 1.0)
    return _row(
        f"time to finish, {name}, after a minute", 100 * worst, "%", WANTED_ERROR
    )


# --- pause


def _pauses(connection: Connection, url: str) -> list[dict[str, Any]]:
    """Pause at several paces; then while no call is answered."""
    people = house.people(connection.workspace, 200_000)
    campaign = house.launched(people, TEXT)
    _freeze(campaign)
    house.pause_others(campaign)
    rows = []
    for pace in (10, 1_000):
        _set_pace(connection, pace)
        rows.append(_pause_row(connection, campaign, url, f"at {pace:,}/s"))
    body = {"random": {"hang-after": 1}, "hang_s": HANG_S}
    _control(url, "faults", **body)
    _set_pace(connection, 100)
    rows.append(_pause_row(connection, campaign, url, "at 100/s, gateway hangs"))
    _control(url, "faults", random={})
    return rows


def _pause_row(
    connection: Connection, campaign: Campaign, url: str, name: str
) -> dict[str, Any]:
    took = [_pause_ms(connection, campaign, url) for _ in range(PAUSES)]
    return _row(f"pause {name}, worst of {PAUSES}", max(took), "ms", WANTED_PAUSE_MS)


def _pause_ms(connection: Connection, campaign: Campaign, url: str) -> float:
    """Send for a moment, pause, and return when the last request came in."""
    from messaging.services import campaigns

    senders = [house.started("engine", connection.pk, 12) for _ in range(PROCESSES)]
    before = _requests(url)
    while _requests(url) < before + 5:
        time.sleep(0.05)
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    paused_at = last_at = time.monotonic()
    count = _requests(url)
    while any(sender.poll() is None for sender in senders):
        time.sleep(0.01)
        if (now_there := _requests(url)) != count:
            count, last_at = now_there, time.monotonic()
    for sender in senders:
        house.result_of(sender)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    return (last_at - paused_at) * 1_000


def _requests(url: str) -> int:
    return int(_control(url, "requests").get("POST /sms", 0))


def _control(url: str, path: str, **values: object) -> dict[str, Any]:
    root = url.removesuffix("/api")
    body = json.dumps({"key": API_KEY, **values}).encode() if values else None
    request = Request(f"{root}/_sandbox/{path}?key={API_KEY}", data=body)
    request.add_header("Content-Type", "application/json")
    with urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


# --- furniture


def _set_pace(connection: Connection, rate_per_s: int) -> None:
    connection.rate_per_s = Decimal(rate_per_s)
    connection.save(update_fields=["rate_per_s"])


def _frozen(
    workspace: Workspace, size: int, *, rate_per_s: Decimal | None = None
) -> Campaign:
    from messaging.models import Campaign

    campaign = house.launched(house.people(workspace, size), TEXT)
    Campaign.objects.filter(pk=campaign.pk).update(rate_per_s=rate_per_s)
    return _freeze(campaign)


def _freeze(campaign: Campaign) -> Campaign:
    from messaging.services import audiences

    while not audiences.freeze(campaign.pk):
        pass
    campaign.refresh_from_db()
    return campaign


def _spread(campaign: Campaign) -> Campaign:
    """Let its messages be due one after the other over the run."""
    from django.utils import timezone

    from messaging.models import Message

    rows = list(Message.objects.filter(campaign=campaign).order_by("pk"))
    now = timezone.now()
    for number, row in enumerate(rows):
        row.due_at = now + timedelta(seconds=RUN_S * number / len(rows))
    Message.objects.bulk_update(rows, ["due_at"], batch_size=500)
    return campaign


def _row(what: str, value: float, unit: str, wanted: float) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value, 1),
        "unit": unit,
        "beside": "wanted",
        "beside_value": wanted,
        "ratio": round(value / wanted, 3),
    }


if __name__ == "__main__":
    main()
