"""The main job by commands alone, as cron and scripts do it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys import people
from tests.journeys.deadlines import eventually
from tests.journeys.house import House, key_for, signing_key_of
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def slug(house: House) -> str:
    """A connected workspace, for all tests of this module: each command takes long."""
    name = f"cron{uuid4().hex[:10]}"
    key = key_for(name)
    house.sandbox("account", key=key, report_delay_s=[0.1, 0.3])
    keys = ("--api-key", key, "--signing-key", signing_key_of(key))
    ended = house.command("connect", name, *keys, "--hooks")
    assert ended.returncode == 0, ended.stderr
    assert key not in ended.stdout + ended.stderr
    return name


def test_file_becomes_delivered_messages(
    house: House, slug: str, tmp_path: Path
) -> None:
    wanted = people.numbers(12)
    path = str(people.write(tmp_path, wanted))
    group = ("--group", "Regulars")
    imported = house.done("import_contacts", slug, path, *group, "--wait")
    assert (imported["state"], imported["created"]) == ("finished", 12)
    text = ("--text", "Hello {{ firstname }}")
    sent = house.done("send_campaign", slug, *group, *text, "--wait")
    assert sent["state"] == "finished"
    status = eventually(
        lambda: house.done("campaign_status", sent["id"]),
        lambda found: found["totals"].get("delivered") == 12,
        what="reports do not arrive",
    )
    assert sum(status["totals"].values()) == 12
    counts = house.sandbox("handsets", key=key_for(slug))["recipients"]
    assert counts == people.digits(wanted)


def test_second_import_of_a_file_changes_nothing(
    house: House, slug: str, tmp_path: Path
) -> None:
    path = str(people.write(tmp_path, people.numbers(5, block=2)))
    call = ("import_contacts", slug, path, "--group", "Twice", "--wait")
    house.done(*call)
    again = house.done(*call)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 5)


def test_unknown_variable_is_refused_before_sending(
    house: House, slug: str, tmp_path: Path
) -> None:
    wanted = people.numbers(2, block=3)
    path = str(people.write(tmp_path, wanted))
    house.done("import_contacts", slug, path, "--group", "All", "--wait")
    call = ("send_campaign", slug, "--group", "All", "--text", "Hi {{ nobody }}")
    ended = house.command(*call, "--wait", "--json")
    assert ended.returncode != 0
    assert "nobody" in ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1])["sentence"] in ended.stderr
    got = house.sandbox("handsets", key=key_for(slug))["recipients"]
    assert not set(people.digits(wanted)) & set(got)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"), (b"", "empty")],
    ids=["pdf", "empty"],
)
def test_file_that_is_no_table_is_refused(
    house: House, slug: str, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "kontakte.csv"
    path.write_bytes(content)
    ended = house.command("import_contacts", slug, str(path), "--group", "All")
    assert ended.returncode != 0
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_wrong_key_is_refused_with_a_sentence(house: House) -> None:
    ended = house.command("connect", "nokey", "--api-key", "wrong-key-of-somebody")
    assert ended.returncode != 0
    assert "key" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "wrong-key-of-somebody" not in ended.stdout + ended.stderr


def test_house_says_that_it_is_well(house: House) -> None:
    visitor = Visitor(house.url)
    assert visitor.open("/healthz").text == "ok"
    ready = eventually(
        lambda: visitor.session.get(f"{house.url}/readyz", timeout=30),
        lambda answer: answer.status_code == 200,
    )
    assert ready.json() == dict.fromkeys(("ready", "database", "redis", "worker"), True)
    figures = visitor.session.get(f"{house.url}/metrics", timeout=30).text
    assert 'seven_up{part="worker"} 1.0' in figures
