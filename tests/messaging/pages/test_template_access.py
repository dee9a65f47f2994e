"""Who may open which page of templates."""

from __future__ import annotations

import pytest

from accounts.rights import Right
from messaging.models import Template
from tests.access import Arguments, ObjectAccess, ViewAccess

GET, POST = ("get",), ("post",)


class TestTemplateList(ViewAccess):
    url_name, right, methods = "messaging:template_list", Right.READ, GET


class TestTemplateCreate(ViewAccess):
    url_name, right = "messaging:template_create", Right.MANAGE_CAMPAIGNS


class OfTemplate(ObjectAccess):
    @pytest.fixture
    def arguments(self, template: Template) -> Arguments:
        return {"template_id": template.pk}


class TestTemplateDetail(OfTemplate):
    url_name, right, methods = "messaging:template_detail", Right.READ, GET


class TestTemplateEdit(OfTemplate):
    url_name, right = "messaging:template_edit", Right.MANAGE_CAMPAIGNS


class TestTemplateArchive(OfTemplate):
    url_name, right = "messaging:template_archive", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestTemplateDelete(OfTemplate):
    url_name, right = "messaging:template_delete", Right.MANAGE_CAMPAIGNS


class OfVersion(ObjectAccess):
    @pytest.fixture
    def arguments(self, template: Template) -> Arguments:
        return {"template_id": template.pk, "number": 1}


class TestTemplateVersion(OfVersion):
    url_name, right, methods = "messaging:template_version", Right.READ, GET


class TestTemplateRestore(OfVersion):
    url_name, right = "messaging:template_restore", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST
