"""Fixtures that every part of the house uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests import filled

pytest_plugins = ["tests.emptying", "tests.fixtures", "tests.journeys.fixtures"]
HOUSES = (
    "tests/browser/test_",
    "tests/journeys/",
    "tests/faults/",
    "tests/security/test_running_house.py",
)
# Longer than any file: begun last, it would keep one process at work alone.
LONGEST = "houses"
# These open houses of their own, which go again: before the one that stays to the end.
OWN_HOUSES = ("tests/faults/", "tests/journeys/test_kills.py")


# The same examples in each run, however long one takes: a change is judged by what it
# changed. Others are looked for with --hypothesis-profile=searching.
settings.register_profile(
    "searching", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "repeatable", settings.get_profile("searching"), derandomize=True
)
settings.load_profile("repeatable")


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # has no types
    """Deal tests out by file, and all that start whole houses as one, first of all.

    A module fills its tables once; a house must not share the machine with another.
    Not by groups: xdist 3.8 tells them by a suffix that pytest 9.2 no longer takes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return LONGEST if file.startswith(HOUSES) else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        if LONGEST in self.workqueue:
            self.workqueue.move_to_end(LONGEST, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the houses that go again."""
    items.sort(key=lambda item: not item.nodeid.startswith(OWN_HOUSES))


def pytest_runtest_setup() -> None:
    """Speak English again: a request leaves the language of its person behind."""
    translation.deactivate()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    """Say what stays together where the tests run in several processes."""
    return _ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def cheap_settings() -> Iterator[None]:
    """Save what each password, and each of thousands of test clients, costs otherwise.

    A password takes half a second on purpose; a new client's middleware looks up all
    static files, which a live server finds without it.
    """
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_USE_FINDERS=False):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """End what threads of a live server still hold, so that the database can go."""
    with django_db_blocker.unblock():
        filled.keep_autovacuum_away()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
