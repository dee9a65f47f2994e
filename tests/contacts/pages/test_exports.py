"""Exports from the list to the file, and who may have it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from accounts.rights import Right
from contacts import tasks
from contacts.models import Contact, Export, Group
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import export_runs, exports, works, written_tables
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.contacts.pages.test_bulk import form_of, soup
from tests.fixtures import ClientAs

NEW = "/contacts/exports/new/"
EXPORT = Right.EXPORT
CHOICE = {"columns": "firstname", "format": "csv", "separator": ";"}


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def export(workspace: Workspace, contact: Contact) -> Export:
    made = exports.prepare(
        workspace=workspace,
        actor=None,
        choice=Choice(Filter()),
        columns=["firstname"],
        format="csv",
        separator=";",
        language="en",
    )
    exports.start(made)
    return made


@pytest.fixture
def written(export: Export) -> Export:
    export_runs.run(export.id)
    export.refresh_from_db()
    return export


class OfExport(ObjectAccess):
    right = EXPORT

    @pytest.fixture
    def arguments(self, export: Export) -> Arguments:
        return {"export_id": export.id}


class TestExportList(ViewAccess):
    url_name, right, methods = "contacts:export_list", EXPORT, ("get",)


class TestExportCreate(ViewAccess):
    url_name, right = "contacts:export_create", EXPORT


class TestExportDetail(OfExport):
    url_name, methods = "contacts:export_detail", ("get",)


class TestExportProgress(OfExport):
    url_name, methods = "contacts:export_progress", ("get",)


class TestExportCancel(OfExport):
    url_name, method, methods = "contacts:export_cancel", "post", ("post",)


class TestExportFile(OfExport):
    url_name, methods = "contacts:export_file", ("get",)

    @pytest.fixture
    def arguments(self, written: Export) -> Arguments:
        return {"export_id": written.id}

    def ask(self, browser: Client, address: str) -> int:
        answer = browser.get(address)
        if answer.streaming:
            # Read to its end; closed before, it would take the connection along.
            content(answer)
        return answer.status_code


def content(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_small_export_is_downloaded_at_once(
    browser: Client, contact: Contact, group: Group
) -> None:
    page = browser.get(f"{NEW}?q=anna")
    assert "Export 1 contact" in page.content.decode()
    answer = browser.post(NEW, form_of(page, **CHOICE))
    assert content(answer) == "First name\r\nAnna\r\n"
    assert "attachment" in answer["Content-Disposition"]
    assert not Export.objects.exists()
    entry = AuditEntry.objects.get(action="contact.export")
    assert entry.after == {"q": "anna", "format": "csv", "columns": "firstname"}


def test_small_workbook_is_downloaded_at_once(
    browser: Client, contact: Contact
) -> None:
    answer: Any = browser.post(NEW, {**CHOICE, "all": "1", "format": "xlsx"})
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_ticked_rows_are_exported(browser: Client, contact: Contact) -> None:
    rows = {"act": "export", "rows": [str(contact.uuid)], "back": "/contacts/"}
    page = browser.post("/contacts/bulk/", rows)
    answer = browser.post(NEW, form_of(page, **CHOICE))
    assert content(answer) == "First name\r\nAnna\r\n"


def test_large_export_is_a_workers(
    browser: Client,
    contact: Contact,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(tasks, "ring_work", rung.append)
    monkeypatch.setattr(written_tables, "MAX_AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(NEW, {**CHOICE, "all": "1"})
    export = Export.objects.get()
    assert rung == [export]
    assert browser.get(answer["Location"]).status_code == 200
    export_runs.run(export.id)
    last = browser.get(f"{answer['Location']}progress/")
    assert last.status_code == 286
    assert "Your export is ready." in last["HX-Trigger"]
    link = soup(last).select_one("a[download]")
    assert link
    assert content(browser.get(str(link["href"]))) == "First name\r\nAnna\r\n"


def test_interrupted_export_does_not_wait_for_a_worker(
    browser: Client, export: Export
) -> None:
    claimed = works.claim(Export, export.id)
    assert claimed
    works.broke_down(Export, export.id)
    page = browser.get(f"/contacts/exports/{export.id}/").content.decode()
    assert "It was interrupted and goes on by itself" in page


def test_columns_are_remembered(browser: Client, contact: Contact) -> None:
    browser.post(NEW, {**CHOICE, "all": "1"})
    boxes = soup(browser.get(NEW)).select("input[name=columns][checked]")
    assert [box["value"] for box in boxes] == ["firstname"]


def test_no_column_is_explained(browser: Client, contact: Contact) -> None:
    answer = browser.post(NEW, {**CHOICE, "all": "1", "columns": []})
    assert answer.status_code == 422
    assert "Choose one column at least." in answer.content.decode()


def test_deleted_file_is_not_found(browser: Client, written: Export) -> None:
    written_tables.delete_file(written.file)
    assert browser.get(f"/contacts/exports/{written.id}/file/").status_code == 404


@pytest.mark.parametrize("criteria", ["group=nonsense", f"group={'0' * 32}"])
def test_hostile_criteria_are_not_found(browser: Client, criteria: str) -> None:
    values = {**CHOICE, "all": "1", "criteria": criteria}
    assert browser.post(NEW, values).status_code == 404
