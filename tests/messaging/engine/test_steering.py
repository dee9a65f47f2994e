from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts.models import AuditEntry, Connection
from messaging import tasks
from messaging.models import Message
from messaging.selectors import tallies
from messaging.services import (
    audiences,
    campaigns,
    reconciling,
    squashing,
    sweeps,
    withdrawals,
)
from messaging.states import CampaignState
from messaging.tasks import sending
from seven_dashboard import locks
from seven_dashboard.errors import Refused
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)


def test_cancel_marks_what_is_queued(
    make_campaign: MakeCampaign, sandbox: SandboxAccount
) -> None:
    campaign = make_campaign(phones(5))
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    assert sweeps.to_wind_up() == [campaign.pk]
    tasks.wind_up(str(campaign.pk))
    assert states(campaign) == {"cancelled": 5}
    assert sweeps.to_wind_up() == []
    assert_totals_equal_rows(campaign)


def test_cancel_marks_what_is_queued_while_many_others_are_asked_back(
    make_campaign: MakeCampaign,
) -> None:
    """Else gateways that hang would take all threads of the interactive worker."""
    campaign = make_campaign(phones(5))
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    others = database.copy()
    with closing(others), others.cursor() as cursor:
        for slot in range(sending.WITHDRAWALS):
            key = locks.key_of(f"withdrawals#{slot}")
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        tasks.wind_up(str(campaign.pk))
    assert states(campaign) == {"cancelled": 5}
    assert sweeps.to_wind_up() == [campaign.pk]
    tasks.wind_up(str(campaign.pk))
    assert sweeps.to_wind_up() == []


def test_cancel_while_preparing_freezes_nothing_more(
    make_campaign: MakeCampaign,
) -> None:
    campaign = make_campaign(phones(5), is_frozen=False)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    assert audiences.freeze(campaign.pk)
    assert states(campaign) == {}


def test_pause_while_preparing_resumes_there(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(5), is_frozen=False)
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    audiences.freeze(campaign.pk)
    resumed = campaigns.resume(campaign_id=campaign.pk, actor=None)
    assert resumed.state == CampaignState.PREPARING


def test_withdrawn_message_is_cancelled(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3, ending="904"))
    send(fast)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    taken_back = withdrawals.withdraw(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.withdrawn == taken_back
    assert states(campaign).get("cancelled", 0) == taken_back
    assert_totals_equal_rows(campaign)


def test_withdrawn_message_costs_what_the_gateway_took_for_it(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", throughput_per_s=0.01)
    client = sandbox.client()
    before = client.balance.get().amount
    campaign = make_campaign(phones(3))
    send(fast)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    assert withdrawals.withdraw(campaign.pk) == 2
    cost = tallies.of_campaign(campaign.pk).cost
    assert cost == before - client.balance.get().amount
    assert_totals_equal_rows(campaign)


@pytest.mark.parametrize("state", ["sending", "unclear"])
def test_what_was_in_flight_at_a_cancel_is_asked_back_once_it_has_landed(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection, state: str
) -> None:
    sandbox.ask("account", throughput_per_s=0.01)
    campaign = make_campaign(phones(3))
    send(fast)
    # One that has left, for sure.
    kept = Message.objects.order_by("pk")[0].pk
    Message.objects.filter(pk=kept).update(gateway_id="77999999999")
    rows = Message.objects.exclude(pk=kept)
    rows.update(state=state, lease_until=timezone.now())
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    for _sweep in range(3):
        tasks.wind_up(str(campaign.pk))
        assert sweeps.to_wind_up() == [campaign.pk]
    # At once, and not again before the others have landed.
    assert sandbox.ask("requests")["DELETE /sms"] == 1
    rows.update(state="accepted", lease_until=None)
    tasks.wind_up(str(campaign.pk))
    assert states(campaign)["cancelled"] >= 1
    assert sweeps.to_wind_up() == []


def test_more_than_one_run_asks_back_is_left_to_the_next(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(withdrawals, "BUDGET_S", -1.0)
    monkeypatch.setattr(withdrawals, "IDS_AT_ONCE", 1)
    monkeypatch.setattr(withdrawals, "PAGE", 2)
    sandbox.ask("account", throughput_per_s=0.01)
    campaign = make_campaign(phones(4))
    send(fast)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    while sweeps.to_wind_up():
        tasks.wind_up(str(campaign.pk))
    campaign.refresh_from_db()
    assert states(campaign) == {"accepted": 1, "cancelled": campaign.withdrawn}
    # Each once: the one that was sent already is not asked for over and over.
    assert sandbox.ask("requests")["DELETE /sms"] == 4


def test_gateway_that_does_not_answer_is_asked_back_again(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", throughput_per_s=0.01)
    campaign = make_campaign(phones(3))
    send(fast)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    sandbox.ask("faults", scope="all", next=["503"])
    assert tasks.wind_up(str(campaign.pk))["withdrawn"] == 0
    assert sweeps.to_wind_up() == [campaign.pk]
    assert tasks.wind_up(str(campaign.pk))["withdrawn"] == 2
    assert sweeps.to_wind_up() == []


def test_finished_campaign_cannot_be_cancelled(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    Message.objects.update(state="accepted")
    assert campaigns.finish_if_settled(campaign.pk)
    with pytest.raises(Refused):
        campaigns.cancel(campaign_id=campaign.pk, actor=None)


def test_retry_takes_what_may_succeed_and_leaves_the_rest(
    make_campaign: MakeCampaign,
) -> None:
    campaign = make_campaign(phones(3))
    first, second, third = Message.objects.order_by("pk")
    Message.objects.update(state="refused")
    for message, code in ((first, 403), (second, 202), (third, 600)):
        Message.objects.filter(pk=message.pk).update(error_code=code)
    assert campaigns.retry_failed(campaign_id=campaign.pk, actor=None) == 2
    assert states(campaign) == {"queued": 2, "refused": 1}


def test_retry_without_hope_is_refused(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    Message.objects.update(state="refused", error_code=202)
    with pytest.raises(Refused):
        campaigns.retry_failed(campaign_id=campaign.pk, actor=None)


def test_used_up_cost_asks_for_a_higher_one(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1), cost_agreed=Decimal("0.01"))
    campaigns.pause(campaign_id=campaign.pk, actor=None, reason="cost")
    with pytest.raises(Refused):
        campaigns.resume(campaign_id=campaign.pk, actor=None)
    resumed = campaigns.resume(
        campaign_id=campaign.pk, actor=None, cost_agreed=Decimal(5)
    )
    assert resumed.cost_agreed == Decimal(5)


def test_every_step_leaves_an_audit_entry(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [a for a in actions if a.startswith("campaign.")] == [
        "campaign.launch",
        "campaign.pause",
        "campaign.resume",
        "campaign.cancel",
    ]


def test_audit_entry_names_the_campaign(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    entry = AuditEntry.objects.get(action="campaign.launch")
    assert entry.shown_subject == campaign.name
    assert entry.after["campaign"] == str(campaign.pk)
    assert str(campaign.pk) not in [change.after for change in entry.changes]


def test_lost_reports_are_asked_for(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(20))
    send(fast)

    def are_final() -> bool:
        Message.objects.update(due_at="2020-01-01T00:00Z")
        reconciling.ask_for_reports(budget_s=5)
        return states(campaign) == {"delivered": 20}

    assert any(are_final() for _ in range(200))
    assert_totals_equal_rows(campaign)


def test_price_is_learned_from_the_journal(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1))
    send(fast)
    Message.objects.update(
        state="delivered", price=None, accepted_at="2026-01-01T00:00Z"
    )
    assert reconciling.ask_for_prices() == {"priced": 0}
    Message.objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    assert reconciling.ask_for_prices() == {"priced": 1}
    assert Message.objects.get().mccmnc
    assert_totals_equal_rows(campaign)


def test_squashed_tallies_say_the_same(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(20))
    send(fast)
    squashed = squashing.squash(at_least=1)
    assert squashed["tally"] > 0 and squashed["daytally"] > 0
    assert_totals_equal_rows(campaign)


def test_sweep_rings_for_connections_with_work(
    make_campaign: MakeCampaign, fast: Connection
) -> None:
    make_campaign(phones(2))
    assert sweeps.with_work() == [(fast.pk, 2000.0, False)]
    Message.objects.update(due_at="2099-01-01T00:00Z")
    assert sweeps.with_work() == []


def test_sweep_finishes_settled_campaigns(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(2))
    assert sweeps.finish_settled() == 0
    Message.objects.update(state="accepted")
    assert sweeps.finish_settled() == 1
    assert campaign.pk not in sweeps.preparing()


def test_task_prepares_a_launched_campaign(
    make_campaign: MakeCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[object] = []
    monkeypatch.setattr(tasks.sending, "ring", lambda task, *args: rung.append(task))
    campaign = make_campaign(phones(2), is_frozen=False)
    assert tasks.prepare_campaign(str(campaign.pk)) == {"done": True}
    assert rung
