"""What an export holds, that nothing in it runs, and that it imports again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from contacts import csv_export, xlsx_export
from contacts.models import Contact, CustomField, Export, Group, Import, NumberFact
from contacts.selectors import export_columns
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import (
    contacts,
    export_runs,
    exports,
    groups,
    import_runs,
    imports,
    opt_outs,
    works,
    written_tables,
)

Make = Callable[..., Export]
FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def full(workspace: Workspace) -> Contact:
    """A contact with all fields and typed own ones."""
    for slug, label, kind in (
        ("punkte", "Punkte", "number"),
        ("termin", "Termin", "date"),
        ("newsletter", "Newsletter", "boolean"),
        ("kunden_nr", "Kunden-Nr.", "text"),
    ):
        CustomField.objects.create(
            workspace=workspace, slug=slug, label=label, kind=kind
        )
    return contacts.create(
        workspace=workspace,
        actor=None,
        phone="+491711234567",
        firstname="Jörg",
        lastname="Müller; Sohn",
        company="Bäckerei",
        email="joerg@example.com",
        home_phone="030 123456",
        address="Lindenstraße 5",
        postal_code="01099",
        city="Berlin",
        birthday=dt.date(1990, 5, 17),
        notes="Zeile 1\nZeile 2",
        custom={
            "punkte": "1.234",
            "termin": "2026-01-31",
            "newsletter": "1",
            "kunden_nr": "007",
        },
    )


@pytest.fixture
def make(workspace: Workspace, manager: User) -> Make:
    """Return a function that prepares an export of all columns."""

    def give(wanted: Filter | None = None, **options: Any) -> Export:
        every = [column.key for column in export_columns.offered(workspace)]
        values = {"format": "csv", "separator": ";", "language": "en", **options}
        values.setdefault("columns", every)
        return exports.prepare(
            workspace=workspace,
            actor=manager,
            choice=Choice(wanted or Filter()),
            **values,
        )

    return give


def table(export: Export) -> list[dict[str, str]]:
    text = "".join(exports.lines(export)).removeprefix(csv_export.BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text), delimiter=export.separator))


def sheet(export: Export) -> list[list[Any]]:
    data = io.BytesIO(b"".join(exports.workbook(export)))
    return [list(row) for row in openpyxl.load_workbook(data).active.iter_rows()]


def values_of(contact: Contact) -> dict[str, Any]:
    names = [name for name, _heading, _kind in export_columns.OWN]
    return {name: getattr(contact, name) for name in names} | {"custom": contact.custom}


def test_table_has_what_is_chosen_in_order(full: Contact, make: Make) -> None:
    (row,) = table(make(columns=["city", "custom:punkte", "firstname"]))
    assert row == {"First name": "Jörg", "City": "Berlin", "Punkte": "1,234"}


def test_number_is_written_as_is_usual_there(full: Contact, make: Make) -> None:
    full.workspace.country = "US"
    export = make(columns=["custom:punkte"])
    export.workspace.country = "US"
    assert table(export) == [{"Punkte": "1.234"}]


def test_groups_opt_outs_and_facts_are_told(
    workspace: Workspace, full: Contact, group: Group, make: Make
) -> None:
    other = groups.create(workspace=workspace, name="Bakers", actor=None)
    for one in (group, other):
        groups.add(group=one, uuids=[full.uuid], actor=None)
    opt_outs.add(workspace=workspace, phone=full.phone, channel="sms", source="reply")
    NumberFact.objects.create(
        workspace=workspace,
        phone=full.phone,
        network="Telekom",
        rcs_at=timezone.now(),
        has_rcs=True,
    )
    (row,) = table(make())
    assert row["In groups"] == "Bakers, Customers"
    assert row["Opted out of"] == "SMS"
    assert (row["Lookup: network"], row["Lookup: RCS"]) == ("Telekom", "Yes")


def test_headings_and_words_are_in_the_persons_language(
    full: Contact, make: Make
) -> None:
    (row,) = table(make(language="de"))
    assert (row["Vorname"], row["Newsletter"]) == ("Jörg", "Ja")


def test_only_those_who_match_are_there(
    workspace: Workspace, full: Contact, make: Make
) -> None:
    contacts.create(workspace=workspace, actor=None, firstname="Bo")
    assert [row["First name"] for row in table(make(Filter(text="bo")))] == ["Bo"]


def test_many_batches_keep_the_order(
    workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.selectors.export_rows.BATCH", 2)
    for name in "ABCDE":
        contacts.create(workspace=workspace, actor=None, firstname=name)
    assert [row["First name"] for row in table(make())] == list("ABCDE")


def test_no_cell_is_a_formula(workspace: Workspace, make: Make) -> None:
    texts = [name for name, _h, _k in export_columns.OWN if name != "birthday"]
    evil = {name: FORMULA[:20] for name in texts if name != "phone"}
    Contact.objects.create(workspace=workspace, custom={"evil": FORMULA}, **evil)
    CustomField.objects.create(workspace=workspace, slug="evil", label=FORMULA)
    named = groups.create(workspace=workspace, name="@SUM(1)", actor=None)
    groups.add(group=named, uuids=[Contact.objects.get().uuid], actor=None)
    export = make()
    for heading, cell in table(export)[0].items():
        assert not heading.startswith("=")
        assert not cell.startswith(("=", "@"))
    for row in sheet(make(format="xlsx")):
        assert {cell.data_type for cell in row} <= {"s", "n", "d"}


def test_spreadsheet_has_dates_numbers_and_text(full: Contact, make: Make) -> None:
    headings, cells = sheet(make(format="xlsx"))
    found = {
        str(heading.value): cell for heading, cell in zip(headings, cells, strict=True)
    }
    assert found["Birthday"].value == dt.datetime(1990, 5, 17)
    assert found["Termin"].is_date
    assert found["Added here on"].is_date
    assert found["Punkte"].value == 1.234
    for heading, text in (
        ("Mobile number", "+491711234567"),
        ("Postal code", "01099"),
        ("Kunden-Nr.", "007"),
    ):
        assert (found[heading].value, found[heading].data_type) == (text, "s")
        assert found[heading].number_format == "@"


def test_what_a_spreadsheet_cannot_hold_is_text(
    workspace: Workspace, make: Make
) -> None:
    CustomField.objects.create(
        workspace=workspace, slug="long", label="Long", kind="number"
    )
    contacts.create(
        workspace=workspace,
        actor=None,
        birthday=dt.date(1850, 1, 2),
        notes="x" * 40_000,
        custom={"long": "12345678901234567890"},
    )
    (row,) = sheet(make(format="xlsx"))[1:]
    cells = {str(cell.value)[:20] for cell in row if cell.value}
    assert {"1850-01-02", "x" * 20, "12345678901234567890"} <= cells


def test_empty_export_has_its_headings(db: None, make: Make) -> None:
    assert sheet(make(format="xlsx"))[0][0].value == "First name"
    assert next(iter(csv.reader("".join(exports.lines(make())).splitlines())))


def test_headings_that_are_equal_are_told_apart(
    workspace: Workspace, full: Contact, make: Make
) -> None:
    CustomField.objects.create(workspace=workspace, slug="city_2", label="City")
    (row,) = table(make())
    assert {"City", "City (2)"} <= set(row)


def test_more_rows_than_a_sheet_has_go_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_export, "SHEET_ROWS", 2)
    target = tmp_path / "many.xlsx"
    rows = [[str(at)] for at in range(5)]
    columns = [xlsx_export.Column("At")]
    xlsx_export.write(target, columns, rows, name="A/B*", total=5)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["A B 1", "A B 2", "A B 3"]
    assert [page.max_row for page in book] == [3, 3, 2]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("separator", [";", ","])
def test_exported_table_imports_again(
    workspace: Workspace,
    full: Contact,
    make: Make,
    language: str,
    format: str,
    separator: str,
) -> None:
    if format == "xlsx":
        # A spreadsheet's number has no country: 1.234 could be either.
        full.custom["punkte"] = "12.5"
        full.save()
    before = values_of(full)
    export = make(language=language, format=format, separator=separator)
    is_csv = format == "csv"
    data = (
        "".join(exports.lines(export)).encode()
        if is_csv
        else b"".join(exports.workbook(export))
    )
    Contact.objects.all().delete()
    source = imports.upload(
        workspace=workspace, actor=None, chunks=[data], filename=f"again.{format}"
    )
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    source.refresh_from_db()
    assert (source.state, source.created) == (Import.State.FINISHED, 1)
    assert values_of(Contact.objects.get()) == before
    assert CustomField.objects.count() == 4


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_worker_writes_a_file_that_only_we_can_read(
    full: Contact, make: Make, media: Path, format: str
) -> None:
    export = make(format=format)
    exports.start(export)
    assert export_runs.run(export.id)
    export.refresh_from_db()
    path = media / export.file
    assert (export.state, export.total, export.done) == ("finished", 1, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_size == export.size_bytes
    entry = AuditEntry.objects.get(action="contact.export")
    assert entry.after["rows"] == 1


def test_dead_workers_export_is_begun_anew(
    full: Contact, make: Make, media: Path
) -> None:
    export = make()
    exports.start(export)
    works.claim(Export, export.id)
    Export.objects.update(
        done=1, heartbeat_at=timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
    )
    assert export_runs.run(export.id)
    export.refresh_from_db()
    assert (export.done, len((media / export.file).read_text().splitlines())) == (1, 3)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_cancelled_export_leaves_no_file(
    full: Contact,
    make: Make,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,
) -> None:
    export = make(format=format)
    exports.start(export)
    beat = works.beat

    def cancel_first(work: Export) -> None:
        exports.cancel(export=export)
        beat(work)

    monkeypatch.setattr(works, "beat", cancel_first)
    assert not export_runs.run(export.id)
    assert list((media / "exports").iterdir()) == []


def test_group_that_went_fails_with_a_word(
    full: Contact, group: Group, make: Make, media: Path
) -> None:
    export = make(Filter(group=group))
    exports.start(export)
    group.delete()
    assert export_runs.run(export.id)
    export.refresh_from_db()
    assert (export.state, export.error) == ("failed", "criteria_gone")
    assert list((media / "exports").iterdir()) == []


def test_file_is_forgotten_after_a_week(full: Contact, make: Make, media: Path) -> None:
    export = make()
    exports.start(export)
    export_runs.run(export.id)
    assert written_tables.forget_old() == 0
    Export.objects.update(finished_at=timezone.now() - written_tables.KEEP_FILES)
    assert written_tables.forget_old() == 1
    assert list((media / "exports").iterdir()) == []


def test_file_goes_with_its_workspace(full: Contact, make: Make, media: Path) -> None:
    export = make()
    exports.start(export)
    export_runs.run(export.id)
    export.workspace.delete()
    (path,) = (media / "exports").iterdir()
    past = (
        timezone.now() - written_tables.ORPHAN_AFTER - timedelta(minutes=1)
    ).timestamp()
    os.utime(path, (past, past))
    written_tables.forget_old()
    assert not path.exists()
