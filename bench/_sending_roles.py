"""What the processes of the sending benchmarks do; each prints one figure at its end.

``python -m bench._sending_roles ROLE ARGUMENT…``
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from bench._sending_house import API_KEY, PROCESSES, SECONDS, THREADS

# So long that one message more or less at 1/s is within the 5 % that are wanted.
PACED_S = max(21.0, SECONDS)


def new_session() -> Any:
    """Return a plain, pooled session of the HTTP library."""
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=THREADS))
    return session


def post(session: Any, url: str, *, to: str, text: str, foreign_id: str) -> bytes:
    """Post one message as a program without any care would; return the answer."""
    import requests

    request = requests.PreparedRequest()
    request.prepare(
        method="POST",
        url=f"{url}/sms",
        headers={
            "X-Api-Key": API_KEY,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        data=urlencode({"to": to, "text": text, "foreign_id": foreign_id}),
    )
    answer: bytes = session.send(request, timeout=15).content
    return answer


def bare(url: str) -> float:
    """Post from THREADS threads and read nothing; return messages a second."""
    session = new_session()
    counts = [0] * THREADS
    deadline = time.monotonic() + SECONDS

    def work(thread: int) -> None:
        while time.monotonic() < deadline:
            counts[thread] += 1
            serial = counts[thread]
            post(
                session,
                url,
                to=f"+49160{os.getpid() % 100:02d}{thread:02d}{serial:05d}",
                text=f"Hello Anna{serial}",
                foreign_id=f"{os.getpid()}-{thread}-{serial}",
            )

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def engine(connection_id: str, seconds: str = str(SECONDS)) -> float:
    """Run the sending floor; return messages a second."""
    import django

    django.setup()
    from messaging.services import floor

    began = time.monotonic()
    report = floor.run(
        UUID(connection_id), budget_s=float(seconds), processes=PROCESSES
    )
    return report.accepted / (time.monotonic() - began)


def steady(connection_id: str, seconds: str) -> float:
    """Run the sending floor again and again, as a worker does; return its runs."""
    import django

    django.setup()
    from messaging.services import floor
    from messaging.tasks.sending import SEND_BUDGET_S

    deadline, runs = time.monotonic() + float(seconds), 0
    while (left_s := deadline - time.monotonic()) > 0:
        floor.run(UUID(connection_id), budget_s=min(SEND_BUDGET_S, left_s))
        runs += 1
        # With nothing to do it waits for the next bell.
        time.sleep(0.2)
    return runs


def paced(connection_id: str) -> float:
    """Run the sending floor alone at its pace; return messages a second.

    From the first second after the first call to the last one: a start, which may use
    the half second that a bucket holds, counts for nothing.
    """
    import django

    django.setup()
    from messaging.services import flights, floor

    left: list[tuple[float, int]] = []
    make = flights.Flights.make

    def noted(self: Any, call: Any) -> None:
        left.append((time.monotonic(), len(call.claims)))
        make(self, call)

    flights.Flights.make = noted  # type: ignore[method-assign]
    floor.run(UUID(connection_id), budget_s=PACED_S)
    left.sort()
    steady = [(at, count) for at, count in left if at >= left[0][0] + 1]
    (first_at, first), (last_at, _) = steady[0], steady[-1]
    return (sum(count for _, count in steady) - first) / (last_at - first_at)


def freeze(campaign_id: str) -> float:
    """Freeze the audience of a campaign; return rows a second."""
    import django

    django.setup()
    from messaging.models import Campaign
    from messaging.services import audiences

    began = time.monotonic()
    while not audiences.freeze(UUID(campaign_id)):
        pass
    took_s = time.monotonic() - began
    return int(Campaign.objects.get(pk=campaign_id).total) / took_s


ROLES: dict[str, Callable[..., float]] = {
    "bare": bare,
    "engine": engine,
    "freeze": freeze,
    "paced": paced,
    "steady": steady,
}

if __name__ == "__main__":
    sys.stdout.write(f"{ROLES[sys.argv[1]](*sys.argv[2:])}\n")
