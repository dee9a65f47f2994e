"""Workers in processes of their own, to be killed at any instant.

They are forked from a process that has loaded the product: to load it takes two
seconds, and a test of kills needs a dozen of them.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing.context import ForkServerProcess
from urllib.parse import quote
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

Values = Mapping[str, object]
Worker = ForkServerProcess
# Settings that differ from test to test.
OF_THE_TEST = ("MEDIA_ROOT", "SEVEN_BASE_URL")
FROM = "contacts.services"

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.contacts.loaded", "tests.contacts.workers"])


def begin(service: str, work_id: UUID, values: Values | None = None) -> Worker:
    """Start a worker at a work; `values` are put in the place of constants.

    Both are named below `contacts.services`: "import_runs.run".
    """
    of_the_test = {name: getattr(settings, name) for name in OF_THE_TEST}
    worker = _context.Process(
        target=_do, args=(service, work_id, dict(values or {}), of_the_test)
    )
    with pytest.MonkeyPatch.context() as patch:
        # What the first of all is forked from keeps this environment.
        for name, value in _environment().items():
            patch.setenv(name, value)
        worker.start()
    return worker


def ends_well(worker: Worker, *, timeout_s: float = 60) -> bool:
    """Wait for a worker; say whether it has ended as one that has done its work."""
    worker.join(timeout_s)
    return worker.exitcode == 0


def kill_when_it_has_moved(
    start: Callable[[], Worker], progress: Callable[[], int], *, within_s: float
) -> bool:
    """Kill a worker a random moment after its first step; False when it was done."""
    before, worker = progress(), start()
    while progress() == before and worker.is_alive():
        time.sleep(0.005)
    time.sleep(random.uniform(0, within_s))
    was_running = worker.is_alive()
    worker.kill()
    worker.join()
    return was_running


def _do(service: str, work_id: UUID, values: Values, of_the_test: Values) -> None:
    for name, value in of_the_test.items():
        setattr(settings, name, value)
    for path, value in values.items():
        module, _, name = path.rpartition(".")
        setattr(import_module(f"{FROM}.{module}"), name, value)
    module, _, name = service.rpartition(".")
    getattr(import_module(f"{FROM}.{module}"), name)(work_id)


def _environment() -> dict[str, str]:
    names = connection.settings_dict
    login = f"{quote(names['USER'])}:{quote(names['PASSWORD'])}"
    server = f"{names['HOST']}:{names['PORT']}"
    return {
        "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        "DATABASE_URL": f"postgresql://{login}@{server}/{names['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "DEBUG": "1",
        "PYTHONPATH": os.fspath(settings.BASE_DIR),
        "PYTHONWARNINGS": "ignore",
    }
