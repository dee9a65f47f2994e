"""Ids of another workspace in forms and queries reach nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Membership, Role, User, Workspace
from accounts.services import workspaces
from contacts.models import Contact, Group, GroupMembership, OptOut
from messaging.models import Campaign
from tests.fixtures import ClientAs


@pytest.fixture
def theirs(workspace: Workspace) -> Group:
    """Return a group of the bakery, with one contact."""
    group = Group.objects.create(workspace=workspace, name="Bread lovers")
    contact = Contact.objects.create(
        workspace=workspace, phone="+4915112345101", firstname="Zenobia"
    )
    GroupMembership.objects.create(group=group, contact=contact)
    return group


@pytest.fixture
def thief(stranger: User, client_as: ClientAs) -> Client:
    return client_as(stranger)


@pytest.fixture
def own_group(other_workspace: Workspace) -> Group:
    return Group.objects.create(workspace=other_workspace, name="Drivers")


@pytest.mark.parametrize("act", ["add", "remove", "opt_out", "delete"])
def test_bulk_act_on_foreign_contacts_does_nothing(
    act: str, theirs: Group, own_group: Group, thief: Client
) -> None:
    contact = theirs.contacts.get()
    values = {"act": act, "rows": [str(contact.uuid)], "confirmed": "1"}
    thief.post(reverse("contacts:contact_bulk"), {**values, "group": str(own_group.pk)})
    assert list(theirs.contacts.all()) == [contact]
    assert not own_group.contacts.exists()
    assert not OptOut.objects.exists()


def test_foreign_group_is_no_choice_of_a_bulk_act(
    theirs: Group, other_workspace: Workspace, thief: Client
) -> None:
    own = Contact.objects.create(workspace=other_workspace, firstname="Own")
    values = {"act": "add", "rows": [str(own.uuid)], "group": str(theirs.pk)}
    answer = thief.post(reverse("contacts:contact_bulk"), values)
    assert answer.status_code == 422
    assert theirs.name not in answer.content.decode()
    assert theirs.contacts.count() == 1


@pytest.mark.parametrize("name", ["contacts:contact_list", "contacts:import_create"])
def test_foreign_group_in_an_address_is_404(
    name: str, theirs: Group, thief: Client
) -> None:
    assert thief.get(reverse(name), {"group": str(theirs.pk)}).status_code == 404


def test_foreign_group_is_no_choice_of_a_campaign(theirs: Group, thief: Client) -> None:
    values = {"name": "Theft", "groups": [str(theirs.pk)], "text": "Hi", "act": "save"}
    answer = thief.post(reverse("messaging:campaign_create"), values)
    assert answer.status_code == 422
    assert theirs.name not in answer.content.decode()
    # What was typed is kept as a draft, which may not be launched.
    assert not Campaign.objects.filter(groups=theirs).exists()


def test_preview_shows_no_foreign_contact(theirs: Group, thief: Client) -> None:
    values = {
        "name": "Theft",
        "groups": [str(theirs.pk)],
        "text": "Hi {{ firstname }}",
        "at": str(theirs.contacts.get().pk),
    }
    page = thief.post(reverse("messaging:campaign_preview"), values)
    assert "Zenobia" not in page.content.decode()
    assert "15112345101" not in page.content.decode().replace("\N{NO-BREAK SPACE}", "")


@pytest.mark.parametrize("query", ["before", "after"])
def test_cursor_of_a_foreign_row_shows_nothing_of_it(
    query: str, theirs: Group, thief: Client
) -> None:
    values = {query: str(theirs.contacts.get().pk)}
    page = thief.get(reverse("contacts:contact_list"), values)
    assert "Zenobia" not in page.content.decode()


def test_switch_to_a_foreign_workspace_changes_nothing(
    workspace: Workspace, thief: Client
) -> None:
    thief.post(reverse("accounts:workspace_switch"), {"workspace": workspace.slug})
    page = thief.get(reverse("accounts:workspace")).content.decode()
    assert workspace.name not in page


def test_forged_workspace_in_the_session_counts_for_nothing(
    workspace: Workspace, thief: Client
) -> None:
    session = thief.session
    session["workspace"] = str(workspace.pk)
    session.save()
    page = thief.get(reverse("accounts:workspace")).content.decode()
    assert workspace.name not in page


def test_form_of_before_a_switch_ends_up_in_no_other_workspace(
    other_workspace: Workspace, owner: User
) -> None:
    Membership.objects.create(workspace=other_workspace, user=owner, role=Role.OWNER)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    form = reverse("accounts:invitation_create")
    values = {"email": "new@x.example", "role": Role.MANAGER, **_token(browser, form)}
    switch = reverse("accounts:workspace_switch")
    browser.post(switch, {"workspace": other_workspace.slug, **_token(browser, form)})
    answer = browser.post(form, values)
    assert answer.status_code == 403
    assert "another tab" in answer.content.decode()
    assert not Invitation.objects.exists()
    browser.post(form, {**values, **_token(browser, form)})
    assert Invitation.objects.get().workspace == other_workspace


def _token(browser: Client, address: str) -> dict[str, str]:
    page = browser.get(address).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    return {"csrfmiddlewaretoken": found[1]}


def test_removed_member_is_out_at_the_next_click(
    workspace: Workspace, owner: User, reader: User, theirs: Group, client_as: ClientAs
) -> None:
    browser = client_as(reader)
    address = reverse("contacts:contact_detail", args=[theirs.contacts.get().uuid])
    assert browser.get(address).status_code == 200
    workspaces.remove(membership=reader.memberships.get(), actor=owner)
    answer = browser.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("accounts:workspace_create")
