"""Who may open which page of the account."""

from __future__ import annotations

from typing import ClassVar

import pytest

from accounts.models import Connection, Membership, Price, Role, User, Workspace
from accounts.rights import RIGHTS, Right
from accounts.services import invitations
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import add_member

GET = ("get",)
POST = ("post",)


class TestOverview(ViewAccess):
    url_name = "accounts:overview"
    right = Right.READ
    methods = GET


class TestConnection(ViewAccess):
    url_name = "accounts:connection"
    right = Right.READ
    methods = GET


class TestConnectionConnect(ViewAccess):
    url_name = "accounts:connection_connect"
    right = Right.MANAGE_CONNECTION


@pytest.mark.usefixtures("connection")
class TestConnectionRate(ViewAccess):
    url_name = "accounts:connection_rate"
    right = Right.MANAGE_CONNECTION
    method = "post"
    methods = POST
    data: ClassVar[dict[str, str]] = {"rate_per_s": "5"}


@pytest.mark.usefixtures("connection", "sandbox")
class TestConnectionCheck(ViewAccess):
    url_name = "accounts:connection_check"
    right = Right.MANAGE_CONNECTION
    method = "post"
    methods = POST


@pytest.mark.usefixtures("connection")
class TestConnectionDisconnect(ViewAccess):
    url_name = "accounts:connection_disconnect"
    right = Right.MANAGE_CONNECTION


@pytest.mark.usefixtures("connection", "sandbox")
class TestHookRegister(ViewAccess):
    url_name = "accounts:hook_register"
    right = Right.MANAGE_CONNECTION
    method = "post"
    methods = POST


@pytest.mark.usefixtures("connection")
class TestGatewayState(ViewAccess):
    url_name = "accounts:gateway_state"
    right = Right.READ
    methods = GET

    @pytest.fixture
    def arguments(self) -> Arguments:
        return {"kind": "hooks"}


@pytest.mark.usefixtures("connection")
class TestBalance(ViewAccess):
    url_name = "accounts:balance"
    right = Right.READ
    methods = GET


@pytest.mark.usefixtures("connection", "sandbox")
class TestGatewayCheck(ViewAccess):
    url_name = "accounts:gateway_check"
    right = Right.READ
    methods = GET


class TestConnectionPermit(ViewAccess):
    url_name = "accounts:connection_permit"
    right = Right.MANAGE_CONNECTION
    method = "post"
    methods = POST


class TestConnectionPermitted(ViewAccess):
    url_name = "accounts:connection_permitted"
    right = Right.MANAGE_CONNECTION
    methods = GET


@pytest.mark.usefixtures("connection", "sandbox")
class TestConnectionSigning(ViewAccess):
    url_name = "accounts:connection_signing"
    right = Right.MANAGE_CONNECTION


class TestPrices(ViewAccess):
    url_name = "accounts:prices"
    right = Right.READ
    methods = GET


class TestTeam(ViewAccess):
    url_name = "accounts:team"
    right = Right.READ
    methods = GET


class TestInvitationCreate(ViewAccess):
    url_name = "accounts:invitation_create"
    right = Right.MANAGE_TEAM


class TestAudit(ViewAccess):
    url_name = "accounts:audit"
    right = Right.SEE_AUDIT
    methods = GET


class TestSystem(ViewAccess):
    url_name = "accounts:system"
    right = Right.READ
    methods = GET


class TestWorkspace(ViewAccess):
    url_name = "accounts:workspace"
    right = Right.READ


class TestWorkspaceSave(ViewAccess):
    url_name = "accounts:workspace"
    right = Right.MANAGE_WORKSPACE
    method = "post"
    data: ClassVar[dict[str, str]] = {
        "name": "Cakes",
        "country": "AT",
        "time_zone": "Europe/Vienna",
    }


class TestWorkspaceLeave(ViewAccess):
    url_name = "accounts:workspace_leave"
    right = Right.READ


class TestPriceNetworks(ObjectAccess):
    url_name = "accounts:price_networks"
    right = Right.READ
    methods = GET
    bad_id = "ZZ-999"

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        Price.objects.create(
            connection=connection,
            country="DE",
            country_name="Germany",
            prefix="49",
            amount="0.075",
            seen_at="2026-01-01T00:00Z",
        )
        return {"key": "DE-49"}


class TestPollRefresh(ObjectAccess):
    url_name = "accounts:poll_refresh"
    right = Right.READ
    method = "post"
    methods = POST
    bad_id = "nothing"

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        return {"kind": "hooks"}


class TestInvitationRevoke(ObjectAccess):
    url_name = "accounts:invitation_revoke"
    right = Right.MANAGE_TEAM
    method = "post"
    methods = POST

    @pytest.fixture
    def arguments(self, workspace: Workspace, owner: User) -> Arguments:
        invitation, _token = invitations.create(
            workspace=workspace, actor=owner, email="new@x.example", role=Role.READER
        )
        return {"invitation_id": invitation.pk}


class _MemberAccess(ObjectAccess):
    right = Right.MANAGE_TEAM

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        person = add_member(workspace, "colleague@x.example", Role.SENDER)
        return {"member_id": Membership.objects.get(user=person).pk}


class TestMemberRole(_MemberAccess):
    url_name = "accounts:member_role"
    method = "post"
    methods = POST
    data: ClassVar[dict[str, str]] = {"role": "manager"}


class TestMemberRemove(_MemberAccess):
    url_name = "accounts:member_remove"


class TestMemberRemoveForGood(_MemberAccess):
    url_name = "accounts:member_remove"
    method = "post"


def test_each_role_holds_what_the_lower_one_holds() -> None:
    ladder = [Role.READER, Role.SENDER, Role.MANAGER, Role.OWNER]
    steps = zip(ladder, ladder[1:], strict=False)
    assert all(RIGHTS[lower] < RIGHTS[higher] for lower, higher in steps)


def test_only_owners_touch_money_and_people() -> None:
    owners_only = {Right.MANAGE_CONNECTION, Right.MANAGE_TEAM, Right.SEE_AUDIT}
    assert not owners_only & RIGHTS[Role.MANAGER]
