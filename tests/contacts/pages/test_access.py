"""Who may open which page of the contacts."""

from __future__ import annotations

import pytest

from accounts.models import Workspace
from accounts.rights import Right
from contacts.models import Contact, Group, OptOut
from contacts.selectors import contacts as selected
from contacts.services import fields, opt_out_lists, opt_outs
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.contacts.conftest import Upload

READ, EDIT = Right.READ, Right.EDIT_CONTACTS
GET = ("get",)
POST = ("post",)


class OfContact(ObjectAccess):
    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class OfGroup(ObjectAccess):
    @pytest.fixture
    def arguments(self, group: Group) -> Arguments:
        return {"group_id": group.id}


class OfImport(ObjectAccess):
    @pytest.fixture
    def arguments(self, upload: Upload) -> Arguments:
        return {"import_id": upload("Handy\n0171 1234567\n").id}


class OfOptOutList(ObjectAccess):
    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        source = opt_out_lists.upload(
            workspace=workspace,
            actor=None,
            chunks=[b"Handy\n0171 1234567\n"],
            filename="stop.csv",
        )
        return {"list_id": source.id}


class TestContactList(ViewAccess):
    url_name, right, methods = "contacts:contact_list", READ, GET


class TestContactCreate(ViewAccess):
    url_name, right = "contacts:contact_create", EDIT


class TestContactQuickAdd(ViewAccess):
    url_name, right = "contacts:contact_quick_add", EDIT


class TestContactDetail(OfContact):
    url_name, right, methods = "contacts:contact_detail", READ, GET


class TestContactEdit(OfContact):
    url_name, right = "contacts:contact_edit", EDIT


class TestContactDelete(OfContact):
    url_name, right = "contacts:contact_delete", EDIT


class TestContactDeletePost(OfContact):
    url_name, right, method = "contacts:contact_delete", EDIT, "post"


class TestContactOptOut(OfContact):
    url_name, right, method, methods = "contacts:contact_opt_out", EDIT, "post", POST


class TestContactAllow(OfContact):
    url_name, right = "contacts:contact_allow", EDIT


class TestContactBulk(ViewAccess):
    url_name, right, method, methods = "contacts:contact_bulk", EDIT, "post", POST
    data = {"act": "opt_out"}


class TestGroupList(ViewAccess):
    url_name, right, methods = "contacts:group_list", READ, GET


class TestGroupDetail(OfGroup):
    url_name, right, methods = "contacts:group_detail", READ, GET


class TestGroupCreate(ViewAccess):
    url_name, right = "contacts:group_create", EDIT


class TestGroupEdit(OfGroup):
    url_name, right = "contacts:group_edit", EDIT


class TestGroupDelete(OfGroup):
    url_name, right = "contacts:group_delete", EDIT


class TestOptOutList(ViewAccess):
    url_name, right, methods = "contacts:opt_out_list", READ, GET


class TestOptOutCreate(ViewAccess):
    url_name, right = "contacts:opt_out_create", EDIT


class TestOptOutDelete(ObjectAccess):
    url_name, right = "contacts:opt_out_delete", EDIT

    @pytest.fixture
    def arguments(self, contact: Contact, workspace: Workspace) -> Arguments:
        opt_outs.add(
            workspace=workspace, phone=contact.phone, source=OptOut.Source.MANUAL
        )
        return {"opt_out_id": selected.opt_outs_of(contact)[0].id}


class TestOptOutDetail(TestOptOutDelete):
    url_name, right, methods = "contacts:opt_out_detail", READ, GET


class TestOptOutHistory(ViewAccess):
    url_name, right, methods = "contacts:opt_out_history", READ, GET


class TestOptOutExport(ViewAccess):
    url_name, right, methods = "contacts:opt_out_export", Right.EXPORT, GET


class TestOptOutHistoryExport(ViewAccess):
    url_name = "contacts:opt_out_history_export"
    right, methods = Right.EXPORT, GET


class TestOptOutListCreate(ViewAccess):
    url_name, right = "contacts:opt_out_list_create", EDIT


class TestOptOutListDetail(OfOptOutList):
    url_name, right, methods = "contacts:opt_out_list_detail", READ, GET


class TestOptOutListColumns(OfOptOutList):
    url_name, right, method = "contacts:opt_out_list_columns", EDIT, "post"
    methods = POST


class TestOptOutListProgress(OfOptOutList):
    url_name, right, methods = "contacts:opt_out_list_progress", READ, GET


class TestOptOutListCancel(OfOptOutList):
    url_name, right, method = "contacts:opt_out_list_cancel", EDIT, "post"
    methods = POST


class TestOptOutListRefused(OfOptOutList):
    url_name, right, methods = "contacts:opt_out_list_refused", EDIT, GET


class OfField(ObjectAccess):
    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        field = fields.create(workspace=workspace, actor=None, label="Visit")
        return {"slug": field.slug}


class TestFieldList(ViewAccess):
    url_name, right, methods = "contacts:field_list", READ, GET


class TestFieldWorksProgress(ViewAccess):
    url_name, right, methods = "contacts:field_works_progress", READ, GET

    @pytest.fixture(autouse=True)
    def work(self, workspace: Workspace) -> None:
        field = fields.create(workspace=workspace, actor=None, label="Visit")
        fields.delete(field=field, actor=None)


class TestFieldCreate(ViewAccess):
    url_name, right = "contacts:field_create", EDIT


class TestFieldEdit(OfField):
    url_name, right = "contacts:field_edit", EDIT


class TestFieldDelete(OfField):
    url_name, right = "contacts:field_delete", EDIT


class TestImportList(ViewAccess):
    url_name, right, methods = "contacts:import_list", READ, GET


class TestImportCreate(ViewAccess):
    url_name, right = "contacts:import_create", EDIT


class TestImportPaste(ViewAccess):
    url_name, right = "contacts:import_paste", EDIT


class TestImportReading(OfImport):
    url_name, right, method, methods = "contacts:import_reading", EDIT, "post", POST


class TestImportGuess(OfImport):
    url_name, right, method, methods = "contacts:import_guess", EDIT, "post", POST


class TestImportCheck(OfImport):
    url_name, right, methods = "contacts:import_check", EDIT, GET


class TestImportStart(OfImport):
    url_name, right, method, methods = "contacts:import_start", EDIT, "post", POST


class TestImportDetail(OfImport):
    url_name, right, methods = "contacts:import_detail", READ, GET


class TestImportColumns(OfImport):
    url_name, right, method, methods = "contacts:import_columns", EDIT, "post", POST


class TestImportProgress(OfImport):
    url_name, right, methods = "contacts:import_progress", READ, GET


class TestImportCancel(OfImport):
    url_name, right, method, methods = "contacts:import_cancel", EDIT, "post", POST


class TestImportUndo(OfImport):
    url_name, right = "contacts:import_undo", EDIT


class TestImportRefusedXlsx(OfImport):
    url_name, right, methods = "contacts:import_refused_xlsx", EDIT, GET


class TestImportRefused(OfImport):
    url_name, right, methods = "contacts:import_refused", EDIT, GET


def test_filter_by_another_workspaces_group_is_not_found(
    group: Group, stranger: object, client_as: object
) -> None:
    assert callable(client_as)
    answer = client_as(stranger).get(f"/contacts/?group={group.id}")
    assert answer.status_code == 404


def test_bulk_touches_only_the_own_workspace(
    contact: Contact, stranger: object, client_as: object
) -> None:
    assert callable(client_as)
    values = {"act": "delete", "confirmed": "1", "rows": [str(contact.uuid)]}
    client_as(stranger).post("/contacts/bulk/", values)
    assert Contact.objects.filter(pk=contact.pk).exists()
