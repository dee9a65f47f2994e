from __future__ import annotations

from decimal import Decimal

from accounts.models import Connection, Workspace
from contacts.models import OptOut
from messaging import pacing
from messaging.models import Campaign, Message
from messaging.services import campaigns
from messaging.states import CampaignState, MessageState
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)


def test_every_recipient_gets_its_own_text_once(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(30))
    report = send(fast)
    sent = sandbox.ask("messages")["messages"]
    assert report.accepted == 30
    assert {m["text"] for m in sent} == {f"Hello A{i}" for i in range(30)}
    assert sandbox.ask("handsets")["more_than_once"] == {}
    assert_totals_equal_rows(campaign)


def test_settled_campaign_is_finished(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3))
    assert not campaigns.finish_if_settled(campaign.pk)
    send(fast)
    assert campaigns.finish_if_settled(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_accepted_message_keeps_id_price_and_day(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1))
    send(fast)
    message = Message.objects.get()
    (sent,) = sandbox.ask("messages")["messages"]
    assert message.gateway_id == sent["id"]
    assert message.price == Decimal(str(sent["price"]))
    assert message.sent_on is not None


def test_opt_out_after_freezing_is_skipped_at_the_claim(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    workspace: Workspace,
) -> None:
    campaign = make_campaign(phones(3))
    OptOut.objects.create(workspace=workspace, phone=phones(3)[1], source="manual")
    send(fast)
    assert states(campaign) == {"accepted": 2, "skipped": 1}
    assert sandbox.ask("handsets")["total"] == 2
    assert_totals_equal_rows(campaign)


def test_refused_recipient_keeps_the_code(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(2, ending="901"))
    send(fast)
    assert states(campaign) == {"refused": 2}
    assert set(Message.objects.values_list("error_code", flat=True)) == {202}


def test_no_credit_pauses_and_leaves_the_rows_queued(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(20, ending="911"))
    send(fast)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == (CampaignState.PAUSED, "500")
    assert states(campaign) == {"queued": 20}


def test_wrong_key_breaks_the_connection_and_pauses(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3))
    sandbox.ask("faults", random={"code-900": 1})
    send(fast)
    campaign.refresh_from_db()
    fast.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == (CampaignState.PAUSED, "900")
    assert fast.state == Connection.State.BROKEN


def test_throttled_rows_wait_and_go_out_later(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="914"))
    send(fast)
    assert states(campaign) == {"queued": 1}
    Message.objects.update(due_at="2020-01-01T00:00Z")
    pacing.store().flushdb()
    send(fast)
    assert states(campaign) == {"accepted": 1}


def test_lost_answer_leaves_the_row_unclear(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="909"))
    send(fast)
    assert states(campaign) == {"unclear": 1}
    assert_totals_equal_rows(campaign)


def test_paused_campaign_claims_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(5))
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    send(fast)
    assert states(campaign) == {"queued": 5}
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    send(fast)
    assert states(campaign) == {"accepted": 5}


def test_single_message_takes_the_same_road(
    workspace: Workspace, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = campaigns.send_single(
        workspace=workspace, actor=None, recipient="0151 12345000", text="Your order"
    )
    send(fast)
    assert states(campaign) == {MessageState.ACCEPTED: 1}
    assert sandbox.ask("handsets")["recipients"] == {"4915112345000": 1}
    assert Campaign.objects.get().kind == Campaign.Kind.SINGLE
