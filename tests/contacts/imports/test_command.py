from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Workspace
from contacts import tasks
from contacts.models import Contact, CustomField, Group, Import


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text("Vorname;Handy\nAnna;079 123 45 67\nBo;1\nCy;079 123 45 67\n")
    return path


def test_waiting_command_reports_every_count(
    workspace: Workspace, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "import_contacts",
        "bakery",
        str(path),
        group="New",
        country="CH",
        wait=True,
        is_json=True,
    )
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    source = Import.objects.get()
    assert report == {
        "id": str(source.id),
        "state": "finished",
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "refused": 1,
        "duplicates": 1,
    }
    assert Contact.objects.get().phone == "+41791234567"
    assert Group.objects.get().member_count == 1


def test_command_without_wait_queues(
    workspace: Workspace,
    path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[object] = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    call_command("import_contacts", "bakery", str(path), is_json=True)
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["state"] == "ready"
    assert rung == [Import.objects.get().id]


@pytest.mark.parametrize(
    ("slug", "content", "words"),
    [
        ("nobody", b"Handy\n1\n", "no workspace nobody"),
        ("bakery", b"%PDF-1.4", "PDF document"),
        ("bakery", b"Vorname;Ort\nA;B\n", "mobile numbers"),
    ],
)
def test_command_fails_with_a_sentence(
    workspace: Workspace, tmp_path: Path, slug: str, content: bytes, words: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_contacts", slug, str(tmp_path / "file"), wait=True)
    assert not Contact.objects.exists()


def test_missing_file_is_named(workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="nothing.csv"):
        call_command("import_contacts", "bakery", "nothing.csv")


def test_file_with_more_fields_than_there_is_room_for_adds_none(
    workspace: Workspace, tmp_path: Path
) -> None:
    heads = ";".join(f"Merkmal {n}" for n in range(101))
    (tmp_path / "wide.csv").write_text(f"Handy;{heads}\n0171 1234567;x\n")
    with pytest.raises(CommandError, match="room for 100 own fields"):
        call_command("import_contacts", "bakery", str(tmp_path / "wide.csv"))
    assert not CustomField.objects.exists()
