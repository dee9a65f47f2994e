"""PostgreSQL and a Redis server out of wheels, started when none is configured.

Every process that uses them calls `start()` and thereby holds a lease; processes of
one data folder share the servers; when the last user is gone, however it went, the
servers stop. Imports no Django.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
from functools import partial

from . import leases
from .book import HOST, address_of, remembered_port
from .errors import EmbeddedError
from .leases import Lock
from .places import log_path, run_path, var_dir
from .postgres import DATABASE, ROLE

__all__ = [
    "EmbeddedError",
    "database_url",
    "redis_url",
    "release",
    "remembered_port",
    "running_pid",
    "start",
]

START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 35.0
REAP_TIMEOUT_S = 2.0
ENV_OF_KEEPER = ("PATH", "HOME", "LANG", "SEVEN_EMBEDDED_FAST")

_held: dict[str, Lock] = {}
_keepers: dict[str, subprocess.Popen[bytes]] = {}


def database_url() -> str:
    """Return the address of the embedded PostgreSQL, running or not."""
    entry = address_of("postgres")
    return f"postgresql://{ROLE}:{entry.password}@{HOST}:{entry.port}/{DATABASE}"


def redis_url() -> str:
    """Return the address of the embedded Redis without a database number."""
    entry = address_of("redis")
    return f"redis://:{entry.password}@{HOST}:{entry.port}"


def start(*, database: bool = True, redis: bool = True) -> None:
    """Make sure that the servers run for as long as this process lives.

    Call it as often as you like: a second call finds what runs. Raises EmbeddedError
    with a sentence for a person when a server cannot be started.
    """
    wanted = [("postgres", database), ("redis", redis)]
    for service, is_wanted in wanted:
        if is_wanted:
            _hold(service)
    for service, is_wanted in wanted:
        if is_wanted:
            _ensure_keeper(service)


def running_pid(service: str) -> int | None:
    """Return the process id of ``postgres`` or ``redis`` while it takes work."""
    try:
        return int(run_path(f"{service}.ready").read_text("ascii"))
    except (OSError, ValueError):
        return None


def release() -> None:
    """Give the lease back; the last user waits until the servers have stopped."""
    services = list(_held)
    while _held:
        _held.popitem()[1].close()
    for service in services:
        leases.wait_until(partial(_is_over, service), timeout_s=STOP_TIMEOUT_S)
        _reap(service)


def _reap(service: str) -> None:
    keeper = _keepers.pop(service, None)
    if keeper is None:
        return
    if not leases.is_taken(f"{service}.keeper"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(REAP_TIMEOUT_S)
    if keeper.poll() is None:
        # It serves somebody else by now; its handle would warn at our end.
        keeper.returncode = 0


def _hold(service: str) -> None:
    if service in _held:
        return
    if not _held:
        _release_at_exit()
    lease = Lock(f"{service}.lease")
    # While a keeper is stopping its server it has the lease alone.
    if not leases.wait_until(lease.share, timeout_s=STOP_TIMEOUT_S):
        raise EmbeddedError(f"The old {service} server does not stop; see {_log()}.")
    _held[service] = lease


def _release_at_exit() -> None:
    owner = os.getpid()

    def release_if_owner() -> None:
        if os.getpid() == owner:
            release()

    atexit.register(release_if_owner)


def _ensure_keeper(service: str) -> None:
    if _is_served(service):
        return
    with leases.alone(f"{service}.start", timeout_s=START_TIMEOUT_S):
        if not leases.is_taken(f"{service}.keeper"):
            _spawn_keeper(service)
    if not leases.wait_until(lambda: _is_served(service), timeout_s=START_TIMEOUT_S):
        raise EmbeddedError(f"The embedded {service} is not ready; see {_log()}.")


def _is_served(service: str) -> bool:
    is_kept = leases.is_taken(f"{service}.keeper")
    return is_kept and run_path(f"{service}.ready").exists()


def _spawn_keeper(service: str) -> None:
    reading, writing = os.pipe()
    module = "seven_dashboard.embedded.keeper"
    with log_path("keeper").open("ab") as log:
        _keepers[service] = subprocess.Popen(
            [sys.executable, "-m", module, service, "--ready-fd", str(writing)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing],
            env=_keeper_environment(),
            cwd="/",
            start_new_session=True,
        )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    if answer != "ready":
        raise EmbeddedError(answer or f"The keeper of {service} died; see {_log()}.")


def _keeper_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ENV_OF_KEEPER if name in os.environ}
    package_parent = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    return {**kept, "SEVEN_VAR_DIR": str(var_dir()), "PYTHONPATH": package_parent}


def _is_over(service: str) -> bool:
    """Say whether the server has stopped or somebody else still uses it."""
    keeper = _keepers.get(service)
    is_ours_alive = keeper is not None and keeper.poll() is None
    if not is_ours_alive and not leases.is_taken(f"{service}.keeper"):
        return True
    if leases.is_taken(f"{service}.lease"):
        return False
    return leases.is_used(f"{service}.lease")


def _log() -> str:
    return str(log_path("keeper"))
