"""Who may open which page of merging, of duplicates and of a contact's groups."""

from __future__ import annotations

import pytest

from accounts.rights import Right
from contacts.models import Contact, Duplicate, Group, Merge
from tests.access import Arguments, ObjectAccess, ViewAccess

READ, EDIT = Right.READ, Right.EDIT_CONTACTS
GET, POST = ("get",), ("post",)


class OfContact(ObjectAccess):
    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class OfTwo(ObjectAccess):
    @pytest.fixture
    def arguments(self, contact: Contact, twin: Contact) -> Arguments:
        return {"contact_id": contact.uuid, "other_id": twin.uuid}


class OfPair(ObjectAccess):
    method, methods, right = "post", POST, EDIT

    @pytest.fixture
    def arguments(self, pair: Duplicate) -> Arguments:
        return {"pair_id": pair.pk}


class TestMergeWith(OfContact):
    url_name, right, methods = "contacts:contact_merge_with", EDIT, GET


class TestMerge(OfTwo):
    url_name, right = "contacts:contact_merge", EDIT


class TestMergePost(OfTwo):
    url_name, right, method = "contacts:contact_merge", EDIT, "post"


class TestMergeUndo(ObjectAccess):
    url_name, right, method, methods = "contacts:merge_undo", EDIT, "post", POST

    @pytest.fixture
    def arguments(self, merged: Merge) -> Arguments:
        return {"merge_id": merged.pk}


class TestDuplicateList(ViewAccess):
    url_name, right, methods = "contacts:duplicate_list", READ, GET


class TestDuplicateProgress(ViewAccess):
    url_name, right, methods = "contacts:duplicate_progress", READ, GET

    def ask(self, browser: object, address: str) -> int:
        status = super().ask(browser, address)  # type: ignore[arg-type]
        return 200 if status == 286 else status


class TestDuplicateSearch(ViewAccess):
    url_name, right, method, methods = "contacts:duplicate_search", EDIT, "post", POST


class TestDuplicateDismiss(OfPair):
    url_name = "contacts:duplicate_dismiss"


class TestDuplicateRecall(OfPair):
    url_name = "contacts:duplicate_recall"


class TestContactGroupAdd(OfContact):
    url_name, right, method, methods = "contacts:contact_group_add", EDIT, "post", POST


class TestContactGroupRemove(ObjectAccess):
    url_name, right = "contacts:contact_group_remove", EDIT
    method, methods = "post", POST

    @pytest.fixture
    def arguments(self, contact: Contact, group: Group) -> Arguments:
        return {"contact_id": contact.uuid, "group_id": group.pk}
