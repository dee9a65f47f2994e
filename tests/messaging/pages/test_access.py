"""Who may open which page of messaging: the access set of every view."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from contacts.models import Contact
from contacts.reading.tables import Layout
from messaging.models import Campaign, CampaignFile, Message, NumberList, Template
from messaging.selectors.recipients import Filter
from messaging.services import recipient_exports
from messaging.states import CampaignState
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


class TestHome(ViewAccess):
    url_name, right, methods = "home", Right.READ, GET


class TestCampaignList(ViewAccess):
    url_name, right, methods = "messaging:campaign_list", Right.READ, GET


class TestAnalytics(ViewAccess):
    url_name, right, methods = "messaging:analytics", Right.READ, GET


class TestInbox(ViewAccess):
    url_name, right, methods = "messaging:inbox", Right.READ, GET


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


class OfCampaign(ObjectAccess):
    @pytest.fixture
    def arguments(self, campaign: Campaign) -> Arguments:
        return {"campaign_id": campaign.pk}


class TestCampaignDetail(OfCampaign):
    url_name, right, methods = "messaging:campaign_detail", Right.READ, GET


class TestCampaignLive(OfCampaign):
    url_name, right, methods = "messaging:campaign_live", Right.READ, GET


class TestCampaignReportFragment(OfCampaign):
    url_name, right, methods = "messaging:campaign_report_fragment", Right.READ, GET


class TestCampaignReportRefresh(OfCampaign):
    url_name, right = "messaging:campaign_report_refresh", Right.READ
    method, methods = "post", POST


class TestCampaignCompare(ViewAccess):
    url_name, right, methods = "messaging:campaign_compare", Right.READ, GET


class TestCampaignSameText(OfCampaign):
    url_name, right, methods = "messaging:campaign_same_text", Right.READ, GET


class TestMessageList(OfCampaign):
    url_name, right, methods = "messaging:message_list", Right.READ, GET


class TestMessageExport(OfCampaign):
    url_name, right = "messaging:message_export", Right.READ


class OfExport(ObjectAccess):
    @pytest.fixture
    def arguments(self, campaign: Campaign) -> Arguments:
        made = recipient_exports.prepare(
            campaign=campaign,
            actor=None,
            wanted=Filter(),
            format="csv",
            language="en",
        )
        recipient_exports.start(made)
        return {"export_id": made.pk}


class TestRecipientExportDetail(OfExport):
    url_name, right = "messaging:recipient_export_detail", Right.READ
    methods = GET


class TestRecipientExportProgress(OfExport):
    url_name, right = "messaging:recipient_export_progress", Right.READ
    methods = GET


class TestRecipientExportCancel(OfExport):
    url_name, right = "messaging:recipient_export_cancel", Right.READ
    method, methods = "post", POST


class TestCampaignPause(OfCampaign):
    url_name, right = "messaging:campaign_pause", Right.SEND
    method, methods = "post", POST


class TestCampaignResume(OfCampaign):
    url_name, right = "messaging:campaign_resume", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestCampaignCancel(OfCampaign):
    url_name, right = "messaging:campaign_cancel", Right.MANAGE_CAMPAIGNS


class TestCampaignCancelPosted(OfCampaign):
    url_name, right = "messaging:campaign_cancel", Right.MANAGE_CAMPAIGNS
    method = "post"


class TestCampaignRetry(OfCampaign):
    url_name, right = "messaging:campaign_retry", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class OfMessage(ObjectAccess):
    @pytest.fixture
    def arguments(self, message: Message) -> Arguments:
        return {"campaign_id": message.campaign_id, "message_id": message.pk}


class TestMessageDetail(OfMessage):
    url_name, right, methods = "messaging:message_detail", Right.READ, GET


class TestMessageSettle(OfMessage):
    url_name, right = "messaging:message_settle", Right.MANAGE_CAMPAIGNS
    method, methods = "post", POST


class TestCampaignSettle(OfCampaign):
    url_name, right = "messaging:campaign_settle", Right.MANAGE_CAMPAIGNS


class TestCampaignSettlePosted(OfCampaign):
    url_name, right = "messaging:campaign_settle", Right.MANAGE_CAMPAIGNS
    method = "post"


class TestContactTimeline(ObjectAccess):
    url_name, right, methods = "messaging:contact_timeline", Right.READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class TestQuickSend(ObjectAccess):
    url_name, right = "messaging:quick_send", Right.SEND

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class TestQuickSendPost(TestQuickSend):
    method, data = "post", {"text": "Hi"}


class TestQuickSendPreview(TestQuickSend):
    url_name = "messaging:quick_send_preview"
    method, methods, data = "post", ("post",), {"text": "Hi"}


class TestQuickSendNumber(ViewAccess):
    url_name, right = "messaging:quick_send_number", Right.SEND


class TestTimelineMessage(ObjectAccess):
    url_name, right, methods = "messaging:timeline_message", Right.READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact, message: Message) -> Arguments:
        Message.objects.filter(pk=message.pk).update(recipient=contact.phone)
        return {"contact_id": contact.uuid, "message_id": message.pk}


def test_sender_edits_own_draft(
    sender_member: User, draft: Campaign, client_as: ClientAs
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(created_by=sender_member)
    address = reverse("messaging:campaign_edit", args=[draft.pk])
    assert client_as(sender_member).get(address).status_code == 200


def test_sender_cancels_own_campaign(
    author: User, campaign: Campaign, client_as: ClientAs
) -> None:
    address = reverse("messaging:campaign_cancel", args=[campaign.pk])
    client_as(author).post(address)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CANCELLED


def test_message_of_another_campaign_gets_404(
    owner: User, message: Message, draft: Campaign, client_as: ClientAs
) -> None:
    address = reverse("messaging:message_detail", args=[draft.pk, message.pk])
    assert client_as(owner).get(address).status_code == 404
