"""Answers that wait for the commit of what they promise (group commit)."""

from __future__ import annotations

import asyncio

from seven_dashboard.sandbox.http import Answer, Response
from seven_dashboard.sandbox.store import Store

LAZY_S = 0.1
# A report that overtakes the answer may hold it back for this long at most.
MAX_HOLD_S = 4.0


class Committer:
    """Collects the answers of one loop turn, commits once, then lets them go."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, store: Store, *, latency_ms: float
    ) -> None:
        self._loop = loop
        self._store = store
        self._ready: list[tuple[Answer, Response]] = []
        self._lazy: asyncio.TimerHandle | None = None
        self.latency_ms = latency_ms

    def answer(self, answer: Answer, response: Response, *, is_late: bool) -> None:
        """Give an answer once everything up to now is committed."""
        if is_late:
            response.wait_s += self.latency_ms / 1000
        if not self._ready:
            self._loop.call_soon(self._flush)
        self._ready.append((answer, response))

    def soon(self) -> None:
        """Commit what nobody waits for within a tenth of a second."""
        if self._lazy is None and self._store.is_dirty:
            self._lazy = self._loop.call_later(LAZY_S, self._flush_lazy)

    def _flush_lazy(self) -> None:
        self._lazy = None
        self._store.commit()

    def _flush(self) -> None:
        ready, self._ready = self._ready, []
        self._store.commit()
        for answer, response in ready:
            self._release(answer, response)

    def _release(self, answer: Answer, response: Response) -> None:
        if response.wait_for is not None:
            self._loop.create_task(self._hold(answer, response))
        elif response.wait_s > 0:
            self._loop.call_later(response.wait_s, answer, response)
        else:
            answer(response)

    async def _hold(self, answer: Answer, response: Response) -> None:
        if response.wait_for is not None:
            await asyncio.wait([response.wait_for], timeout=MAX_HOLD_S)
        await asyncio.sleep(response.wait_s)
        answer(response)
