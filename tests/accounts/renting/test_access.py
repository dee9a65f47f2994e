"""Who may see numbers and subaccounts, and who may spend on them."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.utils import timezone

from accounts.models import (
    Connection,
    Errand,
    NumberOffer,
    OwnNumber,
    Role,
    Subaccount,
    Workspace,
)
from accounts.rights import RIGHTS, Right
from tests.access import Arguments, ObjectAccess, ViewAccess

GET, POST = ("get",), ("post",)


class TestNumberList(ViewAccess):
    url_name, right, methods = "accounts:number_list", Right.READ, GET


class TestNumberListState(ViewAccess):
    url_name, right, methods = "accounts:number_list_state", Right.READ, GET


class TestNumberSearch(ViewAccess):
    url_name, right, methods = "accounts:number_search", Right.READ, GET


class TestNumberSearchLive(ViewAccess):
    url_name, right, methods = "accounts:number_search_live", Right.READ, GET


class TestSubaccountList(ViewAccess):
    url_name, right, methods = "accounts:subaccount_list", Right.READ, GET


class TestSubaccountListState(ViewAccess):
    url_name, right, methods = "accounts:subaccount_list_state", Right.READ, GET


class TestSubaccountCreate(ViewAccess):
    url_name, right = "accounts:subaccount_create", Right.MOVE_MONEY


class TestNumberOrder(ObjectAccess):
    url_name, right, bad_id = "accounts:number_order", Right.MOVE_MONEY, "999"

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        NumberOffer.objects.create(
            connection=connection,
            number="4523854818",
            monthly_charge=5,
            seen_at=timezone.now(),
        )
        return {"number": "4523854818"}


class TestNumberOrderGiven(TestNumberOrder):
    method = "post"


class OfNumber(ObjectAccess):
    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        number = OwnNumber.objects.create(
            connection=connection, number="4523854818", seen_at=timezone.now()
        )
        return {"number_id": number.pk}


class TestNumberDetail(OfNumber):
    url_name, right, methods = "accounts:number_detail", Right.READ, GET


class TestNumberState(OfNumber):
    url_name, right, methods = "accounts:number_state", Right.READ, GET


class TestNumberRename(OfNumber):
    url_name, right = "accounts:number_rename", Right.MANAGE_CONNECTION
    method, methods = "post", POST
    data: ClassVar[dict[str, str]] = {"name": "Shop", "token": "a"}


class TestNumberForward(OfNumber):
    url_name, right = "accounts:number_forward", Right.MANAGE_CONNECTION
    method, methods = "post", POST
    data: ClassVar[dict[str, str]] = {"email": "a@x.example", "token": "a"}


class TestNumberGiveUp(OfNumber):
    url_name, right = "accounts:number_give_up", Right.MOVE_MONEY


class TestNumberGivenUp(OfNumber):
    url_name, right, method = "accounts:number_give_up", Right.MOVE_MONEY, "post"
    data: ClassVar[dict[str, str]] = {"when": "now", "token": "a"}


class OfSubaccount(ObjectAccess):
    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        one = Subaccount.objects.create(
            connection=connection, gateway_id="77", seen_at=timezone.now()
        )
        return {"subaccount_id": one.pk}


class TestSubaccountDetail(OfSubaccount):
    url_name, right, methods = "accounts:subaccount_detail", Right.READ, GET


class TestSubaccountState(OfSubaccount):
    url_name, right, methods = "accounts:subaccount_state", Right.READ, GET


class TestSubaccountTransfer(OfSubaccount):
    url_name, right = "accounts:subaccount_transfer", Right.MOVE_MONEY


class TestSubaccountTransferred(OfSubaccount):
    url_name, right, method = "accounts:subaccount_transfer", Right.MOVE_MONEY, "post"
    data: ClassVar[dict[str, str]] = {"amount": "5", "agreed": "5", "token": "a"}


class TestSubaccountTopUp(OfSubaccount):
    url_name, right = "accounts:subaccount_top_up", Right.MOVE_MONEY


class TestSubaccountToppedUp(OfSubaccount):
    url_name, right, method = "accounts:subaccount_top_up", Right.MOVE_MONEY, "post"
    data: ClassVar[dict[str, str]] = {"threshold": "5", "amount": "5", "token": "a"}


class TestSubaccountWorkspace(OfSubaccount):
    url_name, right = "accounts:subaccount_workspace", Right.MOVE_MONEY


class TestSubaccountWorkspaceMade(OfSubaccount):
    url_name, right, method = "accounts:subaccount_workspace", Right.MOVE_MONEY, "post"
    data: ClassVar[dict[str, str]] = {"name": "Branch"}


class TestSubaccountWorkspaceEnd(OfSubaccount):
    url_name, right = "accounts:subaccount_workspace_end", Right.MOVE_MONEY


class TestSubaccountWorkspaceEnded(OfSubaccount):
    url_name, right = "accounts:subaccount_workspace_end", Right.MOVE_MONEY
    method = "post"


class TestSubaccountDelete(OfSubaccount):
    url_name, right = "accounts:subaccount_delete", Right.MOVE_MONEY


class TestSubaccountDeleted(OfSubaccount):
    url_name, right, method = "accounts:subaccount_delete", Right.MOVE_MONEY, "post"
    data: ClassVar[dict[str, str]] = {
        "confirm_word": "77",
        "agreed": "0",
        "token": "a",
    }


class TestErrandSettle(ObjectAccess):
    url_name, right = "accounts:errand_settle", Right.MOVE_MONEY
    method, methods = "post", POST
    data: ClassVar[dict[str, str]] = {"decision": "done"}

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        errand = Errand.objects.create(
            workspace=workspace,
            kind=Errand.Kind.TRANSFER,
            subject="77",
            token="a",
            state=Errand.State.UNCLEAR,
        )
        return {"errand_id": errand.pk}


def test_only_owners_move_money() -> None:
    assert not any(
        Right.MOVE_MONEY in rights
        for role, rights in RIGHTS.items()
        if role != Role.OWNER
    )
