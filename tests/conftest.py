"""Fixtures that every part of the house uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.fixtures", "tests.journeys.fixtures"]
HOUSES = ("journey", "browser", "faults")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Say what stays together where the tests run in several processes.

    A module fills its tables once; what starts whole houses must not share the machine
    with another house. Not when all items are collected: the processes read the groups
    before any conftest has its turn.
    """
    has_house = "house" in getattr(item, "fixturenames", ()) or any(
        item.get_closest_marker(name) for name in HOUSES
    )
    group = "houses" if has_house else str(item.path)
    item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """End what threads of a live server still hold, so that the database can go."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
