"""What a running house leaves on the disk: nothing private that others may read."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.journeys import people
from tests.journeys.deadlines import eventually
from tests.journeys.house import House, key_for, signing_key_of

pytestmark = pytest.mark.journey

TEXT = "Heavens-to-Betsy {{ firstname }}"


@pytest.fixture(scope="module")
def used(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> tuple[House, list[str]]:
    """A house that was used, and what its logs must not hold."""
    slug = f"log{uuid4().hex[:10]}"
    key = key_for(slug)
    house.sandbox("account", key=key, report_delay_s=[0.1, 0.2])
    keys = ("--api-key", key, "--signing-key", signing_key_of(key))
    assert house.command("connect", slug, *keys, "--hooks").returncode == 0
    numbers = people.numbers(8)
    path = str(people.write(tmp_path_factory.mktemp("file"), numbers))
    house.done("import_contacts", slug, path, "--group", "All", "--wait")
    sent = house.done("send_campaign", slug, "--group", "All", "--text", TEXT, "--wait")
    eventually(
        lambda: house.done("campaign_status", sent["id"]),
        lambda found: found["totals"].get("delivered") == 8,
        what="reports do not arrive",
    )
    house.sandbox("inbound", key=key, text="STOP", **{"from": numbers[0]})
    token = "forged-token-of-nobody"
    requests.post(f"{house.url}/webhooks/{token}/", data=b"{}", timeout=5)
    requests.get(f"{house.url}/contacts/nothing/?q=Heavens-to-Betsy", timeout=5)
    secrets = [file.read_text().strip() for file in house.var.glob("secrets/*")]
    secrets += [key, signing_key_of(key), house.password, house.email, token]
    local = json.loads((house.var / "embedded.json").read_text())
    secrets += _passwords(local)
    people_seen = [part for number in numbers for part in (number, number[1:])]
    return house, [*secrets, *people_seen, "Heavens-to-Betsy"]


def _passwords(value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    own = [str(v) for k, v in value.items() if k == "password"]
    return own + [found for inner in value.values() for found in _passwords(inner)]


def test_logs_hold_nothing_private(used: tuple[House, list[str]]) -> None:
    house, private = used
    logs = {path.name: path.read_text("utf-8", "replace") for path in _logs(house)}
    assert len(logs) > 5
    found = {
        (name, p) for name, text in logs.items() for p in private if p and p in text
    }
    assert found == set()


def test_files_are_for_their_owner_only(used: tuple[House, list[str]]) -> None:
    house, _private = used
    open_to_all = [
        str(path.relative_to(house.var))
        for path in _files(house)
        if _is_open(path) and _is_reachable(path, house.var)
    ]
    assert open_to_all == []


def _files(house: House) -> Iterator[Path]:
    """Return every file; folders of a running house may go while one looks."""
    for folder, _folders, names in os.walk(house.var):
        yield from (Path(folder, name) for name in names)


def _logs(house: House) -> list[Path]:
    return [path for path in _files(house) if ".log" in path.name]


def _is_open(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and bool(stat.S_IMODE(found.st_mode) & 0o077)


def _is_reachable(path: Path, top: Path) -> bool:
    """Say whether others could come to the file, by the folders above it."""
    folders = [f for f in path.parents if f != top and f.is_relative_to(top)]
    return all(stat.S_IMODE(f.stat().st_mode) & 0o005 for f in folders)
