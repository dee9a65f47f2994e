"""The wizard of imports, as a person without JavaScript walks it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from contacts import tasks
from contacts.models import Import
from contacts.services import import_runs
from tests.fixtures import ClientAs
from tests.journeys.visitor import values_of

TEXT = "Vorname;Handy;Kundennummer\nAnna;0171 1234567;4711\nBo;12;=1+1\n"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(tasks, "ring", found.append)
    return found


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def form_values(page: BeautifulSoup) -> dict[str, object]:
    """Return what a browser would send for the form of the columns."""
    form = page.select_one("form[action$='/columns/']")
    assert form, page.text
    values: dict[str, object] = {}
    for name, value in values_of(form):
        values[name] = [*values.get(name, []), value]  # type: ignore[misc]
    return values


def send(browser: Client, content: bytes, name: str = "kunden.csv") -> object:
    file = SimpleUploadedFile(name, content)
    return browser.post("/imports/new/", {"file": file}, follow=True)


def choose(browser: Client, page: BeautifulSoup, **values: object) -> BeautifulSoup:
    """Go on from the columns of the newest import to its check."""
    source = Import.objects.latest("created_at")
    wanted = {**form_values(page), **values}
    return soup(browser.post(f"/imports/{source.id}/columns/", wanted, follow=True))


def start(browser: Client) -> Import:
    source = Import.objects.latest("created_at")
    browser.post(f"/imports/{source.id}/start/")
    import_runs.run(source.id)
    source.refresh_from_db()
    return source
