"""A number that is written in two forms is one number to an import."""

from __future__ import annotations

import pytest

from accounts.models import Workspace
from contacts import slice_process
from contacts.models import Contact
from contacts.services import (
    contacts,
    import_checks,
    import_runs,
    import_slices,
    import_undos,
    imports,
)
from tests.contacts.conftest import Upload

WITH_9, WITHOUT = "+5491123456789", "+541123456789"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slice_rows", [5_000, 20], ids=["one-slice", "pairs"])
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_import_of_both_forms_gives_one_contact(
    workspace: Workspace,
    upload: Upload,
    monkeypatch: pytest.MonkeyPatch,
    slice_rows: int,
    is_known: bool,
) -> None:
    monkeypatch.setattr(slice_process, "ALONE_UP_TO_ROWS", 0)
    monkeypatch.setattr(import_slices, "SLICE_ROWS", slice_rows)
    monkeypatch.setattr(import_checks, "SLICE_ROWS", slice_rows)
    if is_known:
        contacts.create(workspace=workspace, actor=None, phone=WITHOUT, firstname="Old")
    others = [f"Bo;0171 {1_000_000 + at}" for at in range(21)]
    lines = ["Vorname;Handy", f"Anna;{WITH_9}", *others, f"Eve;{WITHOUT}", ""]
    source = upload("\n".join(lines))
    check = import_checks.start(source=source, actor=None)
    imports.start(source=source, actor=None)
    assert import_runs.run(source.id)
    source.refresh_from_db()
    counts = (21 + (not is_known), int(is_known), 1)
    assert (source.created, source.updated, source.duplicates) == counts
    assert (check.created, check.updated, check.duplicates) == counts
    mine = Contact.objects.filter(country="AR").values_list("phone", "firstname")
    assert list(mine) == [(WITHOUT if is_known else WITH_9, "Anna")]
    undo = import_undos.start(source=source, actor=None)
    assert import_undos.run(undo.id)
    undo.refresh_from_db()
    assert (undo.done, undo.total) == (22, 22)
    assert list(mine.all()) == ([(WITHOUT, "Old")] if is_known else [])
