"""RCS: who of an audience has it, and what its senders are told from the inbox."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from accounts.rights import Right
from contacts.models import Contact, Group, NumberFact, Segment
from messaging.models import Campaign, InboundMessage, ListedNumber, NumberList
from messaging.services import rcs_events
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.resources.rcs import RcsEvent
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import words


@pytest.fixture
def inbound(workspace: Workspace, contact: Contact) -> InboundMessage:
    return InboundMessage.objects.create(
        workspace=workspace,
        contact=contact,
        channel="rcs",
        gateway_id="1871353",
        sender=contact.phone,
        recipient="bakery",
        text="Open today?",
        received_at=timezone.now(),
    )


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def tell(browser: Client, inbound: InboundMessage, event: str) -> str:
    address = reverse("messaging:inbound_tell", args=[inbound.pk])
    answer = browser.post(address, {"event": event}, follow=True)
    return " ".join(str(one) for one in answer.context["messages"])


@pytest.mark.parametrize("event", ["READ", "IS_TYPING"])
def test_person_is_told_once(
    event: str,
    browser: Client,
    inbound: InboundMessage,
    connection: Connection,
    sandbox: SandboxAccount,
) -> None:
    assert tell(browser, inbound, event) == "The person is told."
    assert tell(browser, inbound, event) == "The person knows already."


def test_refused_event_may_be_told_again(
    inbound: InboundMessage, connection: Connection, sandbox: SandboxAccount
) -> None:
    # The gateway wants to know whom.
    inbound.sender = ""
    with pytest.raises(Refused):
        rcs_events.tell(inbound, RcsEvent.IS_TYPING)
    inbound.refresh_from_db()
    assert inbound.typing_told_at is None


def test_opened_conversation_is_told_only_where_that_is_wanted(
    browser: Client,
    inbound: InboundMessage,
    connection: Connection,
    sandbox: SandboxAccount,
) -> None:
    assert not rcs_events.tell_if_wanted(inbound.pk, RcsEvent.READ)
    browser.post(reverse("messaging:inbox_settings"), {"tells_read": "on"})
    assert rcs_events.tell_if_wanted(inbound.pk, RcsEvent.READ)
    assert not rcs_events.tell_if_wanted(inbound.pk, RcsEvent.READ)


def test_share_with_rcs_is_shown_and_a_lookup_offered(
    browser: Client, group: Group, draft: Campaign, add_contact: AddContact
) -> None:
    add_contact("+491711234568")
    other = add_contact("+491711234569")
    for phone, has_rcs in (("+491711234567", True), (other.phone, False)):
        NumberFact.objects.create(
            workspace=draft.workspace,
            phone=phone,
            has_rcs=has_rcs,
            rcs_at=timezone.now(),
        )
    Campaign.objects.update(channel="rcs")
    shown = browser.get(reverse("messaging:campaign_rcs_reach", args=[draft.pk]))
    assert "1 of 2 looked up have RCS (50%)" in words(shown, "#rcs-reach").replace(
        "50 %", "50%"
    )
    assert "1 has not and gets nothing" in words(shown, "#rcs-reach")
    lookup = browser.get(f"/lookups/new/?group={group.pk}&kinds=rcs")
    assert "RCS" in words(lookup)


def test_reach_says_that_lists_are_not_looked_up(
    browser: Client, draft: Campaign
) -> None:
    numbers = NumberList.objects.create(
        campaign=draft,
        workspace=draft.workspace,
        source=NumberList.Source.PASTED,
        state=NumberList.State.FINISHED,
    )
    ListedNumber.objects.create(source=numbers, phone="+491711234560", country="DE")
    shown = browser.get(reverse("messaging:campaign_rcs_reach", args=[draft.pk]))
    assert "1 number of this campaign's lists is not looked up" in words(shown, "div")


def test_reach_of_a_broken_segment_is_left_to_the_check(
    browser: Client, draft: Campaign
) -> None:
    broken = Segment.objects.create(
        workspace=draft.workspace,
        name="Old",
        definition={"match": "all", "conditions": []},
    )
    draft.segments.add(broken)
    shown = browser.get(reverse("messaging:campaign_rcs_reach", args=[draft.pk]))
    assert shown.status_code == 200


class TestInboundTell(ObjectAccess):
    url_name, right = "messaging:inbound_tell", Right.SEND
    method, methods = "post", ("post",)

    @pytest.fixture
    def arguments(self, inbound: InboundMessage) -> Arguments:
        return {"message_id": inbound.pk}


class TestInboundOpen(ObjectAccess):
    url_name, right, methods = "messaging:inbound_open", Right.READ, ("get",)

    @pytest.fixture
    def arguments(self, inbound: InboundMessage) -> Arguments:
        return {"message_id": inbound.pk}


class TestInboxSettings(ViewAccess):
    url_name, right = "messaging:inbox_settings", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestRcsReach(ObjectAccess):
    url_name, right, methods = "messaging:campaign_rcs_reach", Right.READ, ("get",)

    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        return {"campaign_id": draft.pk}
