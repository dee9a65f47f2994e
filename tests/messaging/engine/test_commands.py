from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Connection, Workspace
from contacts.models import Group
from messaging import tasks
from messaging.models import Campaign
from messaging.services import audiences
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import add_contacts, phones, send


@pytest.fixture(autouse=True)
def unheard_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.sending, "ring", lambda task, *args: None)


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return found


def test_command_launches_and_says_the_id(
    workspace: Workspace, group: Group, fast: Connection, sandbox: SandboxAccount
) -> None:
    add_contacts(workspace, group, phones(3))
    started = run("send_campaign", "bakery", "--group", "customers", "--text", "Hi")
    assert started["state"] == "preparing"
    audiences.freeze(Campaign.objects.get().pk)
    send(fast)
    status = run("campaign_status", started["id"])
    assert status["totals"] == {"accepted": 3}
    assert status["settled"] == status["total"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("nobody", "--group", "Customers", "--text", "Hi"),
        ("bakery", "--group", "Nobodies", "--text", "Hi"),
        ("bakery", "--group", "Customers", "--text", "Hi {{ nonsense }}"),
        ("bakery", "--group", "Customers", "--text", "Hi", "--from", "much too long x"),
        ("bakery", "--group", "Customers", "--text", "Hi", "--rate", "-1"),
    ],
)
def test_what_cannot_be_sent_fails_and_leaves_nothing(
    workspace: Workspace,
    group: Group,
    connection: Connection,
    arguments: tuple[str, ...],
) -> None:
    add_contacts(workspace, group, phones(1))
    with pytest.raises(CommandError):
        run("send_campaign", *arguments)
    assert Campaign.objects.count() == 0


def test_unknown_campaign_fails(db: None) -> None:
    with pytest.raises(CommandError):
        run("campaign_status", "nonsense")


def test_command_takes_numbers_and_a_file(
    workspace: Workspace, fast: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "once.csv"
    file.write_text("Handy;Code\n0171 5000001;A1\nx;B2\n")
    started = run(
        *("send_campaign", "bakery", "--text", "Hi {{ code|you }}"),
        *("--file", str(file), "--numbers", "+491715000002, 0171 5000001"),
    )
    campaign = Campaign.objects.get(pk=started["id"])
    audiences.freeze(campaign.pk)
    found = dict(campaign.messages.values_list("recipient", "variables"))
    assert found == {
        "+491715000001": {"code": "A1"},
        "+491715000002": {"code": ""},
    }


@pytest.mark.parametrize("content", [None, b"%PDF-1.4 x", b"Name;Ort\nTim;Bonn\n"])
def test_file_that_holds_no_numbers_fails_and_leaves_nothing(
    workspace: Workspace, connection: Connection, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "once.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError):
        run("send_campaign", "bakery", "--text", "Hi", "--file", str(file))
    assert not Campaign.objects.exists()
