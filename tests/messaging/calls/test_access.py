"""Who may open the log of calls and the gateway's journals."""

from __future__ import annotations

import pytest

from accounts.models import Workspace
from accounts.rights import Right
from messaging.journal_filters import Wanted
from messaging.models import JournalExport
from messaging.services import journal_exports
from tests.access import Arguments, ObjectAccess, ViewAccess

GET, POST = ("get",), ("post",)


class TestCallList(ViewAccess):
    url_name, right, methods = "messaging:call_list", Right.READ, GET


class TestJournal(ViewAccess):
    url_name, right, methods = "messaging:journal", Right.READ, GET


class OfJournal(ViewAccess):
    right = Right.READ

    @pytest.fixture
    def arguments(self) -> Arguments:
        return {"journal": "voice"}


class TestJournalOf(OfJournal):
    url_name, methods = "messaging:journal_of", GET


class TestJournalRows(OfJournal):
    url_name, methods = "messaging:journal_rows", GET


class TestJournalExport(OfJournal):
    url_name, right = "messaging:journal_export", Right.EXPORT


class TestJournalExportPosted(OfJournal):
    url_name, method = "messaging:journal_export", "post"
    right = Right.EXPORT


class OfExport(ObjectAccess):
    right = Right.EXPORT

    @pytest.fixture
    def export(self, workspace: Workspace) -> JournalExport:
        made = journal_exports.prepare(
            workspace=workspace,
            actor=None,
            journal="outbound",
            wanted=Wanted(to="491711234567", is_missing=True),
            format="csv",
            language="en",
        )
        journal_exports.start(made)
        return made

    @pytest.fixture
    def arguments(self, export: JournalExport) -> Arguments:
        return {"export_id": export.pk}


class TestJournalExportDetail(OfExport):
    url_name, methods = "messaging:journal_export_detail", GET


class TestJournalExportProgress(OfExport):
    url_name, methods = "messaging:journal_export_progress", GET


class TestJournalExportCancel(OfExport):
    url_name, method, methods = "messaging:journal_export_cancel", "post", POST
