"""Probes: is the process up, can it work, and how much it did."""

from __future__ import annotations

import contextlib
import hmac
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge
from prometheus_client import generate_latest as render
from redis import Redis
from redis.exceptions import RedisError

from seven_dashboard import queues

# Further figures of the apps above: name to words and a cheap function.
_figures: dict[str, tuple[str, Callable[[], float]]] = {}

HEARTBEAT_KEY = "worker-heartbeat"
# Beat rings every ten seconds; three misses mean that nobody works.
HEARTBEAT_MAX_AGE_S = 35.0


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 only when database, Redis and a worker are all there."""
    checks = {
        "database": _database_answers(),
        "redis": _redis_answers(),
        "worker": _worker_is_alive(),
    }
    ready = all(checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus figures, to this machine or to who holds the token."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    return HttpResponse(render(_measure()), content_type=CONTENT_TYPE_LATEST)


def record_heartbeat(queue: str = queues.PERIODIC) -> None:
    """Leave the time where the probe finds it; a worker of the queue calls this."""
    caches["default"].set(f"{HEARTBEAT_KEY}:{queue}", time.time(), timeout=3600)


def add_figure(name: str, words: str, measure: Callable[[], float]) -> None:
    """Add a gauge to /metrics; `measure` asks one bounded query at most."""
    _figures[name] = (words, measure)


def heartbeat_age_s(queue: str = queues.PERIODIC) -> float | None:
    """Return how long ago a worker of the queue gave a sign, None without one."""
    seen = caches["default"].get(f"{HEARTBEAT_KEY}:{queue}")
    return None if seen is None else max(0.0, time.time() - float(seen))


def queue_depths() -> dict[str, int]:
    """Return the waiting tasks of each queue; empty while Redis is away."""
    broker = Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
    try:
        return {name: int(broker.llen(name)) for name in queues.ALL}
    except RedisError:
        return {}
    finally:
        broker.close()


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    client = Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _worker_is_alive() -> bool:
    age_s = heartbeat_age_s()
    return age_s is not None and age_s < HEARTBEAT_MAX_AGE_S


def _sign_age_s(queue: str) -> float:
    age_s = heartbeat_age_s(queue)
    return -1 if age_s is None else age_s


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    is_local = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    return is_local and "X-Forwarded-For" not in request.headers


def _measure() -> CollectorRegistry:
    registry = CollectorRegistry()
    up = Gauge("seven_up", "Whether a part answers", ["part"], registry=registry)
    up.labels("database").set(_database_answers())
    up.labels("redis").set(_redis_answers())
    up.labels("worker").set(_worker_is_alive())
    depth = Gauge("seven_queue_depth", "Tasks waiting", ["queue"], registry=registry)
    for name, count in queue_depths().items():
        depth.labels(name).set(count)
    age = Gauge(
        "seven_worker_sign_age_seconds",
        "Time since a worker gave a sign; -1 without one",
        registry=registry,
    )
    by_queue = Gauge(
        "seven_queue_sign_age_seconds",
        "Time since a worker of a queue gave a sign; -1 without one",
        ["queue"],
        registry=registry,
    )
    age.set(_sign_age_s(queues.PERIODIC))
    for name in (queues.PERIODIC, queues.SENDING, queues.IMPORTS, queues.JOBS):
        by_queue.labels(name).set(_sign_age_s(name))
    for name, (words, measure) in _figures.items():
        _add_measured(registry, name, words, measure)
    return registry


def _add_measured(
    registry: CollectorRegistry,
    name: str,
    words: str,
    measure: Callable[[], float],
) -> None:
    # A figure that cannot be had is left out; the others still count.
    with contextlib.suppress(DatabaseError, RedisError):
        value = measure()
        Gauge(name, words, registry=registry).set(value)
