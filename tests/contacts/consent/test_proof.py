"""Every change of the opt-out list leaves its proof, and a STOP is never withdrawn."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection

from accounts.models import AuditEntry, User, Workspace
from contacts.models import ConsentEvent, Contact, OptOut
from contacts.services import opt_outs
from contacts.services.opt_out_rows import Entry

PHONE = "+491711234567"
OTHER = "+491721234567"


def events() -> list[tuple[str, str, str, str]]:
    rows = ConsentEvent.objects.order_by("id")
    return list(rows.values_list("phone", "kind", "source", "reason"))


def test_opt_out_by_hand_is_noted(workspace: Workspace, manager: User) -> None:
    opt_outs.add(
        workspace=workspace, phone=PHONE, source="manual", reason="Call", actor=manager
    )
    assert events() == [(PHONE, "opt_out", "manual", "Call")]
    assert ConsentEvent.objects.get().actor == manager


def test_same_opt_out_is_noted_once(workspace: Workspace) -> None:
    for _twice in range(2):
        opt_outs.add(workspace=workspace, phone=PHONE, source="reply", reason="STOP")
    assert len(events()) == 1


def test_reply_replaces_a_note_by_hand(workspace: Workspace, manager: User) -> None:
    opt_outs.add(workspace=workspace, phone=PHONE, source="manual", actor=manager)
    is_new = opt_outs.add(
        workspace=workspace, phone=PHONE, source="reply", evidence="Stop it"
    )
    entry = OptOut.objects.get()
    assert (is_new, entry.source, entry.added_by) == (False, "reply", None)
    assert [kind for _phone, kind, _source, _reason in events()] == ["opt_out"] * 2
    assert ConsentEvent.objects.latest("id").evidence == "Stop it"


def test_note_by_hand_does_not_replace_a_reply(workspace: Workspace) -> None:
    opt_outs.add(workspace=workspace, phone=PHONE, source="reply", reason="STOP")
    opt_outs.add(workspace=workspace, phone=PHONE, source="manual", reason="Call")
    assert OptOut.objects.get().reason == "STOP"
    assert len(events()) == 1


def test_opt_in_keeps_reason_and_person(workspace: Workspace, manager: User) -> None:
    opt_outs.add(workspace=workspace, phone=PHONE, source="reply")
    opt_outs.remove(
        workspace=workspace, phone=PHONE, reason="Form of 3 May", actor=manager
    )
    last = ConsentEvent.objects.latest("id")
    assert (last.kind, last.reason, last.actor) == ("opt_in", "Form of 3 May", manager)
    assert not OptOut.objects.exists()


def test_opt_in_on_every_channel_notes_each(workspace: Workspace) -> None:
    for channel in ("", "sms"):
        opt_outs.add(workspace=workspace, phone=PHONE, channel=channel, source="manual")
    opt_outs.remove_all(workspace=workspace, phone=PHONE)
    noted = ConsentEvent.objects.filter(kind="opt_in").order_by("id")
    assert list(noted.values_list("channel", flat=True)) == ["", "sms"]


def test_many_numbers_are_added_and_noted_once(workspace: Workspace) -> None:
    opt_outs.add(workspace=workspace, phone=PHONE, source="reply")
    since = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    added = opt_outs.add_many(
        workspace=workspace,
        entries=[
            Entry(OTHER, "List", "row 2", since),
            Entry(OTHER, "twice"),
            Entry(PHONE, "List"),
        ],
        source="import",
        actor=None,
    )
    entry = OptOut.objects.get(phone=OTHER)
    assert [(row.id, row.phone) for row in added] == [(entry.id, OTHER)]
    assert (entry.reason, entry.created_at) == ("List", since)
    assert events()[1:] == [(OTHER, "opt_out", "import", "List")]


def test_many_numbers_stand_in_the_audit_trail(workspace: Workspace) -> None:
    entries = [Entry(PHONE, "List"), Entry(OTHER, "List")]
    opt_outs.add_many(workspace=workspace, entries=entries, source="import", actor=None)
    rows = AuditEntry.objects.filter(action="opt_out.add").order_by("subject")
    assert [row.subject for row in rows] == [PHONE, OTHER]
    assert rows[0].after == {"channel": "", "source": "import", "reason": "List"}


def test_withdrawing_an_act_leaves_what_a_reply_has_confirmed(
    workspace: Workspace,
) -> None:
    entries = [Entry(PHONE), Entry(OTHER)]
    added = opt_outs.add_many(
        workspace=workspace, entries=entries, source="manual", actor=None
    )
    opt_outs.add(workspace=workspace, phone=PHONE, source="reply", reason="STOP")
    withdrawn = opt_outs.withdraw(
        workspace=workspace,
        ids=[row.id for row in added],
        source="manual",
        reason="Undone",
        actor=None,
    )
    assert withdrawn == 1
    assert list(OptOut.objects.values_list("phone", flat=True)) == [PHONE]


@pytest.mark.parametrize("source", ["manual", "import"])
@pytest.mark.parametrize("is_list", [True, False])
def test_withdrawing_an_act_leaves_what_was_asked_for_again(
    workspace: Workspace, source: str, *, is_list: bool
) -> None:
    added = opt_outs.add_many(
        workspace=workspace,
        entries=[Entry(PHONE), Entry(OTHER)],
        source="manual",
        actor=None,
    )
    if is_list:
        again = opt_outs.add_many(
            workspace=workspace, entries=[Entry(PHONE)], source=source, actor=None
        )
        assert not again
    else:
        assert not opt_outs.add(workspace=workspace, phone=PHONE, source=source)
    opt_outs.withdraw(
        workspace=workspace,
        ids=[row.id for row in added],
        source="manual",
        reason="Undone",
        actor=None,
    )
    assert list(OptOut.objects.values_list("phone", flat=True)) == [PHONE]


def test_nothing_of_another_workspace_is_withdrawn(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    [row] = opt_outs.add_many(
        workspace=workspace, entries=[Entry(PHONE)], source="manual", actor=None
    )
    opt_outs.withdraw(
        workspace=other_workspace,
        ids=[row.id],
        source="manual",
        reason="",
        actor=None,
    )
    assert OptOut.objects.exists()


@pytest.mark.parametrize("channel", ["", "voice"])
def test_contacts_are_opted_out_on_a_channel(
    workspace: Workspace, contact: Contact, channel: str
) -> None:
    added = opt_outs.add_many(
        workspace=workspace,
        entries=[Entry(contact.phone, "Left")],
        actor=None,
        source=OptOut.Source.MANUAL,
        channel=channel,
    )
    entry = OptOut.objects.get()
    assert (len(added), entry.channel, entry.reason) == (1, channel, "Left")


def test_stop_in_the_old_mexican_form_holds_for_the_new_one(
    workspace: Workspace,
) -> None:
    opt_outs.add(workspace=workspace, phone="+5215512345678", source="reply")
    migration = import_module("contacts.migrations.0022_confirmed_opt_outs")
    with connection.cursor() as cursor:
        cursor.execute(migration.CARRY_OVER)
        cursor.execute(migration.CARRY_OVER)
    new = OptOut.objects.get(phone="+525512345678")
    event = ConsentEvent.objects.get(phone=new.phone)
    assert (new.source, event.evidence) == ("reply", "+5215512345678")
