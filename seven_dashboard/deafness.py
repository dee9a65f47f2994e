"""A worker that lives but takes no work notices it and ends, to be started again.

A broker that vanishes in the middle of a word can leave a Celery worker without a
listener: the process lives, answers pings, and takes nothing. Nobody outside can tell
that from a worker with long work, but the worker can: a message stays the oldest of
its queue while it has a slot to spare. It then ends in order, and at once if even that
hangs; the supervisor (or the container's restart rule) starts it anew.

A file touched at every look is the sign for the supervisor that the process runs.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.worker.state import active_requests
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from seven_dashboard import env, presence

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
# Work under way when a deaf worker ends has so long to finish.
GRACE_S = 20.0
EXIT_STATUS = 70


class Ear:
    """Decides whether a worker is deaf, from what it is shown at each look."""

    def __init__(self, *, patience_s: float) -> None:
        self.patience_s = patience_s
        self._oldest: dict[str, tuple[object, float]] = {}

    def is_deaf(
        self, oldest: Mapping[str, object], *, has_room: bool, now: float
    ) -> bool:
        """Say whether a message has waited too long although there was room for it.

        `oldest` maps the queues to their oldest waiting messages. Whenever there is no
        room, all waits begin anew.
        """
        if not has_room:
            self._oldest = {}
            return False
        self._oldest = {
            queue: known
            if (known := self._oldest.get(queue)) and known[0] == message
            else (message, now)
            for queue, message in oldest.items()
        }
        waits = [now - since for _, since in self._oldest.values()]
        return max(waits, default=0.0) >= self.patience_s


class SelfWatch(bootsteps.StartStopStep):
    """The step of a Celery worker that looks after it in a thread of its own."""

    requires = ("celery.worker.components:Pool",)

    def stop(self, worker: Any) -> None:
        """Say goodbye, so that nobody waits for a sign of this worker."""
        with contextlib.suppress(RedisError):
            presence.leave(str(worker.hostname))

    def start(self, worker: Any) -> None:
        """Begin to look; the thread ends with the process."""
        watch = threading.Thread(
            target=_watch, args=(worker,), name="self-watch", daemon=True
        )
        watch.start()


def _watch(worker: Any) -> None:
    queues = list(worker.app.amqp.queues.consume_from)
    ear = Ear(patience_s=float(settings.WORKER_DEAF_AFTER_S))
    broker = Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2
    )
    pulse = env.text("SEVEN_PULSE_FILE")
    while True:
        time.sleep(min(LOOK_EVERY_S, ear.patience_s / 3))
        if pulse:
            _touch(Path(pulse))
        with contextlib.suppress(RedisError):
            presence.show(broker, str(worker.hostname), queues, worker.concurrency)
        has_room = len(active_requests) < worker.concurrency
        oldest = _oldest(broker, queues)
        # Without the broker there is nothing to hear.
        has_room = has_room and oldest is not None
        if ear.is_deaf(oldest or {}, has_room=has_room, now=time.monotonic()):
            _end(queues)


def _oldest(broker: Redis, queues: list[str]) -> dict[str, object] | None:
    """Return the oldest message of each queue that has any, None without a broker."""
    try:
        # kombu pushes on the left and takes from the right.
        found = {queue: broker.lindex(queue, -1) for queue in queues}
    except RedisError:
        return None
    return {queue: message for queue, message in found.items() if message is not None}


def _touch(pulse: Path) -> None:
    with contextlib.suppress(OSError):
        pulse.touch(mode=0o600)


def _end(queues: list[str]) -> None:
    logger.error("took no work from %s; ends to be started again", ", ".join(queues))
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(EXIT_STATUS)
