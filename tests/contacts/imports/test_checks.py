"""The dry run says exactly what the import does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from accounts.models import Workspace
from contacts.models import Contact, CustomField, Import, ImportCheck, ImportRefusal
from contacts.services import (
    import_checks,
    import_columns,
    import_runs,
    import_slices,
    imports,
    works,
)
from tests.contacts.conftest import Upload

COUNTS = ("created", "updated", "unchanged", "refused", "duplicates")


def messy_file(known: list[Contact]) -> str:
    """Write new, known, changed, doubled and wrong rows, some of them empty."""
    chance = random.Random(5)
    lines = ["Vorname;Handy;Ort;Geburtstag;Umsatz"]
    for at in range(400):
        fate = chance.random()
        number = f"0171 {2_000_000 + at}"
        if fate < 0.5:
            number = chance.choice(known).phone
        elif fate < 0.6:
            number = chance.choice(["", "12", "4,9171E+11", "0171 2000003"])
        first = chance.choice(["", "Anna", "Jörg"])
        city = chance.choice(["", "Berlin", "x" * 101 if fate > 0.97 else "Köln"])
        day = chance.choice(["", "17.05.1990", "gestern" if fate > 0.97 else ""])
        money = chance.choice(["", "1,5", "1.234,50", "viel" if fate > 0.97 else ""])
        lines.append(f"{first};{number};{city};{day};{money}")
    return "\n".join([*lines, ";;;;", ""])


@pytest.fixture
def known(workspace: Workspace) -> list[Contact]:
    CustomField.objects.create(
        workspace=workspace, slug="umsatz", label="Umsatz", kind="number"
    )
    people = [
        Contact(
            workspace=workspace,
            phone=f"+49172{1_000_000 + at}",
            firstname="Anna" if at % 2 else "",
            city="Berlin" if at % 3 else "",
            custom={"umsatz": "1.5"} if at % 5 else {},
        )
        for at in range(60)
    ]
    return Contact.objects.bulk_create(people)


def counts(of: Import | ImportCheck) -> dict[str, int]:
    return {name: getattr(of, name) for name in COUNTS}


@pytest.mark.parametrize("policy", Import.Policy.values)
def test_check_counts_what_the_import_then_does(
    upload: Upload,
    known: list[Contact],
    policy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_checks, "SLICE_ROWS", 37)
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 53)
    source = upload(messy_file(known))
    import_columns.choose(source=source, policy=policy)
    before = list(Contact.objects.order_by("id").values())
    check = import_checks.start(source=source, actor=None)
    assert list(Contact.objects.order_by("id").values()) == before
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    source.refresh_from_db()
    assert counts(check) == counts(source)
    assert sum(counts(check).values()) == check.done == check.total
    assert all(counts(check).values()) or policy == "skip"
    reasons = list(ImportRefusal.objects.values_list("reason", flat=True))
    assert check.reasons == {reason: reasons.count(reason) for reason in set(reasons)}


def test_check_shows_the_first_refused_rows(upload: Upload) -> None:
    check = import_checks.start(source=upload("Handy;Ort\n1;Bonn\n"), actor=None)
    assert check.refusals == [[2, "bad_number", ["1", "Bonn"]]]
    assert check.outcome == "columns"


def test_same_choice_is_not_checked_twice(upload: Upload) -> None:
    source = upload("Handy\n0171 1234567\n")
    check = import_checks.start(source=source, actor=None)
    assert import_checks.start(source=source, actor=None) == check
    assert import_checks.current(source) == check


@pytest.mark.parametrize(
    "choice",
    [
        {"country": "AT"},
        {"policy": "fill"},
        {"mapping": {"1": "phone"}},
        {
            "mapping": {"0": "phone", "1": "custom:ort"},
            "new_fields": {"ort": {"label": "Ort", "kind": "number", "column": 1}},
        },
    ],
    ids=["country", "policy", "columns", "kind"],
)
def test_another_choice_voids_the_check(
    upload: Upload, choice: dict[str, object]
) -> None:
    source = upload("Handy;Ort\n0171 1234567;Bonn\n")
    check = import_checks.start(source=source, actor=None)
    import_columns.choose(source=source, **choice)  # type: ignore[arg-type]
    assert import_checks.current(source) is None
    assert import_checks.start(source=source, actor=None) != check
    assert not ImportCheck.objects.filter(id=check.id).exists()


def test_large_file_is_left_to_a_worker(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "AT_ONCE_ROWS", 1)
    source = upload("Handy\n0171 1234567\n0172 1234567\n")
    check = import_checks.start(source=source, actor=None)
    assert not check.is_over
    assert import_checks.run(check.id)
    check.refresh_from_db()
    assert (check.is_over, check.created, check.total) == (True, 2, 2)


def test_check_of_a_dead_worker_starts_again(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "AT_ONCE_ROWS", 0)
    source = upload("Handy\n0171 1234567\n0171 1234567\n")
    check = import_checks.start(source=source, actor=None)
    assert works.claim(ImportCheck, check.id)
    ImportCheck.objects.filter(id=check.id).update(done=1, state="ready")
    import_checks.run(check.id)
    check.refresh_from_db()
    assert (check.done, check.created, check.duplicates) == (2, 1, 1)


def test_missing_file_fails_the_check(upload: Upload) -> None:
    source = upload("Handy\n0171 1234567\n")
    Path(source.file.path).unlink()
    check = import_checks.start(source=source, actor=None)
    assert (check.state, check.error) == ("failed", "file_missing")


def test_long_runs_of_consecutive_numbers_are_told(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "LONG_RUN", 3)
    numbers = [1234569, 1234567, 1234568, 2000000, 2000001, 3000000]
    text = "Handy\n" + "".join(f"0171 {number}\n" for number in numbers)
    check = import_checks.start(source=upload(text), actor=None)
    assert check.runs == [["+491711234567", "+491711234569", 3]]
