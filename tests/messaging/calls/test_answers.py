"""What people pressed, in the report of the campaign and among its recipients."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from messaging import options
from messaging.forms.composer import CampaignForm
from messaging.models import CallKeys, Campaign, Message
from messaging.selectors import recipients
from messaging.selectors.recipients import Filter
from messaging.services import drafts, summaries
from messaging.states import CampaignState
from tests.fixtures import ClientAs
from tests.messaging.calls.conftest import AddCall
from tests.messaging.pages.shown import soup, words


@pytest.fixture
def answered(add_call: AddCall) -> list[Message]:
    """Return four calls: two confirm, one presses 9, one presses nothing."""
    return [
        add_call(1, digits="1", answer="1"),
        add_call(2, digits="21", answer="1"),
        add_call(3, digits="9", answer=""),
        add_call(4),
    ]


def found(campaign: Campaign, answer: str) -> list[int]:
    rows = recipients.page(campaign, Filter(answer=answer)).rows
    return sorted(row.pk for row in rows)


def test_report_counts_the_answers(
    browser: Client, calls: Campaign, answered: list[Message]
) -> None:
    page = browser.get(reverse("messaging:campaign_detail", args=[calls.pk]))
    rows = [
        " ".join(row.get_text(" ").split())
        for row in soup(page).select(".section tbody tr")
        if "answer=" in str(row)
    ]
    assert rows == [
        "1 confirm 2 50 %",
        "2 cancel 0 0 %",
        "Another key 1 25 %",
        "No key 1 25 %",
    ]
    assert soup(page).select_one("#answers canvas") is not None


def test_campaign_whose_keys_mean_nothing_has_no_such_section(
    browser: Client, calls: Campaign, add_call: AddCall
) -> None:
    Campaign.objects.update(options={})
    add_call(1)
    page = browser.get(reverse("messaging:campaign_detail", args=[calls.pk]))
    assert "What they pressed" not in words(page)


def test_a_new_key_makes_the_figures_old(
    calls: Campaign, answered: list[Message]
) -> None:
    before = summaries.work_out(calls)
    CallKeys.objects.filter(pk=answered[2].pk).update(
        answer="2", changed_at="2030-01-01T00:00:00Z"
    )
    assert summaries.work_out(calls).figures["marks"] != before.figures["marks"]


def test_recipients_are_narrowed_by_their_answer(
    calls: Campaign, answered: list[Message]
) -> None:
    one, two, other, none = (message.pk for message in answered)
    assert found(calls, "1") == [one, two]
    assert found(calls, "2") == []
    assert found(calls, "other") == [other]
    assert found(calls, "none") == [none]


def test_list_offers_the_answers_and_shows_the_keys(
    browser: Client, calls: Campaign, answered: list[Message]
) -> None:
    address = reverse("messaging:message_list", args=[calls.pk])
    page = browser.get(address, {"answer": "1"})
    shown = words(page)
    assert "1 · confirm" in shown
    assert [words_of.get_text(" ") for words_of in soup(page).select(".pressed")] == [
        "2 1",
        "1",
    ]


def test_other_channels_offer_no_answers(
    browser: Client, calls: Campaign, answered: list[Message]
) -> None:
    Campaign.objects.update(channel="sms")
    page = browser.get(reverse("messaging:message_list", args=[calls.pk]))
    assert soup(page).select_one("select[name=answer]") is None


def test_export_has_keys_and_answers(
    manager: User, client_as: ClientAs, calls: Campaign, answered: list[Message]
) -> None:
    address = reverse("messaging:message_export", args=[calls.pk])
    answer: Any = client_as(manager).get(address, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Keys pressed"], row["Answer by key"]) for row in rows] == [
        ("1", "confirm"),
        ("21", "confirm"),
        ("9", ""),
        ("", ""),
    ]


def test_page_of_a_call_shows_its_keys(
    browser: Client, calls: Campaign, answered: list[Message]
) -> None:
    address = reverse("messaging:message_detail", args=[calls.pk, answered[1].pk])
    assert "2 1 confirm" in words(browser.get(address), ".call-course")


class TestComposer:
    @pytest.fixture
    def typed(self) -> dict[str, str]:
        return {
            "name": "Reminder",
            "channel": "voice",
            "text": "Press 1 to confirm.",
            "key_1": "  confirm ",
            "key_star": "again",
            "act": "draft",
        }

    def test_meanings_are_kept_with_the_draft(
        self, owner: User, client_as: ClientAs, typed: dict[str, str]
    ) -> None:
        client_as(owner).post(reverse("messaging:campaign_create"), typed)
        campaign = Campaign.objects.get()
        assert campaign.options == {"keys": {"1": "confirm", "*": "again"}}
        values = CampaignForm.filled(campaign)
        assert (values["key_1"], values["key_star"]) == ("confirm", "again")

    def test_long_meaning_is_refused_beside_its_field(
        self, owner: User, client_as: ClientAs, typed: dict[str, str]
    ) -> None:
        address = reverse("messaging:campaign_create")
        answer: Any = client_as(owner).post(address, {**typed, "key_1": "x" * 41})
        assert answer.status_code == 422
        error = soup(answer).select_one("#id_key_1_error")
        assert error is not None
        assert "40" in error.text

    def test_other_channels_have_no_meanings(
        self, owner: User, client_as: ClientAs, typed: dict[str, str]
    ) -> None:
        address = reverse("messaging:campaign_create")
        client_as(owner).post(address, {**typed, "channel": "sms"})
        assert Campaign.objects.get().options == {}

    def test_a_launched_campaign_keeps_its_meanings(
        self, workspace: Workspace, owner: User, calls: Campaign
    ) -> None:
        with pytest.raises(Exception, match="cannot be changed"):
            drafts.update(
                campaign=calls, actor=owner, options=options.VoiceOptions(keys=())
            )
        calls.refresh_from_db()
        assert calls.state == CampaignState.FINISHED
        assert options.read("voice", calls.options) == options.VoiceOptions(
            keys=(("1", "confirm"), ("2", "cancel"))
        )
