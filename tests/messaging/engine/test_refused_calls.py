"""A code and nothing else for a group of calls: the journal of calls settles it.

Its entries carry no foreign id, so that only a call that is not there proves anything.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign, Message
from messaging.services import verdicts
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states
from tests.messaging.engine.test_unclear import settle_now

TEXT = "We are open on Sunday"
# One whole request of calls, and three more.
COUNT = 23


@pytest.fixture
def refused(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> Campaign:
    """Twenty calls were placed an hour ago; three got a bare 402 between them."""
    campaign = make_campaign(phones(COUNT), channel="voice", text=TEXT)
    first = Message.objects.order_by("pk").values_list("pk", flat=True)[:20]
    Message.objects.exclude(pk__in=list(first)).update(due_at="2099-01-01T00:00Z")
    send(fast)
    Message.objects.filter(state="queued").update(due_at=timezone.now())
    sandbox.ask("faults", next=["code-402"])
    send(fast)
    assert states(campaign) == {"accepted": 20, "unclear": 3}
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Message.objects.update(attempted_at=an_hour_ago)
    Message.objects.filter(state="accepted").update(accepted_at=an_hour_ago)
    return campaign


def ask_to_the_end() -> dict[str, int]:
    found = [settle_now() for _ in range(verdicts.LOOKS_BEFORE_PERSON)]
    return found[-1]


def test_calls_that_were_not_placed_wait_out_the_lock(refused: Campaign) -> None:
    settle_now()
    assert settle_now() == {"queued again": 3}
    assert states(refused) == {"accepted": 20, "queued": 3}


def test_call_that_is_there_is_for_a_person(
    refused: Campaign, sandbox: SandboxAccount
) -> None:
    called = Message.objects.filter(state="unclear").order_by("pk")[0]
    sandbox.client().voice.send(to=[called.recipient], text="Another text")
    settle_now()
    assert settle_now() == {"queued again": 2, "looking": 1}
    settle_now()
    assert settle_now() == {"for a person": 1}


def test_call_that_may_still_be_going_on_proves_nothing(refused: Campaign) -> None:
    Message.objects.filter(state="unclear").update(attempted_at=timezone.now())
    assert ask_to_the_end() == {"postponed": 3}


def test_call_that_a_lag_may_hide_proves_nothing(refused: Campaign) -> None:
    over = timezone.now() - timedelta(minutes=7)
    Message.objects.filter(state="unclear").update(attempted_at=over)
    assert ask_to_the_end() == {"postponed": 3}


def test_call_that_came_later_and_is_listed_proves_it(refused: Campaign) -> None:
    over = timezone.now() - timedelta(minutes=7)
    Message.objects.filter(state="unclear").update(attempted_at=over)
    Message.objects.filter(state="accepted").update(attempted_at=timezone.now())
    settle_now()
    assert settle_now() == {"queued again": 3}


def test_journal_that_lists_no_call_of_ours_proves_nothing(refused: Campaign) -> None:
    Message.objects.filter(state="accepted").update(gateway_id="4711")
    assert ask_to_the_end() == {"postponed": 3}


def test_without_any_call_that_was_taken_a_person_decides(refused: Campaign) -> None:
    Message.objects.filter(state="accepted").update(gateway_id="")
    assert ask_to_the_end() == {"for a person": 3}


def test_calls_without_any_answer_are_for_a_person(refused: Campaign) -> None:
    Message.objects.filter(state="unclear").update(error_code=None)
    assert ask_to_the_end() == {"for a person": 3}
