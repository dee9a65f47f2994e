"""The access set of a view, to inherit from: who gets in, and who gets what else.

    class TestGroupEdit(ObjectAccess):
        url_name = "contacts:group_edit"
        right = Right.EDIT_CONTACTS

        @pytest.fixture
        def arguments(self, group: Group) -> Arguments:
            return {"group_id": group.pk}

`ViewAccess` is for views without an object in their address, `ObjectAccess` for views
with one. Set `method` to "post" (with `data`) for a view that only posts; a view that
takes both is two classes.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User, Workspace
from accounts.rights import Right, allows
from tests.fixtures import ClientAs, add_member

Arguments = dict[str, object]

ALL_METHODS = ("get", "post", "put", "delete")


class ViewAccess:
    """Every role, somebody signed out, somebody without a workspace, wrong methods."""

    url_name: ClassVar[str]
    right: ClassVar[Right]
    method: ClassVar[str] = "get"
    data: ClassVar[dict[str, str]] = {}
    methods: ClassVar[tuple[str, ...]] = ("get", "post")

    @pytest.fixture
    def arguments(self) -> Arguments:
        return {}

    @pytest.fixture
    def address(self, arguments: Arguments) -> str:
        return reverse(self.url_name, kwargs=arguments)

    def ask(self, browser: Client, address: str) -> int:
        return int(getattr(browser, self.method)(address, self.data).status_code)

    def test_role_decides(
        self, address: str, workspace: Workspace, client_as: ClientAs
    ) -> None:
        wrong = {}
        for role in Role:
            person = add_member(workspace, f"{role}@access.example", role)
            # What one of them has done is undone before the next one comes.
            before = transaction.savepoint()
            status = self.ask(client_as(person), address)
            transaction.savepoint_rollback(before)
            if status not in ({200, 302, 422} if allows(role, self.right) else {403}):
                wrong[role.value] = status
        assert wrong == {}

    def test_signed_out_visitor_is_sent_to_sign_in(
        self, address: str, owner: User, client: Client
    ) -> None:
        response = getattr(client, self.method)(address, self.data)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))

    def test_person_without_workspace_is_led_to_make_one(
        self, address: str, owner: User, client_as: ClientAs
    ) -> None:
        alone = User.objects.create_user("alone@access.example")
        response = getattr(client_as(alone), self.method)(address, self.data)
        assert response.status_code == 302
        assert response["Location"] == reverse("accounts:workspace_create")

    def test_other_methods_are_refused(
        self, address: str, owner: User, client_as: ClientAs
    ) -> None:
        browser = client_as(owner)
        refused = set(ALL_METHODS) - set(self.methods)
        answers = {getattr(browser, name)(address).status_code for name in refused}
        assert answers == {405}


class ObjectAccess(ViewAccess):
    """Also: another workspace's owner, and an object that does not exist."""

    bad_id: ClassVar[object] = None

    def test_stranger_gets_404(
        self, address: str, stranger: User, client_as: ClientAs
    ) -> None:
        assert self.ask(client_as(stranger), address) == 404

    def test_bad_id_gets_404(
        self, arguments: Arguments, owner: User, client_as: ClientAs
    ) -> None:
        wrong = {name: self._wrong(value) for name, value in arguments.items()}
        address = reverse(self.url_name, kwargs=wrong)
        assert self.ask(client_as(owner), address) == 404

    def _wrong(self, value: object) -> object:
        if self.bad_id is not None:
            return self.bad_id
        return 987_654_321 if isinstance(value, int) else uuid4()
