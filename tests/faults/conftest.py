"""One house for all that is killed here: to open one takes half a minute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House
from tests.faults.storm import SEED


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a house with a connected workspace; it ends with the last of these tests.

    Each test has groups of its own: how many and how large, it says itself.
    """
    opened = House(tmp_path_factory.mktemp("faults"), SEED)
    try:
        opened.open("--report-delay-s", "0.2:2", "--no-fates", "--time-scale", "0.02")
        opened.errand("seed")
        yield opened
    finally:
        opened.close()
