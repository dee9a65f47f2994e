"""Who may open which page of the lookups."""

from __future__ import annotations

import pytest

from accounts.rights import Right
from contacts.models import Contact
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.contacts.lookups.conftest import Start

READ, EDIT = Right.READ, Right.EDIT_CONTACTS
GET, POST = ("get",), ("post",)


class OfLookup(ObjectAccess):
    @pytest.fixture
    def arguments(self, start: Start) -> Arguments:
        return {"lookup_id": start("mnp", phone="+491711000001").pk}


class TestList(ViewAccess):
    url_name, right, methods = "contacts:lookup_list", READ, GET


class TestCreate(ViewAccess):
    url_name, right = "contacts:lookup_create", EDIT


class TestCreatePost(ViewAccess):
    url_name, right, method = "contacts:lookup_create", EDIT, "post"
    data = {"phone": "0171 1000001", "kinds": "mnp", "cap": "1"}


class TestPrices(ViewAccess):
    url_name, right = "contacts:lookup_prices", Right.MANAGE_WORKSPACE


class TestDetail(OfLookup):
    url_name, right, methods = "contacts:lookup_detail", READ, GET


class TestPause(OfLookup):
    url_name, right, method, methods = "contacts:lookup_pause", EDIT, "post", POST


class TestResume(OfLookup):
    url_name, right, method, methods = "contacts:lookup_resume", EDIT, "post", POST


class TestCancel(OfLookup):
    url_name, right, method, methods = "contacts:lookup_cancel", EDIT, "post", POST


class TestSettle(OfLookup):
    url_name, right, method, methods = "contacts:lookup_settle", EDIT, "post", POST


class TestClean(OfLookup):
    url_name, right, method, methods = "contacts:lookup_clean", EDIT, "post", POST


class TestProgress(OfLookup):
    url_name, right, methods = "contacts:lookup_progress", READ, GET


class TestContactFacts(ObjectAccess):
    url_name, right, methods = "contacts:contact_facts", READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}
