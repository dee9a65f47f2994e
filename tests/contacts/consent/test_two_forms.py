"""An opt-out of a number that is written in two forms holds for both."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from accounts.models import Workspace
from contacts import number_forms
from contacts.models import ConsentEvent, OptOut
from contacts.services import opt_out_list_runs, opt_out_lists, opt_outs
from contacts.services.opt_out_rows import Entry

WITH_9, WITHOUT = "+5491123456789", "+541123456789"
PAIRS = [(WITH_9, WITHOUT), ("+5511977654321", "+551177654321")]
BOTH = pytest.mark.parametrize(
    ("one", "other"),
    [*PAIRS, *(pair[::-1] for pair in PAIRS)],
    ids=["AR", "BR", "AR-back", "BR-back"],
)


def on_list() -> list[str]:
    return sorted(OptOut.objects.values_list("phone", flat=True))


@BOTH
def test_opt_out_by_hand_holds_for_both_until_it_is_lifted(
    workspace: Workspace, one: str, other: str
) -> None:
    assert opt_outs.add(workspace=workspace, phone=one, source="manual")
    assert on_list() == sorted([one, other])
    assert not opt_outs.add(workspace=workspace, phone=other, source="manual")
    assert opt_outs.remove(workspace=workspace, phone=other)
    assert on_list() == []


@BOTH
def test_list_of_opt_outs_holds_for_both_and_counts_its_rows(
    workspace: Workspace, one: str, other: str
) -> None:
    source = opt_out_lists.upload(
        workspace=workspace,
        actor=None,
        chunks=[f"Telefon\n{one}\n".encode()],
        filename="stop.csv",
    )
    opt_out_lists.start(source=source, actor=None)
    assert opt_out_list_runs.run(source.id)
    source.refresh_from_db()
    assert (source.added, source.known, on_list()) == (1, 0, sorted([one, other]))


@pytest.mark.parametrize("is_asked_again", [False, True])
def test_undone_opt_out_of_many_is_undone_for_both(
    workspace: Workspace, is_asked_again: bool
) -> None:
    def add() -> list[int]:
        rows = opt_outs.add_many(
            workspace=workspace, entries=[Entry(WITHOUT)], source="manual", actor=None
        )
        return [row.id for row in rows]

    ids = add()
    if is_asked_again:
        add()
    taken = opt_outs.withdraw(
        workspace=workspace, ids=ids, source="manual", reason="", actor=None
    )
    left = [WITHOUT, WITH_9] if is_asked_again else []
    assert (taken, on_list()) == (0 if is_asked_again else 1, left)


@pytest.mark.parametrize(
    ("old", "new"), [*PAIRS, *(p[::-1] for p in PAIRS), ("+558599887766",) * 2]
)
def test_opt_outs_of_before_hold_for_both(
    workspace: Workspace, old: str, new: str
) -> None:
    new = number_forms.of_today(new)
    OptOut.objects.create(workspace=workspace, phone=old, source="import", reason="X")
    carry_over = import_module("contacts.migrations.0024_both_forms").CARRY_OVER
    with connection.cursor() as cursor:
        cursor.execute(carry_over)
        cursor.execute(carry_over)
    assert on_list() == sorted([old, new])
    event = ConsentEvent.objects.get()
    assert (event.phone, event.reason, event.evidence) == (new, "X", old)
