"""Acts on many contacts, from the bar of the list to the page of the job."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User, Workspace
from accounts.rights import Right
from contacts import tasks
from contacts.models import BulkJob, BulkUndo, Contact, Group, OptOut
from contacts.selectors import counts
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs, bulk_runs, contacts, groups
from contacts.views import bulk as views
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

BULK, JOBS = "/contacts/bulk/", "/contacts/jobs/"
READ, EDIT = Right.READ, Right.EDIT_CONTACTS


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def job(workspace: Workspace, contact: Contact, group: Group) -> BulkJob:
    return bulk_jobs.start(
        workspace=workspace, actor=None, choice=Choice(Filter()), act="add", group=group
    )


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Ring for nobody; return what would have been rung for."""
    works: list[Any] = []
    monkeypatch.setattr(tasks, "ring_work", works.append)
    return works


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def form_of(answer: Any, **typed: str) -> dict[str, str]:
    """Return what the form of a page would post."""
    fields = soup(answer).select("main form [name]")
    values = {str(f["name"]): str(f.get("value") or "") for f in fields}
    return {**values, **typed}


class OfJob(ObjectAccess):
    @pytest.fixture
    def arguments(self, job: BulkJob) -> Arguments:
        return {"job_id": job.id}


class TestBulkList(ViewAccess):
    url_name, right, methods = "contacts:bulk_list", READ, ("get",)


class TestBulkCreate(ViewAccess):
    url_name, right, methods = "contacts:bulk_create", EDIT, ("get",)


class TestBulkCount(ViewAccess):
    url_name, right, methods = "contacts:bulk_count", EDIT, ("get",)


class TestBulkDetail(OfJob):
    url_name, right, methods = "contacts:bulk_detail", READ, ("get",)


class TestBulkProgress(OfJob):
    url_name, right, methods = "contacts:bulk_progress", READ, ("get",)


class TestBulkCancel(OfJob):
    url_name, right, method, methods = "contacts:bulk_cancel", EDIT, "post", ("post",)


class TestBulkUndo(OfJob):
    url_name, right, method, methods = "contacts:bulk_undo", EDIT, "post", ("post",)


def test_all_that_match_are_changed_by_a_worker(
    browser: Client,
    group: Group,
    contact: Contact,
    rung: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    values = {"act": "add", "all": "1", "criteria": "q=anna", "group": str(group.id)}
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(BULK, values)
    job = BulkJob.objects.get()
    assert rung == [job]
    assert answer["Location"] == f"{JOBS}{job.id}/"
    assert "starts as soon as a worker is free" in browser.get(answer["Location"]).text
    bulk_runs.run(job.id)
    page = browser.get(answer["Location"]).text
    assert "1 contact added to Customers." in page
    assert ">Undo</button>" in page


def test_criteria_of_another_workspace_are_not_found(
    browser: Client, other_workspace: Workspace
) -> None:
    foreign = groups.create(workspace=other_workspace, name="Foreign", actor=None)
    values = {"act": "delete", "all": "1", "criteria": f"group={foreign.id}"}
    assert browser.post(BULK, values).status_code == 404


@pytest.mark.parametrize("act", ["add", "remove"])
def test_group_of_another_workspace_is_refused(
    browser: Client, contact: Contact, other_workspace: Workspace, act: str
) -> None:
    foreign = groups.create(workspace=other_workspace, name="Foreign", actor=None)
    values = {"act": act, "rows": [str(contact.uuid)], "group": str(foreign.id)}
    assert browser.post(BULK, values).status_code == 422
    assert not BulkJob.objects.exists()


@pytest.mark.parametrize(
    "criteria", ["group=nonsense", "group=0c06b5c4-007c-444a-aad1-db433c88c6e6"]
)
def test_hostile_criteria_are_not_found(browser: Client, criteria: str) -> None:
    values = {"act": "delete", "all": "1", "criteria": criteria}
    assert browser.post(BULK, values).status_code == 404


def test_unknown_act_is_not_found(browser: Client) -> None:
    assert browser.post(BULK, {"act": "explode"}).status_code == 404


def test_nothing_selected_is_said(browser: Client) -> None:
    answer = browser.post(BULK, {"act": "add"}, follow=True)
    assert "Select the contacts first." in answer.content.decode()


def test_add_without_a_group_asks_for_one(browser: Client, contact: Contact) -> None:
    page = browser.post(BULK, {"act": "add", "rows": [str(contact.uuid)]})
    browser.post(BULK, form_of(page, new_group="Fresh"))
    assert Group.objects.get(name="Fresh").member_count == 1


def test_value_is_held_to_the_field(browser: Client, contact: Contact) -> None:
    values = {"act": "set", "rows": [str(contact.uuid)], "confirmed": "1"}
    bad = browser.post(BULK, {**values, "field": "birthday", "value": "soon"})
    assert bad.status_code == 422
    assert "This is no date." in bad.content.decode()
    browser.post(BULK, {**values, "field": "birthday", "value": "17.05.1990"})
    contact.refresh_from_db()
    assert str(contact.birthday) == "1990-05-17"


def test_opt_out_keeps_reason_and_channel(browser: Client, contact: Contact) -> None:
    page = browser.post(BULK, {"act": "opt_out", "rows": [str(contact.uuid)]})
    browser.post(BULK, form_of(page, channel="voice", reason="Asked by phone"))
    entry = OptOut.objects.get()
    assert (entry.channel, entry.reason) == ("voice", "Asked by phone")


def test_notice_undoes_what_was_done(browser: Client, contact: Contact) -> None:
    values = {"act": "delete", "rows": [str(contact.uuid)], "confirmed": "1"}
    page = browser.post(BULK, values, follow=True)
    link = soup(page).select_one(".toast-note a")
    assert link
    assert link["href"] == f"{JOBS}{BulkJob.objects.get().id}/"
    answer = browser.post(
        str(link["hx-post"]),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/contacts/"},
    )
    assert answer["HX-Redirect"] == "/contacts/"
    assert Contact.objects.get().uuid == contact.uuid


def test_deleting_many_asks_for_a_word(
    browser: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WORD_FROM", 1)
    page = browser.post(BULK, {"act": "delete", "all": "1", "criteria": ""})
    refused = browser.post(BULK, form_of(page))
    assert "Type delete to confirm." in refused.content.decode()
    assert not BulkJob.objects.exists()
    browser.post(BULK, form_of(page, confirm_word="Delete"))
    assert BulkJob.objects.get().act == "delete"


def test_running_job_is_polled_until_it_is_over(browser: Client, job: BulkJob) -> None:
    address = f"{JOBS}{job.id}/progress/"
    assert browser.get(address).status_code == 200
    bulk_runs.run(job.id)
    last = browser.get(address)
    assert last.status_code == 286
    assert "1 contact added to Customers." in last["HX-Trigger"]


def test_undo_of_a_large_job_is_a_workers(
    browser: Client, job: BulkJob, rung: list[Any]
) -> None:
    bulk_runs.run(job.id)
    page = browser.post(f"{JOBS}{job.id}/undo/", follow=True)
    assert "contacts put back" in page.content.decode()
    bulk_runs.run_undo(BulkUndo.objects.get().id)
    page = browser.get(f"{JOBS}{job.id}/")
    assert "1 of 1 are as they were before." in page.content.decode()


def test_cancelled_job_says_what_it_has_done(browser: Client, job: BulkJob) -> None:
    page = browser.post(f"{JOBS}{job.id}/cancel/", follow=True)
    assert "0 contacts added to Customers." in page.content.decode()


def test_page_for_all_works_without_scripts(
    browser: Client, contact: Contact, group: Group
) -> None:
    page = browser.get(f"{JOBS}new/?q=anna")
    assert "Change 1 contact" in page.content.decode()
    browser.post(BULK, form_of(page, act="add", group=str(group.id)))
    assert BulkJob.objects.get().criteria == {"q": "anna"}


def test_jobs_are_listed(browser: Client, job: BulkJob) -> None:
    link = soup(browser.get(JOBS)).select_one("a.row-link")
    assert link
    assert (link.text, link["href"]) == ("Add to Customers", f"{JOBS}{job.id}/")


def test_many_are_counted_about(
    workspace: Workspace, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts.create(workspace=workspace, actor=None, firstname="Bo")
    assert Choice(Filter()).count(workspace) == (2, True)
    monkeypatch.setattr(counts, "MAX_EXACT", 1)
    assert not Choice(Filter()).count(workspace).is_exact


def test_one_ticked_contact_is_looked_up_by_its_number(
    browser: Client, contact: Contact
) -> None:
    answer = browser.post(BULK, {"act": "lookup", "rows": [str(contact.uuid)]})
    assert answer["Location"] == f"/lookups/new/?phone=%2B{contact.phone[1:]}"


def test_several_ticked_contacts_are_looked_up_as_a_group(
    browser: Client, workspace: Workspace, contact: Contact
) -> None:
    other = contacts.create(workspace=workspace, actor=None, phone="+491711234599")
    rows = [str(contact.uuid), str(other.uuid)]
    answer = browser.post(BULK, {"act": "lookup", "rows": rows}, follow=True)
    assert "Add these contacts to a group" in answer.content.decode()
