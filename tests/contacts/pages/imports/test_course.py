"""An import from its check to its end, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User, Workspace
from contacts import tasks
from contacts.models import Contact, Group, Import, ImportCheck, ImportUndo
from contacts.services import import_checks, import_runs, import_undos, imports
from tests.contacts.conftest import Upload
from tests.contacts.pages.imports.conftest import TEXT, choose, send, soup, start
from tests.fixtures import ClientAs, add_member


def test_file_becomes_contacts_page_by_page(
    browser: Client,
    rung: list[object],
    django_capture_on_commit_callbacks: object,
) -> None:
    page = soup(send(browser, TEXT.encode("cp1252")))
    page = choose(browser, page, new_group="New ones")
    assert "1 row will be left out" in page.text
    source = Import.objects.get()
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/imports/{source.id}/start/")
    assert rung == [source.id]
    assert "worker is free" in soup(browser.get(f"/imports/{source.id}/")).text
    import_runs.run(source.id)
    stats = soup(browser.get(f"/imports/{source.id}/")).select(".stat-value")
    assert [value.text for value in stats] == ["1", "0", "0", "1", "0"]
    assert Contact.objects.get().custom == {"kundennummer": "4711"}
    assert Group.objects.get(name="New ones").member_count == 1


def test_started_import_is_not_changed_any_more(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    values = {"country": "FR", "policy": "skip"}
    browser.post(f"/imports/{source.id}/columns/", values)
    source.refresh_from_db()
    assert source.country == "DE"


def test_check_counts_exactly_and_names_the_cell(
    browser: Client, contact: Contact
) -> None:
    text = "Vorname;Handy;Geburtstag\nAnna;0171 1234567;\nBo;0171 2;\n"
    text += "Cy;0171 1234568;soon\nDi;0171 1234569;1990-05-17\n"
    page = choose(browser, soup(send(browser, text.encode())))
    stats = [value.text for value in page.select(".stat-value")]
    assert stats == ["1", "0", "1", "2", "0"]
    blamed = [cell.text for cell in page.select("mark.cell")]
    assert blamed == ["0171 2", "soon"]
    assert [fact.text for fact in page.select(".facts dt")] == ["1", "1"]
    assert Contact.objects.count() == 1


def test_consecutive_numbers_want_a_tick(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "LONG_RUN", 3)
    rows = "".join(f"0151 200001{n:02}\n" for n in range(4))
    page = choose(browser, soup(send(browser, f"Handy\n{rows}".encode())))
    assert "These numbers follow one another" in page.text
    source = Import.objects.get()
    refused = browser.post(f"/imports/{source.id}/start/")
    assert refused.status_code == 422
    assert "Tick this to go on" in soup(refused).text
    browser.post(f"/imports/{source.id}/start/", {"runs_ok": "on"})
    source.refresh_from_db()
    assert source.state == Import.State.READY


def test_large_file_is_checked_in_the_background(
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    monkeypatch.setattr(import_checks, "AT_ONCE_ROWS", 1)
    rung_works: list[ImportCheck] = []
    monkeypatch.setattr(tasks, "ring_work", rung_works.append)
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        page = choose(browser, soup(send(browser, TEXT.encode())))
    assert page.select_one("#import-check[hx-get]")
    assert not page.select_one("form[action$='/start/']")
    source = Import.objects.get()
    address = f"/imports/{source.id}/check/"
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert browser.post(f"/imports/{source.id}/start/").status_code == 302
    import_checks.run(rung_works[0].id)
    over = browser.get(address, headers={"HX-Request": "true"})
    assert over.status_code == 286
    assert "Import 1 contact" in soup(over).text


def test_undo_takes_the_contacts_back_and_says_so(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())))
    source = start(browser)
    asked = soup(browser.get(f"/imports/{source.id}/undo/"))
    assert "1 contact that it added is deleted" in asked.text
    browser.post(f"/imports/{source.id}/undo/")
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert page.select_one("#import-progress[hx-get]")
    import_undos.run(ImportUndo.objects.get().id)
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert "The import was undone" in page.text
    assert "1 contact was deleted." in page.text
    assert not page.select_one("a[href$='/undo/']")
    assert not Contact.objects.exists()


def test_old_import_offers_no_undo_but_stays_readable(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())))
    source = start(browser)
    Import.objects.update(finished_at=timezone.now() - timedelta(days=2))
    imports.forget_old()
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert not page.select_one("a[href$='/undo/']")
    assert page.select_one("mark.cell")
    answer = browser.post(f"/imports/{source.id}/undo/", follow=True)
    assert "can no longer be undone" in soup(answer).text


def test_reader_is_told_that_somebody_is_still_choosing(
    upload: Upload, workspace: Workspace, client_as: ClientAs
) -> None:
    reader = add_member(workspace, "reader@wizard.example", Role.READER)
    page = soup(client_as(reader).get(f"/imports/{upload(TEXT).id}/"))
    assert "is still choosing" in page.text
    assert not page.select_one("#import-progress[hx-get]")


def test_reader_of_a_finished_import_is_not_asked_to_write(
    upload: Upload, reader: User, manager: User, client_as: ClientAs
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    page = f"/imports/{source.id}/"
    assert b"Write to them" in client_as(manager).get(page).content
    assert b"Write to them" not in client_as(reader).get(page).content


def test_polling_goes_on_until_the_import_is_over(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    running = browser.get(f"/imports/{source.id}/progress/")
    assert running.status_code == 200
    assert soup(running).select_one("#import-progress[hx-get]")
    import_runs.run(source.id)
    over = browser.get(f"/imports/{source.id}/progress/")
    assert over.status_code == 286
    assert "the import is finished" in over["HX-Trigger"]
    assert not soup(over).select_one("#import-progress[hx-get]")


def test_cancel_button_cancels(browser: Client, upload: Upload) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    page = browser.post(f"/imports/{source.id}/cancel/", follow=True)
    assert "The import was cancelled" in soup(page).text
    assert not import_runs.run(source.id)
