"""One last message, where somebody has agreed to pay for it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import OptOut
from messaging.models import Campaign, Message
from messaging.services import claiming, stop_rules
from messaging.states import CampaignState, MessageState
from tests.messaging.stop.conftest import NUMBER, OURS, Say

pytestmark = pytest.mark.usefixtures("connection")


@pytest.fixture
def confirming(workspace: Workspace, connection: Connection) -> Workspace:
    stop_rules.update(
        workspace=workspace,
        actor=None,
        confirms_stop=True,
        stop_text="You get no more messages.",
        confirms_start=True,
        start_text="Welcome back!",
    )
    return workspace


def answers(workspace: Workspace) -> list[Campaign]:
    mine = Campaign.objects.filter(workspace=workspace).exclude(confirms_wish="")
    return list(mine.order_by("created_at"))


def claimed(campaign: Campaign) -> Any:
    return claiming.claim(
        campaign.pk, limit=10, price_of=lambda _country: Decimal("0.1")
    )


def test_nothing_is_answered_before_somebody_wants_it(
    workspace: Workspace, say: Say
) -> None:
    say("STOP")
    assert answers(workspace) == []


def test_confirmation_comes_from_the_number_written_to(
    confirming: Workspace, say: Say
) -> None:
    say("STOP")
    (answer,) = answers(confirming)
    assert (answer.sender, answer.text) == (OURS, "You get no more messages.")


def test_confirmation_goes_out_in_spite_of_the_stop(
    confirming: Workspace, say: Say
) -> None:
    say("STOP")
    (answer,) = answers(confirming)
    assert [claim.recipient for claim in claimed(answer).claims] == [NUMBER]


def test_confirmation_that_was_held_up_goes_to_nobody(
    confirming: Workspace, say: Say
) -> None:
    say("STOP")
    Campaign.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    (answer,) = answers(confirming)
    assert claimed(answer).claims == []
    assert Message.objects.get().skip_reason == "opted_out"


def test_any_other_message_does_not(confirming: Workspace, say: Say) -> None:
    say("STOP")
    (answer,) = answers(confirming)
    other = Campaign.objects.create(
        workspace=confirming,
        kind=Campaign.Kind.SINGLE,
        name="Other",
        text="Hi",
        state=CampaignState.SENDING,
    )
    Message.objects.filter(campaign=answer).update(campaign=other)
    assert claimed(other).claims == []
    assert Message.objects.get().state == MessageState.SKIPPED


def test_second_stop_of_a_day_is_not_answered(confirming: Workspace, say: Say) -> None:
    say("STOP")
    say("stop!", at=timezone.now() + timedelta(seconds=2))
    assert len(answers(confirming)) == 1


def test_start_is_answered_once_it_changed_something(
    confirming: Workspace, say: Say
) -> None:
    say("START")
    say("STOP", at=timezone.now() + timedelta(seconds=1))
    say("START", at=timezone.now() + timedelta(seconds=2))
    assert [a.text for a in answers(confirming)] == [
        "You get no more messages.",
        "Welcome back!",
    ]


def test_stop_of_long_ago_is_obeyed_and_not_answered(
    confirming: Workspace, say: Say
) -> None:
    say("STOP", at=timezone.now() - timedelta(hours=2))
    assert OptOut.objects.filter(workspace=confirming).exists()
    assert answers(confirming) == []


def test_a_flood_is_not_answered_beyond_the_bound(
    confirming: Workspace, say: Say
) -> None:
    stop_rules.update(workspace=confirming, actor=None, most_per_day=2)
    for n in range(4):
        say("STOP", sender=f"+4917112345{n:02d}")
    assert len(answers(confirming)) == 2
    assert OptOut.objects.filter(workspace=confirming).count() == 4


def test_stop_without_a_connection_is_obeyed(confirming: Workspace, say: Say) -> None:
    Connection.objects.all().delete()
    say("STOP")
    assert OptOut.objects.filter(workspace=confirming).exists()
    assert answers(confirming) == []


def test_bulk_can_never_pass_for_a_confirmation(workspace: Workspace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(workspace=workspace, name="All", confirms_wish="stop")
