"""Every figure of a report, against a handful of rows made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Connection, Price, Workspace
from contacts.models import ConsentEvent, NumberFact
from messaging import figures
from messaging.figures import Figures, Line, Link, Reason
from messaging.models import Campaign, InboundMessage, Message, Reaction, Summary
from messaging.selectors import progress
from messaging.services import summaries
from messaging.states import MessageState
from tests.messaging.pages.conftest import AddMessages

State = MessageState


def worked_out(campaign: Campaign) -> Figures:
    return figures.from_json(summaries.work_out(campaign).figures)


def sent_at(**ago: float) -> datetime:
    return timezone.now() - timedelta(**ago)


def test_states_add_up_to_the_tallies(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    add_messages(State.DELIVERED, 3)
    add_messages(State.REFUSED, 2, error_code=202)
    add_messages(State.SKIPPED, 1, skip_reason="opted_out")
    found, tallied = worked_out(campaign), progress.of_one(campaign)
    assert found.states == tallied.totals.states
    assert (found.cost, found.parts) == (tallied.cost, tallied.totals.parts)


def test_countries(campaign: Campaign, add_messages: AddMessages) -> None:
    add_messages(State.DELIVERED, 2, parts=2, price=Decimal("0.15"))
    add_messages(State.EXPIRED, 1)
    add_messages(State.REFUSED, 1, country="AT", error_code=202)
    add_messages(State.SKIPPED, 1, country="FR", skip_reason="opted_out")
    assert worked_out(campaign).countries == [
        Line("DE", sent=3, delivered=2, failed=1, parts=5, cost=Decimal("0.375")),
        Line("AT", refused=1),
    ]


def test_prices(campaign: Campaign, add_messages: AddMessages) -> None:
    add_messages(State.DELIVERED, 2)
    add_messages(State.ACCEPTED, 1, parts=2, price=Decimal("0.15"))
    assert worked_out(campaign).prices == [
        Line("0.075", sent=2, delivered=2, parts=2, cost=Decimal("0.15")),
        Line("0.15", sent=1, parts=2, cost=Decimal("0.15")),
    ]


def test_reasons(campaign: Campaign, add_messages: AddMessages) -> None:
    add_messages(State.REFUSED, 3, error_code=202)
    add_messages(State.REFUSED, 1, error_code=403, country="AT")
    add_messages(State.UNDELIVERED, 2)
    add_messages(State.SKIPPED, 1, skip_reason="no_number", recipient="")
    assert sorted(worked_out(campaign).reasons, key=lambda row: -row.messages)[:2] == [
        Reason("refused", 202, "", 3),
        Reason("undelivered", None, "", 2),
    ]
    assert Reason("skipped", None, "no_number", 1) in worked_out(campaign).reasons


def test_time_to_deliver(campaign: Campaign, add_messages: AddMessages) -> None:
    at = sent_at(hours=1)
    for seconds in (1, 2, 3, 4, 5, 6, 7, 8, 40, 100):
        add_messages(
            State.DELIVERED,
            attempted_at=at,
            reported_at=at + timedelta(seconds=seconds),
        )
    add_messages(State.EXPIRED, attempted_at=at, reported_at=timezone.now())
    found = worked_out(campaign).delivery
    assert (found.count, found.median_s, found.p90_s) == (10, 5, 40)
    # Up to 2, 5, 10, 20, 30, 60, 120 seconds.
    assert found.bars[:7] == [2, 3, 3, 0, 0, 1, 1]


def test_report_older_than_the_call_took_no_time(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    at = timezone.now()
    add_messages(
        State.DELIVERED, attempted_at=at, reported_at=at - timedelta(seconds=9)
    )
    assert worked_out(campaign).delivery.median_s == 0


def test_calls(campaign: Campaign, add_messages: AddMessages) -> None:
    Campaign.objects.update(channel="voice")
    campaign.refresh_from_db()
    for seconds in (4, 8, 61):
        add_messages(State.DELIVERED, channel="voice", duration_s=seconds)
    add_messages(State.UNDELIVERED, channel="voice")
    found = worked_out(campaign).calls
    assert (found.count, found.total_s, found.median_s) == (3, 73, 8)


def test_networks_are_those_of_the_journal_else_of_lookups(
    campaign: Campaign,
    add_messages: AddMessages,
    workspace: Workspace,
    connected: Connection,
) -> None:
    Price.objects.create(
        connection=connected,
        country="DE",
        mcc="262",
        mncs="01, 06",
        network="Telekom",
        amount=Decimal("0.075"),
        seen_at=timezone.now(),
    )
    add_messages(State.DELIVERED, mccmnc="26206")
    in_both = add_messages(State.DELIVERED, mccmnc="26206")[0]
    looked_up = add_messages(State.DELIVERED)[0]
    for message in (in_both, looked_up):
        NumberFact.objects.create(
            workspace=workspace,
            phone=message.recipient,
            network="o2",
            mnp_at=timezone.now(),
        )
    add_messages(State.UNDELIVERED, mccmnc="99999")
    add_messages(State.DELIVERED)
    found = {one.key: one.sent for one in worked_out(campaign).networks}
    assert found == {"Telekom": 2, "o2": 1, "99999": 1, "": 1}


def react(message: Message, kind: str, serial: int = 1, url: str = "") -> None:
    Reaction.objects.create(
        campaign=message.campaign,
        message=message,
        kind=kind,
        serial=serial,
        url=url,
        at=timezone.now(),
    )


def test_clicks_views_and_reads(campaign: Campaign, add_messages: AddMessages) -> None:
    first, second = add_messages(State.DELIVERED, 2)
    react(first, "click", 1, "https://a.example/")
    react(first, "click", 2, "https://a.example/")
    react(second, "view")
    react(second, "read")
    found = worked_out(campaign)
    told = found.responses
    assert (told.clicks, told.people_clicked) == (2, 1)
    assert (told.views, told.people_viewed, told.people_read) == (1, 1, 1)
    assert found.links == [Link("https://a.example/", clicks=2, people=1)]


def answer(message: Message, n: int, **more: Any) -> None:
    InboundMessage.objects.create(
        workspace=message.workspace,
        channel="sms",
        gateway_id=str(n),
        sender=message.recipient,
        answers=message,
        campaign=message.campaign,
        received_at=timezone.now(),
        **more,
    )


def test_replies_without_stop(campaign: Campaign, add_messages: AddMessages) -> None:
    first, second = add_messages(State.DELIVERED, 2)
    answer(first, 1)
    answer(first, 2)
    answer(second, 3, is_opt_out=True)
    told = worked_out(campaign).responses
    assert (told.replies, told.people_replied, told.opt_outs) == (2, 1, 1)


def opt_out(message: Message, *, at: datetime, source: str = "manual") -> None:
    ConsentEvent.objects.create(
        workspace=message.workspace,
        phone=message.recipient,
        kind="opt_out",
        source=source,
        at=at,
    )


class TestOptOuts:
    @pytest.fixture(autouse=True)
    def launched(self, campaign: Campaign) -> None:
        Campaign.objects.update(launched_at=sent_at(days=30))
        campaign.refresh_from_db()

    @pytest.fixture
    def sent(self, add_messages: AddMessages) -> Message:
        return add_messages(State.DELIVERED, attempted_at=sent_at(days=10))[0]

    @pytest.mark.parametrize(
        ("days_ago", "source", "count"),
        [
            (9, "manual", 1),
            (4, "reply", 1),
            (11, "manual", 0),
            (2, "manual", 0),
            (9, "import", 0),
        ],
        ids=["soon after", "by a reply", "before", "long after", "of a list"],
    )
    def test_counts_those_soon_after(
        self, campaign: Campaign, sent: Message, days_ago: int, source: str, count: int
    ) -> None:
        opt_out(sent, at=sent_at(days=days_ago), source=source)
        assert worked_out(campaign).responses.opt_outs == count

    def test_stop_and_its_opt_out_are_one(
        self, campaign: Campaign, sent: Message
    ) -> None:
        answer(sent, 1, is_opt_out=True)
        opt_out(sent, at=sent_at(days=9), source="reply")
        assert worked_out(campaign).responses.opt_outs == 1

    def test_belongs_to_the_last_message(
        self, campaign: Campaign, sent: Message, workspace: Workspace
    ) -> None:
        later = Campaign.objects.create(workspace=workspace, name="Later")
        Message.objects.create(
            workspace=workspace,
            campaign=later,
            recipient=sent.recipient,
            state=State.DELIVERED,
            attempted_at=sent_at(days=9),
        )
        opt_out(sent, at=sent_at(days=8))
        Campaign.objects.update(launched_at=sent_at(days=30))
        later.refresh_from_db()
        assert worked_out(campaign).responses.opt_outs == 0
        assert worked_out(later).responses.opt_outs == 1

    def test_of_another_workspace_counts_nothing(
        self, campaign: Campaign, sent: Message, other_workspace: Workspace
    ) -> None:
        opt_out(sent, at=sent_at(days=9))
        ConsentEvent.objects.update(workspace=other_workspace)
        assert worked_out(campaign).responses.opt_outs == 0


class TestAge:
    def look(self, campaign: Campaign) -> Summary:
        return summaries.of(campaign, progress.of_one(campaign))

    def age(self, **by: float) -> None:
        Summary.objects.update(computed_at=timezone.now() - timedelta(**by))

    def test_small_campaign_is_worked_out_at_once(
        self, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        assert self.look(campaign).figures["states"] == {"delivered": 1}

    def test_large_campaign_waits_for_a_worker(
        self,
        campaign: Campaign,
        add_messages: AddMessages,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(summaries, "MAX_AT_ONCE", 1)
        add_messages(State.DELIVERED, 2)
        assert self.look(campaign).computed_at is None
        assert self.look(campaign).asked_at is not None
        summaries.work_out_by_id(campaign.pk)
        assert self.look(campaign).asked_at is None
        assert self.look(campaign).figures["states"] == {"delivered": 2}

    def test_what_nothing_has_changed_is_kept(
        self, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        self.look(campaign)
        self.age(hours=2)
        before = Summary.objects.get().computed_at
        assert self.look(campaign).computed_at == before

    def test_click_makes_it_old(
        self, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        message = add_messages(State.DELIVERED)[0]
        self.look(campaign)
        self.age(minutes=1)
        react(message, "click")
        assert self.look(campaign).figures["responses"]["clicks"] == 1

    def test_another_program_works_it_out_again(
        self, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        self.look(campaign)
        Summary.objects.update(version=0, figures={"odd": 1})
        assert self.look(campaign).figures["states"] == {"delivered": 1}

    def test_sweep_finds_a_lost_bell_and_what_has_just_ended(
        self, campaign: Campaign, workspace: Workspace
    ) -> None:
        Summary.objects.create(campaign=campaign, asked_at=sent_at(minutes=2))
        ended = Campaign.objects.create(
            workspace=workspace,
            name="Over",
            state="finished",
            finished_at=timezone.now(),
        )
        assert set(summaries.wanted()) == {campaign.pk, ended.pk}


def test_reports_of_one_state_are_told_apart_by_the_gateways_word(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    add_messages(State.UNDELIVERED, 2, report_word="NOTDELIVERED")
    add_messages(State.UNDELIVERED, 1, report_word="REJECTED")
    add_messages(State.DELIVERED, 1, report_word="DELIVERED")
    found = worked_out(campaign).reasons
    assert [(reason.word, reason.messages) for reason in found] == [
        ("NOTDELIVERED", 2),
        ("REJECTED", 1),
    ]


def test_time_on_the_way_is_that_of_the_journal(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    add_messages(
        State.DELIVERED,
        1,
        attempted_at=sent_at(hours=3),
        reported_at=sent_at(hours=1),
        latency_s=3.198,
    )
    assert worked_out(campaign).delivery.median_s == 3.2
