"""The later word of a person counts, whenever it comes to us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from contacts.models import ConsentEvent, Contact, OptOut
from contacts.services import contacts, merges, opt_outs
from messaging.services import stop_rules
from tests.messaging.stop.conftest import NUMBER, Say


def is_out(workspace: Workspace, number: str = NUMBER) -> bool:
    return OptOut.objects.filter(workspace=workspace, phone=number).exists()


def test_start_lifts_a_stop_and_is_proved(workspace: Workspace, say: Say) -> None:
    say("STOP")
    say("Start please", at=timezone.now() + timedelta(seconds=1))
    assert not is_out(workspace)
    proof = ConsentEvent.objects.filter(workspace=workspace).latest("id")
    assert (proof.kind, proof.source, proof.evidence) == (
        "opt_in",
        "reply",
        "Start please",
    )


def test_start_lifts_what_others_have_noted_before(
    workspace: Workspace, say: Say
) -> None:
    opt_outs.add(workspace=workspace, phone=NUMBER, source="manual", channel="sms")
    say("START")
    assert not is_out(workspace)


def test_start_that_comes_late_does_not_lift_a_later_stop(
    workspace: Workspace, say: Say
) -> None:
    now = timezone.now()
    say("STOP", at=now)
    say("START", at=now - timedelta(minutes=5))
    assert is_out(workspace)


def test_stop_that_comes_late_does_not_undo_a_later_start(
    workspace: Workspace, say: Say
) -> None:
    now = timezone.now()
    say("STOP", at=now - timedelta(hours=3))
    say("START", at=now - timedelta(hours=1))
    say("stop", at=now - timedelta(hours=2))
    assert not is_out(workspace)


def test_stop_after_a_start_that_came_late_holds(
    workspace: Workspace, say: Say
) -> None:
    now = timezone.now()
    say("STOP", at=now - timedelta(hours=3))
    say("START", at=now - timedelta(hours=2))
    say("STOP", at=now - timedelta(hours=1))
    assert is_out(workspace)


def test_start_of_a_time_to_come_silences_no_stop(
    workspace: Workspace, say: Say
) -> None:
    say("START", at=timezone.now() + timedelta(hours=2))
    say("STOP")
    assert is_out(workspace)


def test_of_two_in_one_second_stop_counts(workspace: Workspace, say: Say) -> None:
    now = timezone.now()
    say("STOP", at=now)
    say("START", at=now)
    assert is_out(workspace)


def test_old_start_does_not_lift_what_was_noted_since(
    workspace: Workspace, say: Say
) -> None:
    opt_outs.add(workspace=workspace, phone=NUMBER, source="manual")
    say("START", at=timezone.now() - timedelta(hours=1))
    assert is_out(workspace)


def test_start_of_somebody_who_never_stopped_says_nothing(
    workspace: Workspace, say: Say
) -> None:
    say("START")
    assert not ConsentEvent.objects.filter(workspace=workspace).exists()


def test_start_is_in_the_trail_by_its_own_name(workspace: Workspace, say: Say) -> None:
    say("STOP")
    say("START", at=timezone.now() + timedelta(seconds=1))
    actions = AuditEntry.objects.filter(workspace=workspace, subject=NUMBER)
    assert list(actions.order_by("id").values_list("action", flat=True)) == [
        "opt_out.add",
        "opt_out.start",
    ]


@pytest.fixture
def merged(workspace: Workspace) -> Contact:
    contact = contacts.create(workspace=workspace, actor=None, phone=NUMBER)
    twin = contacts.create(workspace=workspace, actor=None, phone="+491719999999")
    merges.merge(
        workspace=workspace,
        kept=contact.uuid,
        other=twin.uuid,
        actor=None,
        choices={"phone": "kept"},
    )
    return contact


def test_start_lifts_the_stop_for_the_other_numbers_of_a_person(
    workspace: Workspace, merged: Contact, say: Say
) -> None:
    say("STOP", sender="+491719999999")
    assert is_out(workspace, merged.phone)
    later = timezone.now() + timedelta(seconds=1)
    say("START", sender="+491719999999", at=later)
    assert not is_out(workspace, merged.phone)


def test_own_word_of_the_workspace_is_heard(workspace: Workspace, say: Say) -> None:
    stop_rules.add_word(
        workspace=workspace, actor=None, kind="stop", phrase="kein Brot mehr"
    )
    assert say("Kein Brot mehr!").is_opt_out
    assert is_out(workspace)


def test_words_of_another_workspace_mean_nothing_here(
    other_workspace: Workspace, say: Say
) -> None:
    stop_rules.add_word(
        workspace=other_workspace, actor=None, kind="stop", phrase="kein Brot mehr"
    )
    assert not say("Kein Brot mehr!").is_opt_out
