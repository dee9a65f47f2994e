"""Posts signed events as the gateway does: at a fixed rate, repeated when not taken.

``python -m bench._webhooks_caller URL KEY RATE SECONDS FIRST`` prints one JSON object.
Times run from when a post was due and not from when it left, so that a receiver that
holds up the caller does not look faster than it is.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from seven_dashboard.gateway import signing

CONNECTIONS = 32
ATTEMPTS = 14
# gateway.md 4: five seconds an attempt. Pauses of minutes and hours are a second here.
TIMEOUT_S, PAUSE_S = 5.0, 1.0
REPEATED = (429, 500, 502, 503, 504)


@dataclass
class Calls:
    """What is to be posted, and what came of it."""

    url: str
    key: str
    times_ms: list[float] = field(default_factory=list)
    taken: int = 0
    repeated: int = 0
    lost: int = 0

    def request(self, number: int) -> bytes:
        """Return a report on the message of this number, signed now."""
        parts = urlsplit(self.url)
        body = json.dumps(
            {
                "data": {
                    "msg_id": f"77{number:09d}",
                    "status": "DELIVERED",
                    "timestamp": "2026-11-24 08:08:00.000000",
                },
                "webhook_event": "dlr",
                "webhook_timestamp": "2026-11-24T08:08:00+01:00",
            }
        ).encode()
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **signing.signed_headers(
                key=self.key, method="POST", url=self.url, body=body
            ),
        }
        lines = [f"POST {parts.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def deliver(self, line: Line, number: int, due: float) -> None:
        """Post until it is taken, and note how long the first answer took."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self.repeated += 1
                await asyncio.sleep(PAUSE_S)
            status = await line.status_of(self.request(number))
            if not attempt:
                self.times_ms.append((time.perf_counter() - due) * 1000)
            if 200 <= status < 400:
                self.taken += 1
                return
            if status and status not in REPEATED:
                break
        self.lost += 1


class Line:
    """One connection that is opened again when it breaks."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or 80)
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None

    async def status_of(self, request: bytes) -> int:
        """Return the status of the answer, 0 when none came in time."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._exchange(request)
        except (OSError, TimeoutError, EOFError, ValueError):
            if self._writer is not None:
                self._writer.close()
            self._writer = self._reader = None
            return 0

    async def _exchange(self, request: bytes) -> int:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(*self._place)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await self._reader.readexactly(int(line.partition(b":")[2]))
        return int(head.split(b" ", 2)[1])


async def run(calls: Calls, *, rate: float, seconds: float, first: int) -> None:
    """Post `rate` a second for so long, each to the next line that is free."""
    due_at: asyncio.Queue[tuple[int, float] | None] = asyncio.Queue()
    workers = [
        asyncio.create_task(_work(calls, due_at, Line(calls.url)))
        for _ in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for sent in range(round(rate * seconds)):
        due = began + sent / rate
        if (ahead_s := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead_s)
        due_at.put_nowait((first + sent, due))
    for _worker in workers:
        due_at.put_nowait(None)
    await asyncio.gather(*workers)


async def _work(
    calls: Calls, due_at: asyncio.Queue[tuple[int, float] | None], line: Line
) -> None:
    while (job := await due_at.get()) is not None:
        await calls.deliver(line, *job)


def main() -> None:
    url, key, rate, seconds, first = sys.argv[1:]
    calls = Calls(url, key)
    began = time.perf_counter()
    asyncio.run(run(calls, rate=float(rate), seconds=float(seconds), first=int(first)))
    found = {
        "taken": calls.taken,
        "repeated": calls.repeated,
        "lost": calls.lost,
        "took_s": time.perf_counter() - began,
        "times_ms": sorted(calls.times_ms),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
