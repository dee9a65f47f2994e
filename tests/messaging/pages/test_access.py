"""Who may open which page of campaigns: the access set of every view."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from messaging.models import Campaign, Message
from messaging.selectors.recipients import Filter
from messaging.services import recipient_exports
from messaging.states import CampaignState
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

GET, POST = ("get",), ("post",)


class TestHome(ViewAccess):
    url_name, right, methods = "home", Right.READ, GET


class TestCampaignList(ViewAccess):
    url_name, right, methods = "messaging:campaign_list", Right.READ, GET


class TestAnalytics(ViewAccess):
    url_name, right, methods = "messaging:analytics", Right.READ, GET


class TestInbox(ViewAccess):
    url_name, right, methods = "messaging:inbox", Right.READ, GET


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
    url_name, right = "messaging:message_export", Right.EXPORT


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
    url_name, right = "messaging:recipient_export_detail", Right.EXPORT
    methods = GET


class TestRecipientExportProgress(OfExport):
    url_name, right = "messaging:recipient_export_progress", Right.EXPORT
    methods = GET


class TestRecipientExportCancel(OfExport):
    url_name, right = "messaging:recipient_export_cancel", Right.EXPORT
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
