"""Messages of one text share a request; each keeps an outcome of its own."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from accounts.models import Connection, Workspace
from contacts.models import OptOut
from messaging.claims import Call
from messaging.models import Campaign, Message
from messaging.services import verdicts
from messaging.services.claiming import claim
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)
from tests.messaging.engine.test_unclear import LONG_S, send_again, settle_now

TEXT = "We are open on Sunday"


def taken(campaign: Campaign, *, limit: int = 1000) -> list[Call]:
    return claim(campaign.pk, limit=limit, price_of=lambda country: Decimal(0)).calls


def sizes(calls: list[Call]) -> list[int]:
    return sorted(len(call.claims) for call in calls)


def outcomes() -> dict[tuple[str, int | None], int]:
    return dict(Counter(Message.objects.values_list("state", "error_code")))


def test_hundred_recipients_share_a_request(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(250), text=TEXT)
    send(fast)
    groups = Counter(Message.objects.values_list("foreign_id", flat=True))
    assert sorted(groups.values()) == [50, 100, 100]
    truth = sandbox.ask("handsets")
    assert (truth["total"], truth["more_than_once"]) == (250, {})
    assert states(campaign) == {"accepted": 250}
    assert_totals_equal_rows(campaign)


def test_each_row_keeps_its_own_id_and_price(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(5), text=TEXT)
    send(fast)
    sent = {m["recipient"]: m["id"] for m in sandbox.ask("messages")["messages"]}
    rows = Message.objects.values_list("recipient", "gateway_id", "price")
    assert {number.lstrip("+"): pk for number, pk, _ in rows} == sent
    assert all(price for *_, price in rows)


def test_other_text_is_another_request(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(6), text="Hello {{ city|there }}")
    Message.objects.filter(recipient__in=phones(2)).update(variables={"city": "Kiel"})
    calls = taken(campaign)
    assert sizes(calls) == [2, 4]
    assert {call.text for call in calls} == {"Hello Kiel", "Hello there"}


def test_row_that_was_tried_before_goes_alone(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(6), text=TEXT)
    Message.objects.filter(recipient=phones(6)[1]).update(attempts=1)
    Message.objects.filter(recipient=phones(6)[4]).update(doubts=1)
    assert sizes(taken(campaign)) == [1, 1, 4]


def test_calls_share_a_request_of_twenty(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(45), text=TEXT, channel="voice")
    assert sizes(taken(campaign)) == [5, 20, 20]


def test_rcs_goes_one_by_one(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(3), text=TEXT, channel="rcs")
    assert sizes(taken(campaign)) == [1, 1, 1]


def test_number_of_calls_is_bounded(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(250), text=TEXT)
    found = claim(
        campaign.pk, limit=1000, most_calls=2, price_of=lambda country: Decimal(0)
    )
    assert sizes(found.calls) == [100, 100]
    assert states(campaign) == {"sending": 200, "queued": 50}


def test_opted_out_recipient_is_not_in_the_group(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    workspace: Workspace,
) -> None:
    campaign = make_campaign(phones(4), text=TEXT)
    OptOut.objects.create(workspace=workspace, phone=phones(4)[2], source="manual")
    send(fast)
    assert states(campaign) == {"accepted": 3, "skipped": 1}
    assert phones(4)[2].lstrip("+") not in sandbox.ask("handsets")["recipients"]


def test_agreed_cost_ends_a_group_early(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(10), text=TEXT, cost_agreed=Decimal("0.30"))
    found = claim(campaign.pk, limit=10, price_of=lambda country: Decimal("0.075"))
    assert sizes(found.calls) == [4]
    assert states(campaign) == {"sending": 4, "queued": 6}


def test_refused_recipients_keep_their_own_codes(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    numbers = [*phones(3), *phones(2, ending="901"), *phones(1, ending="922")]
    campaign = make_campaign(numbers, text=TEXT)
    send(fast)
    assert outcomes() == {
        ("accepted", None): 3,
        ("refused", 202): 2,
        ("refused", 403): 1,
    }
    assert_totals_equal_rows(campaign)


@pytest.mark.parametrize("ending", ["901", "922"])
def test_nobody_accepted_still_gives_each_its_code(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    ending: str,
) -> None:
    make_campaign(["+4915199000901", *phones(1, ending=ending)], text=TEXT)
    send(fast)
    codes = {202, {"901": 202, "922": 403}[ending]}
    assert set(outcomes()) == {("refused", code) for code in codes}


def test_reload_lock_holds_back_one_of_the_group(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign([*phones(2), *phones(1, ending="917")], text=TEXT)
    send(fast)
    assert outcomes() == {("accepted", None): 2, ("queued", 402): 1}


def test_no_credit_in_the_middle_pauses_and_keeps_who_got_it(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign([*phones(3), *phones(2, ending="911")], text=TEXT)
    send(fast)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "500")
    assert states(campaign) == {"accepted": 3, "queued": 2}


def test_carrier_trouble_of_one_is_unclear_for_one(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign([*phones(3), *phones(1, ending="918")], text=TEXT)
    send(fast)
    assert outcomes() == {("accepted", None): 3, ("unclear", 600): 1}


def test_bare_code_for_a_group_says_nothing_about_anyone(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), text=TEXT)
    sandbox.ask("faults", next=["code-500"])
    send(fast)
    campaign.refresh_from_db()
    assert outcomes() == {("unclear", 500): 3}
    assert (campaign.state, campaign.pause_reason) == ("paused", "500")


def test_wrong_key_leaves_the_whole_group_queued(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), text=TEXT)
    sandbox.ask("faults", next=["code-900"])
    send(fast)
    assert states(campaign) == {"queued": 3}


def test_lost_group_is_settled_row_by_row(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign([*phones(4), *phones(1, ending="901")], text=TEXT)
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    assert states(campaign) == {"unclear": 5}
    assert settle_now() == {"accepted": 4, "looking": 1}
    assert settle_now(after_s=LONG_S) == {"queued again": 1}
    send_again(fast)
    refused = Message.objects.get(state="refused")
    assert (refused.recipient, refused.error_code) == (phones(1, ending="901")[0], 202)
    assert sandbox.ask("handsets")["more_than_once"] == {}
    assert_totals_equal_rows(campaign)


def test_group_that_never_arrived_is_sent_again_one_by_one(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), text=TEXT)
    sandbox.ask("faults", next=["drop-before"])
    send(fast)
    settle_now()
    assert settle_now(after_s=LONG_S) == {"queued again": 3}
    send_again(fast)
    sent = sandbox.ask("messages")["messages"]
    assert len({message["foreign_id"] for message in sent}) == 3
    assert sandbox.ask("handsets")["recipients"].keys() == {
        number.lstrip("+") for number in phones(3)
    }
    assert states(campaign) == {"accepted": 3}


def test_lost_calls_of_a_group_are_for_a_person(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(3), text=TEXT, channel="voice")
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    for _ in range(verdicts.LOOKS_BEFORE_PERSON):
        settle_now()
    assert set(Message.objects.values_list("state", "lease_until")) == {
        ("unclear", None)
    }
    assert sandbox.ask("handsets")["more_than_once"] == {}
