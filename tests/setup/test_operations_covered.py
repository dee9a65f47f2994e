"""docs/operations-covered.md tells how each of the 48 operations is reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import operations_covered
from scripts.call_graph import Graph
from scripts.operations_covered import Covered

SOURCE = {
    "accounts/__init__.py": "",
    "accounts/calls.py": "def send(client):\n    client.sms.send(to=[])\n",
    "accounts/tables.py": "from accounts import calls\nSEND = {'sms': calls.send}\n",
    "accounts/tasks.py": (
        "from accounts.tables import SEND\n"
        "WORKS = []\n"
        "def add(run):\n    WORKS.append(run)\n"
        "def run_all():\n    return WORKS\n"
        "def floor():\n    return SEND\n"
    ),
    "accounts/more.py": (
        "from accounts import tasks as doors\n"
        "def late(client):\n    pass\n"
        "doors.add(late)\n"
    ),
}


@pytest.fixture(scope="module")
def found() -> list[Covered]:
    return operations_covered.covered()


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    for name, text in SOURCE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return Graph(tmp_path)


def test_every_operation_is_reached_by_a_page_or_a_job(found: list[Covered]) -> None:
    assert len(found) == 48
    assert [one.operation for one in found if not one.ways] == []


def test_page_is_what_the_code_says(found: list[Covered]) -> None:
    text = operations_covered.PAGE.read_text(encoding="utf-8")
    assert text == operations_covered.written(found), (
        "stale: run python scripts/operations_covered.py"
    )


def test_act_is_reached_by_the_page_that_asks_for_it(found: list[Covered]) -> None:
    pages = {one.operation: " ".join(one.ways) for one in found}
    assert "(accounts:number_order)" in pages["NumbersOrder"]
    assert "(accounts:subaccount_transfer)" not in pages["NumbersOrder"]
    assert "(accounts:errand_settle)" not in pages["NumbersOrder"]


def test_way_goes_through_tables_and_imports(graph: Graph) -> None:
    way = graph.users([("accounts.calls", "send")], stops=set())
    assert ("accounts.tasks", "floor") in way


def test_what_is_registered_is_reached_by_who_reads_the_register(graph: Graph) -> None:
    way = graph.users([("accounts.more", "late")], stops=set())
    assert ("accounts.tasks", "run_all") in way


def test_way_ends_at_a_stop(graph: Graph) -> None:
    stop = ("accounts.tables", "SEND")
    way = graph.users([("accounts.calls", "send")], stops={stop})
    assert stop in way
    assert ("accounts.tasks", "floor") not in way


def test_operation_that_nobody_calls_has_no_way() -> None:
    lonely = Covered("SmsDispatch", "POST /sms", "sms.send", [], [])
    assert "**no way**" in operations_covered.written([lonely])
