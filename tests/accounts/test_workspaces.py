"""Workspaces, their members, and switching between them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections as databases
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Role, User, Workspace
from accounts.selectors import audit as trail
from accounts.services import audit, workspaces
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, add_member


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def shown_workspace(browser: Client) -> str:
    page = browser.get(reverse("accounts:workspace"))
    return str(page.context["request"].workspace.name)


@pytest.fixture
def both(owner: User, other_workspace: Workspace) -> User:
    """Owner of the one and reader of the other workspace."""
    Membership.objects.create(workspace=other_workspace, user=owner, role=Role.READER)
    return owner


def test_creating_makes_the_person_owner_and_goes_there(
    owner: User, client_as: ClientAs
) -> None:
    browser = client_as(owner)
    values = {"name": "Cakes", "country": "AT", "time_zone": "Europe/Vienna"}
    browser.post(reverse("accounts:workspace_create"), values)
    assert shown_workspace(browser) == "Cakes"
    assert Membership.objects.get(workspace__slug="cakes").role == Role.OWNER


@pytest.mark.django_db
def test_same_name_gets_another_slug() -> None:
    slugs = [workspaces.create(actor=None, name="Cakes").slug for _ in range(3)]
    assert slugs == ["cakes", "cakes-2", "cakes-3"]


@pytest.mark.django_db
def test_name_without_letters_gets_a_slug() -> None:
    assert workspaces.create(actor=None, name="株式会社").slug == "workspace"


def test_switching_changes_the_workspace(both: User, client_as: ClientAs) -> None:
    browser = client_as(both)
    browser.post(reverse("accounts:workspace_switch"), {"workspace": "garage"})
    assert shown_workspace(browser) == "Garage"


def test_switching_to_a_foreign_workspace_changes_nothing(
    owner: User, stranger: User, client_as: ClientAs
) -> None:
    browser = client_as(owner)
    browser.post(reverse("accounts:workspace_switch"), {"workspace": "garage"})
    assert shown_workspace(browser) == "Bakery"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/account/prices/?q=de", "/account/prices/"),
        ("/account/team/7/remove/", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/nowhere/", "/"),
        ("", "/"),
    ],
)
def test_switching_stays_on_pages_that_every_workspace_has(
    wanted: str, reached: str, both: User, client_as: ClientAs
) -> None:
    response = client_as(both).post(
        reverse("accounts:workspace_switch"), {"workspace": "garage", "next": wanted}
    )
    assert response["Location"] == reached


def test_role_follows_the_workspace(both: User, client_as: ClientAs) -> None:
    browser = client_as(both)
    browser.post(reverse("accounts:workspace_switch"), {"workspace": "garage"})
    assert browser.get(reverse("accounts:audit")).status_code == 403


def test_removed_member_loses_access_at_once(
    owner: User, manager: User, client_as: ClientAs
) -> None:
    browser = client_as(manager)
    workspaces.remove(membership=membership_of(manager), actor=owner)
    response = browser.get(reverse("accounts:team"))
    assert response["Location"] == reverse("accounts:workspace_create")


def test_member_whom_two_remove_at_once_is_removed_once(
    owner: User, manager: User
) -> None:
    held = membership_of(manager)
    workspaces.remove(membership=membership_of(manager), actor=owner)
    with pytest.raises(Refused) as removed:
        workspaces.remove(membership=held, actor=owner)
    with pytest.raises(Refused) as changed:
        workspaces.set_role(membership=held, actor=owner, role=Role.READER)
    assert {removed.value.code, changed.value.code} == {"no_member"}


def test_role_change_takes_effect_and_is_recorded(
    owner: User, reader: User, client_as: ClientAs
) -> None:
    member = membership_of(reader)
    address = reverse("accounts:member_role", kwargs={"member_id": member.pk})
    client_as(owner).post(address, {"role": "owner"})
    assert membership_of(reader).role == Role.OWNER
    entry = AuditEntry.objects.get(action="member.set_role")
    assert (entry.before, entry.after) == ({"role": "reader"}, {"role": "owner"})


def test_unknown_role_changes_nothing(
    owner: User, reader: User, client_as: ClientAs
) -> None:
    member = membership_of(reader)
    address = reverse("accounts:member_role", kwargs={"member_id": member.pk})
    client_as(owner).post(address, {"role": "god"})
    assert membership_of(reader).role == Role.READER


def test_last_owner_cannot_leave(owner: User, client_as: ClientAs) -> None:
    response = client_as(owner).post(reverse("accounts:workspace_leave"), follow=True)
    assert "needs an owner" in response.content.decode()
    assert Membership.objects.filter(user=owner).exists()


def test_last_owner_cannot_step_down(owner: User) -> None:
    with pytest.raises(Refused) as refused:
        workspaces.set_role(
            membership=membership_of(owner), actor=owner, role=Role.READER
        )
    assert refused.value.code == "last_owner"


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_both_leave_at_once(
    workspace: Workspace, owner: User
) -> None:
    second = add_member(workspace, "second@bakery.example", Role.OWNER)

    def leave(user: User) -> bool:
        try:
            workspaces.remove(membership=membership_of(user), actor=user)
        except Refused:
            return False
        finally:
            databases.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, [owner, second]))
    assert sorted(left) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_locked_workspace_keeps_nobody_from_its_trail(
    owner: User, workspace: Workspace
) -> None:
    def record() -> None:
        try:
            with databases["default"].cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            audit.record(workspace=workspace, actor=None, action="workspace.update")
        finally:
            databases.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        workspaces._lock(membership_of(owner))
        pool.submit(record).result()


def test_settings_record_only_what_changed(owner: User, workspace: Workspace) -> None:
    workspaces.update(
        workspace=workspace,
        actor=owner,
        name="Bakery",
        country="AT",
        time_zone="Europe/Berlin",
    )
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"country": "DE"}, {"country": "AT"})


def test_audit_trail_goes_on_from_the_last_entry(
    workspace: Workspace, owner: User
) -> None:
    for number in range(trail.PAGE_SIZE + 3):
        audit.record(workspace=workspace, actor=owner, action="x", subject=str(number))
    first = trail.page(workspace)
    second = trail.page(workspace, before=first.next_before)
    assert [entry.subject for entry in second.entries] == ["2", "1", "0"]
    assert second.next_before is None


def test_audit_trail_of_another_workspace_is_not_shown(
    owner: User, stranger: User, other_workspace: Workspace, client_as: ClientAs
) -> None:
    audit.record(workspace=other_workspace, actor=stranger, action="their.secret")
    page = client_as(owner).get(reverse("accounts:audit")).content.decode()
    assert "their.secret" not in page


@pytest.mark.parametrize("cursor", ["abc", "-1", "9" * 40, "1e5", ""])
def test_bad_cursor_is_the_first_page(
    cursor: str, owner: User, client_as: ClientAs
) -> None:
    address = reverse("accounts:audit")
    assert client_as(owner).get(address, {"after": cursor}).status_code == 200


def test_audit_trail_shows_what_became_of_a_value(
    owner: User, workspace: Workspace, client_as: ClientAs
) -> None:
    audit.record(
        workspace=workspace,
        actor=owner,
        action="member.set_role",
        subject="grace@x.example",
        before={"role": "reader"},
        after={"role": "owner"},
    )
    page = client_as(owner).get(reverse("accounts:audit")).content.decode()
    assert "Role changed" in page
    assert page.index("Reader") < page.rindex("Owner")
