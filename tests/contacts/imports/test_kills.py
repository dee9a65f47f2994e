"""Killed at random instants, imports, checks and undos lose and double nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import (
    Contact,
    Group,
    Import,
    ImportCheck,
    ImportRefusal,
    ImportUndo,
    Work,
)
from contacts.services import (
    groups,
    import_checks,
    import_runs,
    import_undos,
    imports,
)
from tests.contacts import workers
from tests.contacts.workers import Worker, ends_well, kill_when_it_has_moved

ROWS = 40_000
KILLS = 10
SLICE_ROWS = 500
VALUES = {
    "import_slices.SLICE_ROWS": SLICE_ROWS,
    "import_checks.SLICE_ROWS": SLICE_ROWS,
    "import_undos.STEP_NUMBERS": SLICE_ROWS,
}
WITHIN_S = 0.08
# What is over in a third of a second is killed before that on a busy machine, too.
SOON_S = 0.02


def write_file(path: Path, rows: int = ROWS) -> dict[str, int]:
    """Write good rows, doubles and bad ones in a known mix; return the counts."""
    chance = random.Random(7)
    lines = ["Vorname;Handy;Kundennummer"]
    numbers = [f"0171{2_000_000 + at}" for at in range(rows)]
    counts = {"created": 0, "refused": 0, "duplicates": 0}
    seen: set[str] = set()
    for at in range(rows):
        fate = chance.random()
        if fate < 0.05:
            number, outcome = "12", "refused"
        elif fate < 0.15 and seen:
            number, outcome = chance.choice(numbers[:at]), ""
        else:
            number, outcome = numbers[at], ""
        if not outcome:
            outcome = "duplicates" if number in seen else "created"
            seen.add(number)
        counts[outcome] += 1
        lines.append(f"Anna {at};{number};{at}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return counts


def work(service: str, work_id: UUID) -> Callable[[], Worker]:
    return lambda: workers.begin(f"{service}.run", work_id, VALUES)


def let_the_claim_run_out(model: type[Import | Work]) -> None:
    past = timezone.now() - timedelta(seconds=import_runs.STALE_AFTER_S + 1)
    model._default_manager.filter(state="running").update(heartbeat_at=past)


def progress_of(row: Import | Work, name: str) -> Callable[[], int]:
    def read() -> int:
        row.refresh_from_db(fields=[name])
        return int(getattr(row, name))

    return read


@pytest.fixture
def group(workspace: Workspace) -> Group:
    return groups.create(workspace=workspace, name="All", actor=None)


def upload(workspace: Workspace, path: Path, group: Group) -> Import:
    with path.open("rb") as stream:
        return imports.upload(
            workspace=workspace,
            actor=None,
            chunks=stream,
            filename="c.csv",
            groups=[group],
        )


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_import_ends_with_exact_counts(
    workspace: Workspace, tmp_path: Path, group: Group
) -> None:
    expected = write_file(tmp_path / "contacts.csv")
    source = upload(workspace, tmp_path / "contacts.csv", group)
    imports.start(source=source, actor=None)
    moved = progress_of(source, "bookmark")
    for _kill in range(KILLS):
        worker = work("import_runs", source.id)
        assert kill_when_it_has_moved(worker, moved, within_s=WITHIN_S)
        let_the_claim_run_out(Import)
    assert ends_well(work("import_runs", source.id)())
    source.refresh_from_db()
    assert source.state == Import.State.FINISHED
    assert {name: getattr(source, name) for name in expected} == expected
    assert (source.updated, source.unchanged, source.bookmark) == (0, 0, ROWS)
    group.refresh_from_db()
    assert Contact.objects.count() == group.member_count == expected["created"]
    assert ImportRefusal.objects.count() == expected["refused"]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_check_and_undo_end_with_exact_counts(
    workspace: Workspace, tmp_path: Path, group: Group
) -> None:
    expected = write_file(tmp_path / "contacts.csv", rows=12_000)
    source = upload(workspace, tmp_path / "contacts.csv", group)
    check = import_checks.start(source=source, actor=None)
    moved = progress_of(check, "done")
    worker = work("import_checks", check.id)
    assert kill_when_it_has_moved(worker, moved, within_s=SOON_S)
    let_the_claim_run_out(ImportCheck)
    assert import_checks.run(check.id)
    check.refresh_from_db()
    assert {name: getattr(check, name) for name in expected} == expected

    imports.start(source=source, actor=None)
    assert import_runs.run(source.id)
    undo = import_undos.start(source=source, actor=None)
    moved = progress_of(undo, "done")
    for _kill in range(2):
        worker = work("import_undos", undo.id)
        assert kill_when_it_has_moved(worker, moved, within_s=SOON_S)
        let_the_claim_run_out(ImportUndo)
    assert import_undos.run(undo.id)
    undo.refresh_from_db()
    group.refresh_from_db()
    assert undo.deleted == undo.left_groups == expected["created"]
    assert Contact.objects.count() == group.member_count == 0
