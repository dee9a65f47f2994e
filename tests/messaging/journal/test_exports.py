"""Exports of the gateway's journals: at once, by a worker, and in trouble."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts.models import AuditEntry, Connection, User, Workspace
from messaging.journal_filters import Wanted
from messaging.models import Campaign, JournalExport, Message
from messaging.services import journal_exports
from seven_dashboard.gateway.errors import GatewayError
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.pages.shown import words

pytestmark = pytest.mark.usefixtures("connection")


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def send(sandbox: SandboxAccount, count: int, text: str = "Hello") -> list[str]:
    numbers = [f"49171{1_000_000 + n}" for n in range(count)]
    with sandbox.client() as client:
        return [str(m.id) for m in client.sms.send(to=numbers, text=text).messages]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def prepared(workspace: Workspace, **more: Any) -> JournalExport:
    values = {"journal": "outbound", "wanted": Wanted(), "format": "csv", **more}
    export = journal_exports.prepare(
        workspace=workspace, actor=None, language="en", **values
    )
    journal_exports.start(export)
    return export


def written(export: JournalExport) -> list[dict[str, str]]:
    assert journal_exports.run(export.pk)
    export.refresh_from_db()
    return table(Path(default_storage.path(export.file)).read_bytes())


def test_one_page_of_the_gateway_is_downloaded_at_once(
    browser: Client, sandbox: SandboxAccount, workspace: Workspace
) -> None:
    [gateway_id] = send(sandbox, 1)
    campaign = Campaign.objects.create(workspace=workspace, name="Winter card")
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient="+491711000000",
        gateway_id=gateway_id,
    )
    answer: Any = browser.get("/journal/outbound/export/?format=csv")
    [row] = table(b"".join(answer.streaming_content))
    assert (row["To"], row["Here"], row["Campaign"]) == (
        "+49 1711000000",
        "yes",
        "Winter card",
    )
    assert (row["Text"], row["Price in EUR"], row["State"][:0]) == (
        "Hello",
        "0.075",
        "",
    )


def test_nothing_runs_as_a_formula(browser: Client, sandbox: SandboxAccount) -> None:
    send(sandbox, 1, text="=1+1")
    answer: Any = browser.get("/journal/outbound/export/?format=csv")
    [row] = table(b"".join(answer.streaming_content))
    assert row["Text"] == "'=1+1"


@pytest.mark.parametrize("journal", ["outbound", "inbound", "replies", "voice"])
def test_every_journal_is_a_workbook_too(
    browser: Client, sandbox: SandboxAccount, journal: str
) -> None:
    answer: Any = browser.get(f"/journal/{journal}/export/?format=xlsx")
    content = io.BytesIO(b"".join(answer.streaming_content))
    sheet = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "When"


def test_more_than_a_page_is_offered_to_a_worker(
    browser: Client, sandbox: SandboxAccount
) -> None:
    send(sandbox, 100)
    page = browser.get("/journal/outbound/export/?format=csv&to=491711000001")
    assert page["Content-Type"].startswith("text/csv")
    address = "/journal/outbound/export/?format=csv"
    assert "Write the file" in words(browser.get(address))
    answer = browser.post(address)
    export = JournalExport.objects.get()
    assert answer["Location"] == f"/journal/exports/{export.pk}/"


def test_worker_writes_every_entry_once(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    ids = send(sandbox, 250)
    export = prepared(workspace)
    rows = written(export)
    assert [row["Gateway id"] for row in rows] == ids[::-1]
    assert (export.state, export.done) == ("finished", 250)


def test_worker_writes_only_what_is_missing(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    ids = send(sandbox, 3)
    campaign = Campaign.objects.create(workspace=workspace, name="X")
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient="+491711000000",
        gateway_id=ids[0],
    )
    export = prepared(workspace, wanted=Wanted(is_missing=True))
    assert [row["Gateway id"] for row in written(export)] == [ids[2], ids[1]]


def test_trouble_that_passes_is_left_to_the_next_try(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    sandbox.ask("faults", next=[{"fault": "503", "times": 9}], scope="all")
    export = prepared(workspace)
    with pytest.raises(GatewayError):
        journal_exports.run(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file) == ("running", "")


def test_trouble_that_stays_ends_it_with_a_sentence(
    browser: Client, sandbox: SandboxAccount, workspace: Workspace
) -> None:
    sandbox.ask("account", scopes=["sms"])
    export = prepared(workspace)
    assert journal_exports.run(export.pk)
    page = words(browser.get(f"/journal/exports/{export.pk}/"))
    assert "did not let us read its journal" in page


def test_trouble_of_a_download_leads_back_with_a_sentence(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sandbox.ask("account", scopes=["sms"])
    answer = browser.get("/journal/voice/export/?format=csv&id=5", follow=True)
    assert "has no right to read the journal" in answer.content.decode()
    assert answer.redirect_chain[0][0] == "/journal/voice/?id=5"


def test_cancelled_export_leaves_no_file(
    browser: Client, workspace: Workspace, sandbox: SandboxAccount
) -> None:
    export = prepared(workspace)
    browser.post(f"/journal/exports/{export.pk}/cancel/")
    assert not journal_exports.run(export.pk)
    assert browser.get(f"/journal/exports/{export.pk}/file/").status_code == 404


def test_file_is_served_to_the_workspace_alone(
    browser: Client,
    workspace: Workspace,
    sandbox: SandboxAccount,
    stranger: User,
    client_as: ClientAs,
) -> None:
    export = prepared(workspace)
    assert written(export) == []
    address = f"/journal/exports/{export.pk}/file/"
    answer: Any = browser.get(address)
    assert b"".join(answer.streaming_content).decode("utf-8-sig").startswith("When")
    assert client_as(stranger).get(address).status_code == 404


def test_taking_it_away_is_in_the_trail(
    browser: Client, sandbox: SandboxAccount, connection: Connection
) -> None:
    send(sandbox, 2)
    browser.get("/journal/outbound/export/?format=csv&state=")
    entry = AuditEntry.objects.get(action="journal.export")
    assert entry.after == {"journal": "outbound", "format": "csv", "rows": 2}
