"""Webhooks on their way: which hooks hear of an event, attempts, retries, signatures.

Five seconds per attempt; 2xx and 3xx are success; 429, 500, 502 to 504 and lost
connections are tried again, up to 14 attempts over about three and a half days; any
other answer is final (gateway.md 4).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Coroutine
from urllib.parse import quote_plus

from seven_dashboard.gateway import signing
from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.clock import stamp_offset
from seven_dashboard.sandbox.committing import Committer
from seven_dashboard.sandbox.outbound import Forbidden, Outbound, Unreachable
from seven_dashboard.sandbox.records import Delivery, Hook
from seven_dashboard.sandbox.schedule import Schedule
from seven_dashboard.sandbox.world import World

ATTEMPT_TIMEOUT_S = 5.0
# The documented head of the table; its tail is unreadable and spread evenly so that
# the whole lasts about 84 hours.
RETRY_GAPS_S = (60, 300, 1800, 3600, 7200, *(36_000,) * 8)
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
LOG_SIZE = 20_000
_USER_AGENT = "seven-sandbox"


class Webhooks:
    """Turns events into deliveries and sees each to its end."""

    def __init__(self, world: World, schedule: Schedule, committer: Committer) -> None:
        self._world = world
        self._schedule = schedule
        self._committer = committer
        self._outbound = Outbound(
            is_public_allowed=world.options.is_webhook_public_allowed
        )
        self._queue: deque[Delivery] = deque()
        self._active = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchers: dict[int, asyncio.Future[None]] = {}
        self.log: deque[Delivery] = deque(maxlen=LOG_SIZE)
        self.is_paused = False

    def emit(
        self,
        account: Account,
        event: str,
        data: dict[str, object],
        *,
        subject: str = "",
        is_twice: bool = False,
    ) -> list[Delivery]:
        """Start the deliveries of an event to every hook that listens.

        ``subject`` is the own number or agent that an ``event_filter`` compares with.
        """
        started: list[Delivery] = []
        for hook in account.hooks.values():
            if not _listens(hook, event, subject):
                continue
            started.append(self._start(account, hook, event, data))
            if is_twice:
                started.append(self._start(account, hook, event, data))
        return started

    def watch(self, delivery: Delivery) -> asyncio.Future[None]:
        """Return a future that is done after the first attempt of a delivery."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers[delivery.id] = future
        return future

    def call_back(self, url: str, data: dict[str, object]) -> None:
        """Call a URL once by GET with the data added to its query."""
        glue = "&" if "?" in url else "?"
        pairs = "&".join(f"{k}={quote_plus(v)}" for k, v in flatten(data))
        self._spawn(self._call_back_once(url + glue + pairs))

    async def _call_back_once(self, url: str) -> None:
        with contextlib.suppress(Unreachable, Forbidden, TimeoutError):
            await self._outbound.fetch(
                "GET",
                url,
                headers={"User-Agent": _USER_AGENT},
                body=b"",
                timeout_s=ATTEMPT_TIMEOUT_S,
            )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Go on with the deliveries that a restart interrupted."""
        for delivery in list(self._world.deliveries.values()):
            self.log.append(delivery)
            self._enqueue_at(delivery, delivery.due_at)

    def release(self) -> None:
        """Go on after a pause."""
        self.is_paused = False
        self._drain()

    async def close(self) -> None:
        """Stop everything under way; waiting deliveries stay kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._outbound.close()

    # --- from event to delivery

    def _start(
        self, account: Account, hook: Hook, event: str, data: dict[str, object]
    ) -> Delivery:
        plan = account.webhook_plan
        delivery = self._new(hook, event, data)
        if plan.drop_share and plan.source.random() < plan.drop_share:
            account.troubles["report-dropped"] += 1
            delivery.state = "dropped"
            self.log.append(delivery)
            return delivery
        self._keep(delivery, shuffle_s=plan.shuffle_s * plan.source.random())
        if plan.duplicate_share and plan.source.random() < plan.duplicate_share:
            account.troubles["report-twice"] += 1
            copy = self._new(hook, event, data)
            self._keep(copy, shuffle_s=plan.shuffle_s * plan.source.random())
        return delivery

    def _new(self, hook: Hook, event: str, data: dict[str, object]) -> Delivery:
        now = self._world.now()
        return Delivery(
            id=self._world.next_serial(),
            account_id=hook.account_id,
            hook_id=hook.id,
            url=hook.target_url,
            request_method=hook.request_method,
            headers=hook.headers,
            event=event,
            data=data,
            event_at=now,
            due_at=now,
        )

    def _keep(self, delivery: Delivery, *, shuffle_s: float) -> None:
        self.log.append(delivery)
        self._world.deliveries[delivery.id] = delivery
        self._world.store.put(delivery)
        if shuffle_s > 0:
            self._enqueue_at(delivery, delivery.due_at + shuffle_s)
        else:
            self._enqueue(delivery)

    # --- attempts

    def _enqueue_at(self, delivery: Delivery, due_at: float) -> None:
        delivery.due_at = due_at
        self._schedule.at(due_at, lambda: self._enqueue(delivery))

    def _enqueue(self, delivery: Delivery) -> None:
        self._queue.append(delivery)
        self._drain()

    def _drain(self) -> None:
        limit = self._world.options.webhook_concurrency
        while self._queue and self._active < limit and not self.is_paused:
            delivery = self._queue.popleft()
            if delivery.id not in self._world.deliveries:
                continue
            self._active += 1
            self._spawn(self._attempt(delivery))

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            status = await self._send(delivery)
            self._settle(delivery, status)
        except (Unreachable, TimeoutError) as error:
            self._retry(delivery, str(error) or "timeout")
        except Forbidden as error:
            self._finish(delivery, "failed", str(error))
        finally:
            self._active -= 1
            watcher = self._watchers.pop(delivery.id, None)
            if watcher is not None and not watcher.done():
                watcher.set_result(None)
            self._committer.soon()
            self._drain()

    async def _send(self, delivery: Delivery) -> int:
        delivery.attempts += 1
        account = self._world.accounts[delivery.account_id]
        method, url, body, content_type = _wire(delivery)
        headers = {"User-Agent": _USER_AGENT, "Accept": "*/*"}
        if content_type:
            headers["Content-Type"] = content_type
        headers |= _custom_headers(delivery.headers)
        headers |= signing.signed_headers(
            key=account.profile.signing_key, method=method, url=url, body=body
        )
        return await self._outbound.fetch(
            method, url, headers=headers, body=body, timeout_s=ATTEMPT_TIMEOUT_S
        )

    def _settle(self, delivery: Delivery, status: int) -> None:
        if 200 <= status < 400:
            self._finish(delivery, "delivered", str(status))
        elif status in RETRIED_STATUSES:
            self._retry(delivery, str(status))
        else:
            self._finish(delivery, "failed", str(status))

    def _retry(self, delivery: Delivery, result: str) -> None:
        if delivery.attempts > len(RETRY_GAPS_S):
            self._finish(delivery, "failed", result)
            return
        delivery.last_result = result
        gap_s = RETRY_GAPS_S[delivery.attempts - 1] * self._world.options.time_scale
        self._enqueue_at(delivery, self._world.now() + gap_s)
        self._world.store.put(delivery)

    def _finish(self, delivery: Delivery, state: str, result: str) -> None:
        delivery.state = state
        delivery.last_result = result
        self._world.deliveries.pop(delivery.id, None)
        self._world.store.delete(delivery)


def _listens(hook: Hook, event: str, subject: str) -> bool:
    if not hook.is_enabled or hook.event_type not in ("all", event):
        return False
    return not (hook.event_filter and subject and hook.event_filter != subject)


def _wire(delivery: Delivery) -> tuple[str, str, bytes, str]:
    """Return method, URL, body and content type of a delivery."""
    envelope: dict[str, object] = {
        "data": delivery.data,
        "webhook_event": delivery.event,
        "webhook_timestamp": stamp_offset(delivery.event_at),
    }
    if delivery.request_method == "JSON":
        body = json.dumps(envelope, ensure_ascii=False).encode()
        return "POST", delivery.url, body, "application/json"
    pairs = "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, value in flatten(envelope)
    )
    if delivery.request_method == "GET":
        glue = "&" if "?" in delivery.url else "?"
        return "GET", delivery.url + glue + pairs, b"", ""
    form = "application/x-www-form-urlencoded"
    return "POST", delivery.url, pairs.encode(), form


def flatten(value: object, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested values as pairs with PHP brackets, e.g. ``data[id]``."""
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return [(prefix, _scalar(value))]
    found: list[tuple[str, str]] = []
    for key, child in children:
        found.extend(flatten(child, f"{prefix}[{key}]" if prefix else str(key)))
    return found


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _custom_headers(lines: str) -> dict[str, str]:
    found = {}
    for line in lines.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().isascii() and name.strip():
            found[name.strip()] = value.strip()
    return found
