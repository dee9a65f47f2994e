from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from contacts.models import BulkJob, Contact, Group, GroupMembership, OptOut
from contacts.selectors import groups as selected
from contacts.services import bulk_jobs, bulk_runs, contacts, groups, opt_outs
from messaging.models import Campaign
from tests.fixtures import ClientAs


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def members(workspace: Workspace, group: Group) -> list[Contact]:
    found = [
        contacts.create(workspace=workspace, actor=None, firstname=name)
        for name in "ABC"
    ]
    groups.add(group=group, uuids=[c.uuid for c in found], actor=None)
    return found


def count(group: Group) -> int:
    group.refresh_from_db()
    assert group.member_count == GroupMembership.objects.filter(group=group).count()
    return group.member_count


def test_count_follows_the_deletion_of_contacts(
    group: Group, members: list[Contact]
) -> None:
    Contact.objects.filter(firstname__in=["A", "B"]).delete()
    assert count(group) == 1


def test_count_follows_the_service(
    workspace: Workspace, group: Group, members: list[Contact]
) -> None:
    uuids = [members[0].uuid]
    contacts.delete(workspace=workspace, uuids=uuids, actor=None)
    groups.remove(group=group, uuids=[members[1].uuid], actor=None)
    assert count(group) == 1


def test_workspace_with_groups_can_be_deleted(
    workspace: Workspace, members: list[Contact]
) -> None:
    workspace.delete()
    assert not Group.objects.exists()
    assert not Contact.objects.exists()


def test_groups_of_two_names_in_one_case_are_refused(
    browser: Client, group: Group
) -> None:
    answer = browser.post("/groups/new/", {"name": "CUSTOMERS"})
    assert "exists already" in answer.content.decode()
    assert Group.objects.count() == 1


def test_group_is_renamed(browser: Client, group: Group) -> None:
    browser.post(f"/groups/{group.id}/edit/", {"name": "Guests"})
    group.refresh_from_db()
    assert group.name == "Guests"


@pytest.mark.parametrize(("choice", "left"), [("keep", 3), ("delete", 0)])
def test_group_is_deleted_with_or_without_contacts(
    browser: Client,
    workspace: Workspace,
    group: Group,
    members: list[Contact],
    choice: str,
    left: int,
) -> None:
    other = groups.create(workspace=workspace, name="Other", actor=None)
    groups.add(group=other, uuids=[members[0].uuid], actor=None)
    browser.post(f"/groups/{group.id}/delete/", {"contacts": choice})
    assert list(Group.objects.all()) == [other]
    assert Contact.objects.count() == left
    assert count(other) == min(left, 1)


def test_contacts_deleted_with_a_small_group_are_told_and_can_be_put_back(
    browser: Client, group: Group, members: list[Contact]
) -> None:
    page = browser.post(
        f"/groups/{group.id}/delete/", {"contacts": "delete"}, follow=True
    )
    assert "3 contacts deleted." in page.content.decode()
    assert AuditEntry.objects.filter(action="contact.delete").count() == 3
    undo = bulk_jobs.undo(job=BulkJob.objects.get(), actor=None)
    assert bulk_runs.run_undo(undo.id)
    assert Contact.objects.count() == 3


def test_group_that_is_gone_already_is_deleted_in_peace(group: Group) -> None:
    again = Group.objects.get(pk=group.pk)
    groups.delete(group=group, actor=None)
    groups.delete(group=again, actor=None)
    assert AuditEntry.objects.filter(action="group.delete").count() == 1


def test_large_group_is_deleted_with_its_contacts_in_the_background(
    browser: Client,
    group: Group,
    members: list[Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "BACKGROUND_FROM", 3)
    answer = browser.post(f"/groups/{group.id}/delete/", {"contacts": "delete"})
    job = BulkJob.objects.get()
    assert answer["Location"] == f"/contacts/jobs/{job.id}/"
    assert bulk_runs.run(job.id)
    assert not Group.objects.exists()
    assert not Contact.objects.exists()
    undo = bulk_jobs.undo(job=BulkJob.objects.get(), actor=None)
    assert bulk_runs.run_undo(undo.id)
    assert Contact.objects.count() == 3


def test_group_of_very_many_is_deleted_in_the_background(
    browser: Client,
    group: Group,
    members: list[Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "AT_ONCE_UP_TO", 2)
    page = browser.post(f"/groups/{group.id}/delete/", {"contacts": "keep"})["Location"]
    assert count(group) == 3
    job = BulkJob.objects.get()
    assert bulk_runs.run(job.id)
    job.refresh_from_db()
    assert not Group.objects.exists()
    assert (Contact.objects.count(), job.done, job.changed) == (3, 3, 3)
    assert "Group Customers deleted." in browser.get(page).content.decode()
    assert not bulk_jobs.may_be_undone(job)


def test_group_that_a_draft_needs_since_the_click_stays_whole(
    workspace: Workspace, group: Group, members: list[Contact]
) -> None:
    job = groups.delete_later(group=group, actor=None)
    draft = Campaign.objects.create(workspace=workspace, name="Draft")
    draft.excluded_groups.add(group)
    assert bulk_runs.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.error, count(group)) == ("failed", "in_use", 3)


def test_nobody_joins_a_group_that_has_just_gone(
    group: Group, members: list[Contact]
) -> None:
    late = Group.objects.get(pk=group.pk)
    groups.delete(group=group, actor=None)
    with pytest.raises(groups.GroupGone):
        groups.add(group=late, uuids=[members[0].uuid], actor=None)


def test_groups_are_paged_by_name_and_searched(workspace: Workspace) -> None:
    for name in ("delta", "Alpha", "Charlie", "bravo", "Echo"):
        groups.create(workspace=workspace, name=name, actor=None)
    first = selected.page(workspace, size=2)
    second = selected.page(workspace, after=first.after, size=2)
    assert [group.name for group in second.rows] == ["Charlie", "delta"]
    back = selected.page(workspace, before=second.before, size=2)
    assert [group.name for group in back.rows] == ["Alpha", "bravo"]
    assert not back.before
    found = selected.page(workspace, text="CHA")
    assert [group.name for group in found.rows] == ["Charlie"]


def test_group_list_searches_when_there_are_many(
    browser: Client, workspace: Workspace
) -> None:
    rows = [Group(workspace=workspace, name=f"Team {n:03}") for n in range(60)]
    Group.objects.bulk_create(rows)
    page = browser.get("/groups/").content.decode()
    assert "Team 049" in page
    assert "Team 050" not in page
    found = browser.get("/groups/", {"q": "059"}).content.decode()
    assert "Team 059" in found
    assert "Team 001" not in found


def test_same_opt_out_is_added_once(workspace: Workspace) -> None:
    added = [
        opt_outs.add(workspace=workspace, phone="+491711234567", source="reply")
        for _twice in range(2)
    ]
    assert added == [True, False]


def test_opt_outs_of_workspaces_are_apart(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    opt_outs.add(workspace=workspace, phone="+491711234567", source="reply")
    assert not opt_outs.remove(workspace=other_workspace, phone="+491711234567")
    assert OptOut.objects.count() == 1


@pytest.mark.parametrize("text", ["0171 123", "+49 (0)171", "4567"])
def test_opt_outs_are_found_by_any_spelling(
    browser: Client, workspace: Workspace, text: str
) -> None:
    opt_outs.add(workspace=workspace, phone="+491711234567", source="manual")
    opt_outs.add(workspace=workspace, phone="+491722222222", source="manual")
    page = BeautifulSoup(browser.get("/opt-outs/", {"q": text}).content, "html.parser")
    assert len(page.select("a.row-link")) == 1


def test_number_is_added_by_hand_and_allowed_again(browser: Client) -> None:
    browser.post("/opt-outs/new/", {"phone": "0171 1234567", "channel": "sms"})
    entry = OptOut.objects.get()
    assert (entry.phone, entry.channel, entry.source) == (
        "+491711234567",
        "sms",
        "manual",
    )
    browser.post(f"/opt-outs/{entry.id}/delete/", {"reason": "Form of 3 May"})
    assert not OptOut.objects.exists()
