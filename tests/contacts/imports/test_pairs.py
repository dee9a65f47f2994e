"""Two slices written at once come out as one after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from accounts.models import Workspace
from contacts import sentences, slice_process
from contacts.models import Contact, Group, Import, ImportedNumber
from contacts.services import (
    contacts,
    import_pairs,
    import_runs,
    import_slices,
    imports,
)
from contacts.services.import_pairs import Pairs
from contacts.services.import_slices import ClaimLost, Writing
from tests.contacts.conftest import Upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slice_process, "ALONE_UP_TO_ROWS", 0)
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 20)


def numbered(count: int) -> str:
    """Write rows whose numbers come again in the next slice, with another name."""
    rows = [f"A{at};0171 {1_000_000 + at - at % 40 // 20 * 15}" for at in range(count)]
    return "\n".join(["Vorname;Handy", *rows, ""])


def test_earlier_row_counts_across_slices(
    upload: Upload, group: Group, in_pairs: None
) -> None:
    source = upload(numbered(200), groups=[group])
    imports.start(source=source, actor=None)
    assert import_runs.run(source.id)
    source.refresh_from_db()
    group.refresh_from_db()
    numbers = [line.partition(";") for line in numbered(200).splitlines()[1:]]
    first: dict[str, str] = {}
    for name, _mark, number in numbers:
        first.setdefault("+49" + number.replace(" ", "")[1:], name)
    assert dict(Contact.objects.values_list("phone", "firstname")) == first
    assert source.created == group.member_count == len(first)
    assert source.duplicates == 200 - len(first)


def test_cancel_between_two_slices_keeps_the_first(
    upload: Upload, in_pairs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload(numbered(40))
    imports.start(source=source, actor=None)
    count = import_slices._count

    def count_and_cancel(cursor: CursorWrapper, writing: Writing) -> None:
        count(cursor, writing)
        cursor.execute("UPDATE contacts_import SET state = 'cancelled'")

    monkeypatch.setattr(import_slices, "_count", count_and_cancel)
    assert not import_runs.run(source.id)
    source.refresh_from_db()
    assert source.bookmark == Contact.objects.count() == 20


def two_slices(source: Import) -> tuple[Writing, Writing]:
    claim = import_runs._claim(source.id)
    assert claim
    job = import_runs.job_of(source)
    parts = slice_process.prepared(job)
    first, second = import_runs._in_order(parts, job.shape, source, claim)
    return first, second


def test_second_slice_is_not_kept_without_the_first(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 20)
    source = upload(numbered(40))
    imports.start(source=source, actor=None)
    first, second = two_slices(source)
    first.claim = uuid4()
    with Pairs() as pairs, pytest.raises(ClaimLost):
        pairs.write(first, second)
    assert not Contact.objects.exists()
    assert not ImportedNumber.objects.exists()


@pytest.mark.parametrize("failing", [0, 1], ids=["first", "second"])
def test_deadlock_of_one_is_made_good_in_order(
    upload: Upload, in_pairs: None, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload(numbered(40))
    imports.start(source=source, actor=None)
    fails = _once(lambda writing: writing.bookmark == failing * 20)
    enter = Writing.enter

    def enter_or_fail(writing: Writing, cursor: CursorWrapper) -> None:
        if fails(writing):
            cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"
            )
        enter(writing, cursor)

    monkeypatch.setattr(Writing, "enter", enter_or_fail)
    assert import_runs.run(source.id)
    source.refresh_from_db()
    assert (source.bookmark, source.created, source.duplicates) == (40, 25, 15)


def test_first_slice_does_not_wait_for_ever_for_somebody_else(
    upload: Upload, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 20)
    monkeypatch.setattr(import_pairs, "LOCK_WAIT_MS", 50)
    phone = "+491711000000"
    contacts.create(workspace=workspace, actor=None, phone=phone, firstname="Old")
    source = upload(numbered(40))
    imports.start(source=source, actor=None)
    first, second = two_slices(source)
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        other.set_autocommit(False)
        cursor.execute("SELECT id FROM contacts_contact FOR UPDATE")
        with Pairs() as pairs, pytest.raises(OperationalError):
            pairs.write(first, second)
        other.rollback()
    with Pairs() as pairs:
        import_runs._write_both(pairs, first, second)
    source.refresh_from_db()
    assert (source.bookmark, source.updated) == (40, 1)


def _once(is_it: Callable[[Writing], bool]) -> Callable[[Writing], bool]:
    done: list[Writing] = []

    def ask(writing: Writing) -> bool:
        if done or not is_it(writing):
            return False
        done.append(writing)
        return True

    return ask


def test_what_breaks_the_cleaning_fails_with_a_sentence(
    upload: Upload, in_pairs: None
) -> None:
    source = upload(numbered(40) + "Jörg;0172 1\n")
    imports.start(source=source, actor=None)
    Import.objects.update(layout={**source.layout, "encoding": "ascii"})
    assert import_runs.run(source.id)
    source.refresh_from_db()
    assert source.state == Import.State.FAILED
    assert "could not be worked with" in sentences.of_failure(source.error)
