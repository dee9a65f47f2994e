"""Who may open which page of a campaign that is being composed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from contacts.reading.tables import Layout
from messaging.models import Campaign, CampaignFile, NumberList
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

LAYOUT = Layout(
    *("utf-8", ",", '"', "", False, False, False, True),
    header=["Handy"],
    start=1,
    width=1,
    rows=1,
).as_json()


GET, POST = ("get",), ("post",)


class TestCampaignCreate(ViewAccess):
    url_name, right = "messaging:campaign_create", Right.SEND


class TestCampaignPreview(ViewAccess):
    url_name, right = "messaging:campaign_preview", Right.SEND
    method, methods = "post", POST


class TestCampaignAutosave(ViewAccess):
    url_name, right = "messaging:campaign_autosave", Right.SEND
    method, methods, data = "post", POST, {"text": "Hi"}


class OfList(ObjectAccess):
    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        source = NumberList.objects.create(
            workspace=draft.workspace,
            campaign=draft,
            source=NumberList.Source.FILE,
            filename="once.csv",
            layout=LAYOUT,
        )
        return {"campaign_id": draft.pk, "list_id": source.pk}


class TestCampaignFileChange(ObjectAccess):
    url_name, right = "messaging:campaign_file_change", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST

    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        file = CampaignFile.objects.create(campaign=draft, name="a", size_bytes=1)
        return {"campaign_id": draft.pk, "file_id": file.pk}


class TestCampaignListColumns(OfList):
    url_name, right = "messaging:campaign_list_columns", Right.MANAGE_CAMPAIGNS


class TestCampaignListRefused(OfList):
    url_name, right = "messaging:campaign_list_refused", Right.MANAGE_CAMPAIGNS
    methods = GET


class OfDraft(ObjectAccess):
    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        return {"campaign_id": draft.pk}


class TestCampaignCheck(OfDraft):
    url_name, right, methods = "messaging:campaign_check", Right.READ, GET


class TestCampaignEdit(OfDraft):
    # Its own author is a case of its own: test_sender_edits_own_draft.
    url_name, right = "messaging:campaign_edit", Right.MANAGE_CAMPAIGNS


class TestCampaignDelete(OfDraft):
    url_name, right = "messaging:campaign_delete", Right.MANAGE_CAMPAIGNS


class TestCampaignDeletePosted(OfDraft):
    url_name, right = "messaging:campaign_delete", Right.MANAGE_CAMPAIGNS
    method = "post"


class TestCampaignLaunch(OfDraft):
    url_name, right = "messaging:campaign_launch", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestCampaignFileList(OfDraft):
    url_name, right = "messaging:campaign_file_list", Right.MANAGE_CAMPAIGNS


class TestCampaignLists(OfDraft):
    url_name, right = "messaging:campaign_lists", Right.MANAGE_CAMPAIGNS
    methods = GET

    def ask(self, browser: Client, address: str) -> int:
        # 286 is a 200 that ends polling.
        return {286: 200}.get(status := super().ask(browser, address), status)


class TestCampaignLeaveOut(OfDraft):
    url_name, right = "messaging:campaign_leave_out", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestCampaignTest(OfDraft):
    url_name, right = "messaging:campaign_test", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestCampaignConcerned(OfDraft):
    url_name, right, methods = "messaging:campaign_concerned", Right.READ, GET

    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        return {"campaign_id": draft.pk, "word": "landline"}


class TestCampaignDuplicate(OfDraft):
    url_name, right = "messaging:campaign_duplicate", Right.SEND
    method, methods = "post", POST


def test_sender_edits_own_draft(
    sender_member: User, draft: Campaign, client_as: ClientAs
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(created_by=sender_member)
    address = reverse("messaging:campaign_edit", args=[draft.pk])
    assert client_as(sender_member).get(address).status_code == 200
