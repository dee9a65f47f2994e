"""Who may open which page of the sync."""

from __future__ import annotations

import pytest

from accounts.models import Connection, Workspace
from accounts.rights import Right
from contacts.models import Contact, SyncGroup, SyncLink, SyncRun
from tests.access import Arguments, ObjectAccess, ViewAccess

READ, EDIT = Right.READ, Right.EDIT_CONTACTS
GET = ("get",)
POST = ("post",)


@pytest.fixture(autouse=True)
def connected(connection: Connection) -> None:
    """Let the workspace have an account, which nobody calls here."""


class OfRun(ObjectAccess):
    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        run = SyncRun.objects.create(workspace=workspace, digest="", state="finished")
        return {"run_id": run.id}


class OfLink(ObjectAccess):
    @pytest.fixture
    def arguments(self, workspace: Workspace, contact: Contact) -> Arguments:
        link = SyncLink.objects.create(
            workspace=workspace, contact=contact, conflict={"city": ["Kiel", "Berlin"]}
        )
        return {"link_id": link.pk}


class TestOverview(ViewAccess):
    url_name, right, methods = "contacts:sync_overview", READ, GET


class TestSettings(ViewAccess):
    url_name, right, method, methods = "contacts:sync_settings", EDIT, "post", POST


class TestSchedule(ViewAccess):
    url_name, right, method, methods = "contacts:sync_schedule", EDIT, "post", POST


class TestGroups(ViewAccess):
    url_name, right, method, methods = "contacts:sync_groups", EDIT, "post", POST


class TestPreview(ViewAccess):
    url_name, right, method, methods = "contacts:sync_preview", EDIT, "post", POST


class TestStart(ViewAccess):
    url_name, right, method, methods = "contacts:sync_start", EDIT, "post", POST


class TestStartOver(ViewAccess):
    url_name, right = "contacts:sync_start_over", EDIT


class TestRun(OfRun):
    url_name, right, methods = "contacts:sync_run", READ, GET


class TestRunProgress(OfRun):
    url_name, right, methods = "contacts:sync_run_progress", READ, GET

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        run = SyncRun.objects.create(workspace=workspace, digest="")
        return {"run_id": run.id}


class TestRunCancel(OfRun):
    url_name, right, method, methods = "contacts:sync_run_cancel", EDIT, "post", POST


class TestApprove(OfRun):
    url_name, right, method, methods = "contacts:sync_approve", EDIT, "post", POST


class TestConflicts(ViewAccess):
    url_name, right, methods = "contacts:sync_conflicts", READ, GET


class TestConflictsResolve(ViewAccess):
    url_name, right, method = "contacts:sync_conflicts_resolve", EDIT, "post"
    methods = POST


class TestConflict(OfLink):
    url_name, right = "contacts:sync_conflict", EDIT


class TestConflictPost(OfLink):
    url_name, right, method = "contacts:sync_conflict", EDIT, "post"


class TestAnswer(ViewAccess):
    url_name, right, method, methods = "contacts:sync_answer", EDIT, "post", POST


class TestQuestions(ViewAccess):
    url_name, right, methods = "contacts:sync_questions", READ, GET

    @pytest.fixture
    def arguments(self) -> Arguments:
        return {"kind": "deleted"}


class TestGroupAnswer(ObjectAccess):
    url_name, right, method, methods = "contacts:sync_group_answer", EDIT, "post", POST

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        return {"pair_id": SyncGroup.objects.create(workspace=workspace).pk}


class TestContact(ObjectAccess):
    url_name, right, methods = "contacts:sync_contact", READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}
