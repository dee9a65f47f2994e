"""The published clients, pointed at the sandbox."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sms77api.classes.Contacts import ContactsAction
from sms77api.classes.Hooks import HooksAction
from sms77api.classes.Journal import JournalType
from sms77api.classes.Lookup import LookupType
from sms77api.classes.Pricing import PricingFormat
from sms77api.Sms77api import Sms77api

from .conftest import PHONE, Gateway

NODE_SCRIPT = Path(__file__).with_name("published_client.mjs")


@pytest.fixture
def client(gateway: Gateway) -> Sms77api:
    published = Sms77api(gateway.key)
    published.baseUrl = gateway.base_url
    return published


def test_python_client_reads_the_balance(client: Sms77api) -> None:
    assert client.balance() == 1000.0


def test_python_client_sends_and_asks(client: Sms77api, gateway: Gateway) -> None:
    answer = client.sms(PHONE, "Hello", {"json": True})
    number = answer["messages"][0]["id"]
    assert answer["success"] == "100"
    assert client.sms(PHONE, "As text", {}) == "100"
    assert client.status(number) != "600"
    assert client.status(77000000001) == "600"
    assert gateway.handsets() == {PHONE: 2}


def test_python_client_reads_journal_and_analytics(client: Sms77api) -> None:
    client.sms(PHONE, "Hello", {})
    assert client.journal(JournalType.OUTBOUND, {})[0]["text"] == "Hello"
    assert len(client.analytics({})) == 31


def test_python_client_manages_hooks(client: Sms77api) -> None:
    hook = {"target_url": "http://127.0.0.1:9/x", "event_type": "dlr"}
    made = client.hooks(HooksAction.SUBSCRIBE, dict(hook))
    assert len(client.hooks(HooksAction.READ, {})["hooks"]) == 1
    gone = client.hooks(HooksAction.UNSUBSCRIBE, {"id": made["id"]})
    assert gone["success"] is True


def test_python_client_manages_contacts(client: Sms77api) -> None:
    given = {"nick": "Jane", "empfaenger": PHONE, "json": True}
    number = client.contacts(ContactsAction.WRITE, given)
    rows = client.contacts(ContactsAction.READ, {"json": True})
    assert rows == [{"ID": str(number), "Name": "Jane", "Number": PHONE}]


@pytest.mark.parametrize("kind", list(LookupType))
def test_python_client_looks_up(client: Sms77api, kind: LookupType) -> None:
    assert client.lookup(kind, PHONE, True)


def test_python_client_reads_prices(client: Sms77api) -> None:
    assert client.pricing(PricingFormat.JSON, "de")["countCountries"] == 1
    assert client.pricing(PricingFormat.CSV, "de").startswith("countryCode;")


def test_python_client_calls_and_validates(client: Sms77api) -> None:
    assert client.voice(PHONE, "Hello", {"json": True})["success"] == "100"
    assert client.validate_for_voice(PHONE)["success"] is True


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed, so @seven.io/client cannot run")
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=0"]
    command.append("@seven.io/client@5")
    try:
        subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"@seven.io/client cannot be had from npm: {error}")
    return folder


def test_javascript_client_uses_every_resource(
    gateway: Gateway, node_folder: Path
) -> None:
    script = shutil.copy(NODE_SCRIPT, node_folder)
    command = ["node", str(script), gateway.base_url, gateway.key, gateway.signing_key]
    done = subprocess.run(
        command, cwd=node_folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["failed"] == {}
    assert found["worked"] >= 40
