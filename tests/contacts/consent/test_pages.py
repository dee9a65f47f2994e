"""The pages of the opt-outs: list, history, import, proof."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from contacts.models import Contact, OptOut, OptOutList
from contacts.services import opt_out_list_runs, opt_outs
from tests.fixtures import ClientAs

PHONE = "+491711234567"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def entry(workspace: Workspace) -> OptOut:
    opt_outs.add(
        workspace=workspace,
        phone=PHONE,
        source="reply",
        reason="STOP",
        evidence="Stop, please",
    )
    return OptOut.objects.get()


def page(browser: Client, path: str, **query: str) -> BeautifulSoup:
    return BeautifulSoup(browser.get(path, query).content, "html.parser")


def text_of(answer: object) -> str:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]


def test_allowing_again_needs_a_reason(browser: Client, entry: OptOut) -> None:
    answer = browser.post(f"/opt-outs/{entry.id}/delete/", {"reason": " "})
    assert answer.status_code == 422
    assert OptOut.objects.exists()


def test_allowing_again_warns_of_a_stop(browser: Client, entry: OptOut) -> None:
    found = page(browser, f"/opt-outs/{entry.id}/delete/")
    assert "has replied STOP" in found.text


def test_history_tells_of_both_ways(browser: Client, entry: OptOut) -> None:
    browser.post(f"/opt-outs/{entry.id}/delete/", {"reason": "Form of 3 May"})
    rows = page(browser, "/opt-outs/history/").select("tbody tr")
    assert ["Opted in again" in rows[0].text, "Opted out" in rows[1].text] == [True] * 2
    assert "Form of 3 May" in rows[0].text and "Stop, please" in rows[1].text


def test_number_has_its_own_history(browser: Client, entry: OptOut) -> None:
    found = page(browser, f"/opt-outs/{entry.id}/")
    assert "Stop, please" in found.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"source": "reply"}, 1),
        ({"source": "import"}, 0),
        ({"channel": "all"}, 1),
        ({"channel": "sms"}, 0),
        ({"channel": "nonsense"}, 1),
        ({"q": "0171 12"}, 1),
        ({"q": "'; DROP TABLE"}, 0),
    ],
)
def test_list_is_narrowed(
    browser: Client, entry: OptOut, query: dict[str, str], count: int
) -> None:
    assert len(page(browser, "/opt-outs/", **query).select("a.row-link")) == count


def test_proof_is_exported_without_formulas(
    browser: Client, workspace: Workspace
) -> None:
    opt_outs.add(
        workspace=workspace, phone=PHONE, source="reply", evidence="=cmd|' /C calc'!A0"
    )
    lines = text_of(browser.get("/opt-outs/history/export.csv")).splitlines()
    assert lines[1].startswith(f"{PHONE};All channels;")
    assert ";'=cmd|" in lines[1]


def test_list_is_exported_as_narrowed(browser: Client, workspace: Workspace) -> None:
    opt_outs.add(workspace=workspace, phone=PHONE, source="reply")
    opt_outs.add(workspace=workspace, phone="+491721234567", source="manual")
    answer = browser.get("/opt-outs/export.csv", {"source": "manual"})
    assert [line[:13] for line in text_of(answer).splitlines()[1:]] == ["+491721234567"]


@pytest.mark.parametrize("of", ["", "history/"])
def test_export_is_in_the_trail(browser: Client, manager: User, of: str) -> None:
    browser.get(f"/opt-outs/{of}export.csv")
    entry = AuditEntry.objects.get(action__startswith="opt_out.export")
    assert entry.actor == manager


def test_pasted_numbers_become_opt_outs(browser: Client, workspace: Workspace) -> None:
    answer = browser.post(
        "/opt-outs/lists/new/", {"pasted": "0171 1234567\nnobody\n0172 1234567"}
    )
    source = OptOutList.objects.get()
    assert answer["Location"] == f"/opt-outs/lists/{source.id}/"
    checked = page(browser, f"/opt-outs/lists/{source.id}/")
    assert "2 numbers will get no more messages" in checked.text
    browser.post(
        f"/opt-outs/lists/{source.id}/columns/",
        {"phone": "0", "country": "DE", "act": "start"},
    )
    opt_out_list_runs.run(source.id)
    shown = page(browser, f"/opt-outs/lists/{source.id}/")
    assert "The list is imported" in shown.text and "nobody" not in shown.text
    assert "nobody" in text_of(browser.get(f"/opt-outs/lists/{source.id}/refused.csv"))


def test_nothing_given_is_said(browser: Client) -> None:
    answer = browser.post("/opt-outs/lists/new/", {"pasted": "  "})
    assert answer.status_code == 422
    assert "Choose a file or paste numbers first." in answer.content.decode()


def test_contact_is_allowed_again_with_a_reason(
    browser: Client, workspace: Workspace, contact: Contact
) -> None:
    opt_outs.add(workspace=workspace, phone=contact.phone, source="reply")
    assert browser.post(f"/contacts/{contact.uuid}/allow/").status_code == 422
    browser.post(f"/contacts/{contact.uuid}/allow/", {"reason": "Asked for it"})
    assert not OptOut.objects.exists()
