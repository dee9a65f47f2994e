"""STOP from one number of a merged contact holds for all of them."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from accounts.models import Workspace
from contacts import consent_words
from contacts.models import Contact, Merge, OptOut
from contacts.services import contacts, persons, unmerges

FIRST, SECOND = "+491711234567", "+491719999999"


def opted_out() -> list[tuple[str, str]]:
    return sorted(OptOut.objects.values_list("phone", "source"))


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize(("says", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_stop_of_one_number_holds_for_all(
    workspace: Workspace, says: str, other: str
) -> None:
    persons.stop(workspace=workspace, phone=says, text="STOP")
    assert opted_out() == sorted([(says, "reply"), (other, "merge")])


@pytest.mark.usefixtures("merged")
def test_former_number_that_somebody_else_has_is_theirs(
    workspace: Workspace,
) -> None:
    contacts.create(workspace=workspace, actor=None, phone=SECOND)
    persons.stop(workspace=workspace, phone=SECOND, text="STOP")
    assert opted_out() == [(SECOND, "reply")]


def test_stop_after_a_merge_outlives_its_undo(
    workspace: Workspace, merged: Merge, contact: Contact
) -> None:
    persons.stop(workspace=workspace, phone=SECOND, text="STOP")
    unmerges.undo(merge=merged, actor=None)
    assert opted_out() == [(FIRST, "merge"), (SECOND, "reply")]


@pytest.mark.parametrize(
    ("kept", "says", "source"),
    [
        ("+541123456789", "+5491123456789", "reply"),
        ("+551177654321", "+5511977654321", "reply"),
        # Brazil's old form, which is no number of today.
        ("+5511987654321", "+551187654321", "merge"),
    ],
    ids=["Argentina", "Brazil", "old Brazil"],
)
def test_stop_holds_for_the_other_form_of_a_number(
    workspace: Workspace, kept: str, says: str, source: str
) -> None:
    contacts.create(workspace=workspace, actor=None, phone=kept)
    persons.stop(workspace=workspace, phone=says, text="STOP")
    assert opted_out() == sorted([(says, "reply"), (kept, source)])
    persons.start(workspace=workspace, phone=says, text="START", until=timezone.now())
    assert opted_out() == []


@pytest.mark.usefixtures("merged")
def test_our_own_reason_is_read_in_any_language(workspace: Workspace) -> None:
    with translation.override("de"):
        persons.stop(workspace=workspace, phone=FIRST, text="STOP")
        carried = OptOut.objects.get(phone=SECOND)
        assert carried.reason_text == translation.gettext(carried.reason)
    assert carried.reason_text == carried.reason == consent_words.OTHER_NUMBER
