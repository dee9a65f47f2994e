"""Somebody joins by a link that was made for their address."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Invitation, Membership, Role, User, Workspace
from accounts.selectors import invitations as open_ones
from accounts.services import invitations, workspaces
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, add_member, make_user

NEW = {"name": "Grace Hopper", "password": "nanoseconds-1952"}


@pytest.fixture
def link(workspace: Workspace, owner: User) -> str:
    _row, token = invitations.create(
        workspace=workspace, actor=owner, email="grace@x.example", role=Role.MANAGER
    )
    return reverse("accounts:invitation_accept", kwargs={"token": token})


def test_link_is_mailed_and_shown_to_nobody_else(
    owner: User, client_as: ClientAs
) -> None:
    browser = client_as(owner)
    values = {"email": "grace@x.example", "role": "manager"}
    page = browser.post(reverse("accounts:invitation_create"), values)
    assert "/workspaces/join/" not in page.content.decode()
    assert "/workspaces/join/" in mail.outbox[0].body
    team = browser.get(reverse("accounts:team")).content.decode()
    assert "grace@x.example" in team
    assert "/workspaces/join/" not in team


def test_only_a_hash_is_stored(link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in str(Invitation.objects.values().get())


def test_without_a_mail_server_the_page_says_so(
    owner: User, client_as: ClientAs, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    values = {"email": "grace@x.example", "role": "manager"}
    page = client_as(owner).post(reverse("accounts:invitation_create"), values)
    assert "was not mailed" in page.content.decode()
    assert "/workspaces/join/" in page.content.decode()


def test_mail_server_that_is_down_does_not_stop_the_invitation(
    owner: User, client_as: ClientAs, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    values = {"email": "grace@x.example", "role": "manager"}
    page = client_as(owner).post(reverse("accounts:invitation_create"), values)
    assert "was not mailed" in page.content.decode()
    assert Invitation.objects.exists()


def test_new_person_joins_with_the_invited_role(link: str, client: Client) -> None:
    client.post(link, NEW)
    joined = Membership.objects.get(user__email="grace@x.example")
    assert joined.role == Role.MANAGER
    assert client.get(reverse("accounts:team")).status_code == 200


def test_link_works_once(link: str, client: Client) -> None:
    client.post(link, NEW)
    assert Client().get(link).status_code == 404


def test_known_person_has_to_sign_in_first(link: str, client: Client) -> None:
    make_user("grace@x.example")
    client.post(link, NEW)
    assert not Membership.objects.filter(user__email="grace@x.example").exists()
    assert "_auth_user_id" not in client.session


def test_known_person_joins_after_signing_in(link: str, client_as: ClientAs) -> None:
    client_as(make_user("Grace@X.example")).post(link)
    assert Membership.objects.get(user__email="grace@x.example").role == Role.MANAGER


def test_other_address_cannot_join(
    link: str, stranger: User, client_as: ClientAs
) -> None:
    page = client_as(stranger).post(link)
    assert "grace@x.example" in page.content.decode()
    assert Membership.objects.filter(user=stranger).count() == 1


def test_expired_link_is_closed(link: str, client: Client) -> None:
    later = timezone.now() + timedelta(days=7, seconds=1)
    with time_machine.travel(later, tick=False):
        assert client.post(link, NEW).status_code == 404


def test_revoked_link_is_closed(link: str, owner: User, client: Client) -> None:
    invitations.revoke(invitation=Invitation.objects.get(), actor=owner)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("role", [None, Role.MANAGER])
def test_link_closes_with_the_right_of_who_made_it(
    role: Role | None, link: str, workspace: Workspace, owner: User, client: Client
) -> None:
    heir = add_member(workspace, "heir@x.example", Role.OWNER)
    mine = Membership.objects.get(user=owner)
    if role:
        workspaces.set_role(membership=mine, actor=heir, role=role)
    else:
        workspaces.remove(membership=mine, actor=heir)
    assert client.post(link, NEW).status_code == 404
    assert open_ones.still_open(workspace) == []


def test_removal_meanwhile_closes_an_open_page(
    link: str, workspace: Workspace, owner: User
) -> None:
    invitation = invitations.find(link.rstrip("/").rpartition("/")[2])
    assert invitation is not None
    Membership.objects.filter(user=owner).delete()
    with pytest.raises(Refused, match="no longer open"):
        invitations.accept(invitation=invitation, user=make_user("grace@x.example"))


def test_second_invitation_replaces_the_first(
    link: str, workspace: Workspace, owner: User, client: Client
) -> None:
    invitations.create(
        workspace=workspace, actor=owner, email="GRACE@x.example", role=Role.READER
    )
    assert client.get(link).status_code == 404
    assert Invitation.objects.get().role == Role.READER


def test_member_is_not_invited_again(
    workspace: Workspace, owner: User, reader: User
) -> None:
    with pytest.raises(Refused) as refused:
        invitations.create(
            workspace=workspace, actor=owner, email=reader.email, role=Role.OWNER
        )
    assert refused.value.code == "is_member"


def test_joining_never_lowers_a_role(
    link: str, workspace: Workspace, owner: User
) -> None:
    grace = make_user("grace@x.example")
    Membership.objects.create(workspace=workspace, user=grace, role=Role.OWNER)
    invitations.accept(invitation=Invitation.objects.get(), user=grace)
    assert Membership.objects.get(user=grace).role == Role.OWNER


def test_link_does_not_sign_in_over_a_weak_password(link: str, client: Client) -> None:
    client.post(link, {**NEW, "password": "short"})
    assert not User.objects.filter(email="grace@x.example").exists()
