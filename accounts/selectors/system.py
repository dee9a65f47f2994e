"""Whether the parts of this server run; works with any of them away."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

import django
from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseError
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import Connection, Poll
from seven_dashboard import health, presence
from seven_dashboard.presence import Worker
from seven_dashboard.version import VERSION

# More waiting tasks than this mean that the workers do not keep up.
CROWDED_AT = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `state` is a status of the badge, `detail` plain words or numbers."""

    name: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Tasks that wait, and how long ago one of them was carried out."""

    name: str
    waiting: int
    sign_age_s: float | None

    @property
    def state(self) -> str:
        if self.sign_age_s is None:
            return "missing"
        is_late = self.sign_age_s >= health.HEARTBEAT_MAX_AGE_S
        return "late" if is_late or self.waiting > CROWDED_AT else "ok"


@dataclass(frozen=True, slots=True)
class SystemState:
    database: Part
    redis: Part
    worker: Part
    heartbeat_age_s: float | None
    queues: tuple[Queue, ...]
    workers: tuple[Worker, ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def is_running(self) -> bool:
        parts = (self.database, self.redis, self.worker)
        return all(part.state == "ok" for part in parts)


def state() -> SystemState:
    """Look at every part now; each look waits a second at most."""
    redis = _redis()
    is_redis_there = redis.state == "ok"
    age_s = health.heartbeat_age_s() if is_redis_there else None
    depths = health.queue_depths() if is_redis_there else {}
    return SystemState(
        database=_database(),
        redis=redis,
        worker=_worker(age_s, is_redis_there=is_redis_there),
        heartbeat_age_s=age_s,
        queues=tuple(
            Queue(name, waiting, health.heartbeat_age_s(name))
            for name, waiting in depths.items()
        ),
        workers=tuple(presence.workers()) if is_redis_there else (),
        versions=_versions(),
    )


def broken_connections() -> int:
    """Return how many workspaces have a key that the gateway refuses."""
    return Connection.objects.filter(state=Connection.State.BROKEN).count()


def failing_polls() -> int:
    """Return how many pollings failed at their last try."""
    return Poll.objects.filter(failures__gt=0).count()


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            shown = str(cursor.fetchone()[0])
    except DatabaseError:
        return Part("PostgreSQL", "missing")
    return Part("PostgreSQL", "ok", shown.split(" ")[0])


def _redis() -> Part:
    client = Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
    try:
        facts = client.info("server")
    except RedisError:
        return Part("Redis", "missing")
    finally:
        client.close()
    return Part("Redis", "ok", str(facts.get("redis_version", "")))


def _worker(age_s: float | None, *, is_redis_there: bool) -> Part:
    if not is_redis_there:
        return Part("Celery", "unknown")
    if age_s is None:
        return Part("Celery", "missing")
    is_late = age_s >= health.HEARTBEAT_MAX_AGE_S
    return Part("Celery", "late" if is_late else "ok", version("celery"))


def _versions() -> tuple[tuple[str, str], ...]:
    return (
        ("Seven Dashboard", VERSION),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("django-allauth", version("django-allauth")),
        ("psycopg", version("psycopg")),
        ("celery", version("celery")),
        ("redis-py", version("redis")),
    )
