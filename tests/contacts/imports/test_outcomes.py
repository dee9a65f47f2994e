"""What becomes of the rows of an imported file."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import AuditEntry, Workspace
from contacts.models import Contact, CustomField, Group, Import, ImportRefusal
from contacts.services import (
    import_columns,
    import_runs,
    import_slices,
    imports,
    uploaded_files,
)
from seven_dashboard.errors import Refused
from tests.contacts.conftest import Upload

HEAD = "Vorname;Nachname;Handy;Ort;Kundennummer;Geburtstag\n"
COUNTS = ("created", "updated", "unchanged", "refused", "duplicates")


def run(source: Import, **columns: object) -> dict[str, int]:
    if columns:
        import_columns.choose(source=source, **columns)  # type: ignore[arg-type]
    imports.start(source=source, actor=None)
    assert import_runs.run(source.id)
    source.refresh_from_db()
    assert source.state == Import.State.FINISHED
    return {name: getattr(source, name) for name in COUNTS if getattr(source, name)}


def test_row_becomes_a_contact(upload: Upload) -> None:
    run(upload(HEAD + "Jörg;Müller;0171 1234567;Köln;4711;17.05.1990\n"))
    contact = Contact.objects.get()
    assert contact.phone == "+491711234567"
    assert contact.country == "DE"
    assert contact.name == "Jörg Müller"
    assert contact.custom == {"kundennummer": "4711"}
    assert str(contact.birthday) == "1990-05-17"


def test_heading_becomes_a_field_of_the_workspace(
    upload: Upload, workspace: Workspace
) -> None:
    run(upload("Handy;Kunden-Größe\n0171 1234567;XL\n"))
    field = CustomField.objects.get(workspace=workspace)
    assert (field.slug, field.label) == ("kunden_groesse", "Kunden-Größe")


def test_outcomes_are_counted(upload: Upload, contact: Contact) -> None:
    source = upload(
        HEAD
        + "Anna;Schmidt;0171 1234567;;;\n"  # known, nothing new
        + "Bo;;0172 1111111;;;\n"
        + "Bo again;;+49 (0)172 1111111;;;\n"
        + "Cy;;;;;\n"
        + "Di;;123;;;\n"
    )
    assert run(source) == {"created": 1, "unchanged": 1, "refused": 2, "duplicates": 1}
    assert Contact.objects.get(phone="+491721111111").firstname == "Bo"


@pytest.mark.parametrize(
    ("policy", "firstname", "city", "counts"),
    [
        ("update", "Hanna", "Bonn", {"updated": 1}),
        ("fill", "Anna", "Bonn", {"updated": 1}),
        ("skip", "Anna", "", {"unchanged": 1}),
    ],
)
def test_policy_decides_on_a_match(
    upload: Upload,
    contact: Contact,
    policy: str,
    firstname: str,
    city: str,
    counts: dict[str, int],
) -> None:
    source = upload(HEAD + "Hanna;;0171 1234567;Bonn;;\n")
    assert run(source, policy=policy) == counts
    contact.refresh_from_db()
    assert (contact.firstname, contact.city) == (firstname, city)
    # An empty cell takes nothing away.
    assert contact.lastname == "Schmidt"


def test_second_import_changes_nothing(upload: Upload) -> None:
    text = HEAD + "Jörg;Müller;0171 1234567;Köln;4711;17.05.1990\n"
    run(upload(text))
    before = Contact.objects.get().updated_at
    assert run(upload(text)) == {"unchanged": 1}
    assert Contact.objects.get().updated_at == before


def test_everyone_joins_the_group_once(
    upload: Upload, contact: Contact, group: Group
) -> None:
    text = HEAD + "Anna;;0171 1234567;;;\nBo;;0172 1111111;;;\n"
    run(upload(text, groups=[group]), policy="skip")
    run(upload(text, groups=[group]))
    group.refresh_from_db()
    assert group.member_count == group.memberships.count() == 2


def test_same_number_in_a_later_slice_is_a_duplicate(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 2)
    numbers = ["0171 1234567", "0172 1111111", "+491711234567", "0173 1111111"]
    source = upload("Handy\n" + "\n".join(numbers) + "\n")
    assert run(source) == {"created": 3, "duplicates": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A;B;;;;", "no_number"),
        ("A;B;12345;;;", "bad_number"),
        ("A;B;4,9171E+11;;;", "shortened_number"),
        ("A;B;0171 1234567;;;31.02.1990", "bad_birthday"),
        ("A;B;0171 1234567;;;yesterday", "bad_birthday"),
        ("A;B;0171 1234567;;;;Berlin", "too_many_cells"),
        (f"{'x' * 101};B;0171 1234567;;;", "too_long"),
    ],
)
def test_refused_row_is_kept_with_its_reason(
    upload: Upload, row: str, reason: str
) -> None:
    assert run(upload(HEAD + f"Ok;;0172 1111111;;;\n{row}\n"))["refused"] == 1
    refusal = ImportRefusal.objects.get()
    assert (refusal.row_number, refusal.reason) == (3, reason)
    assert refusal.cells == row.split(";")


def test_first_valid_number_counts_by_priority(upload: Upload) -> None:
    text = "Telefon;Handy;Name\n0171 1;0172 1111111;A\n0173 1111111;x;B\n;;C\n"
    source = upload(text)
    assert source.mapping["0"] == "phone_2"
    assert run(source) == {"created": 2, "refused": 1}
    numbers = Contact.objects.order_by("id").values_list("phone", flat=True)
    assert list(numbers) == ["+491721111111", "+491731111111"]


def test_values_of_own_fields_are_kept_in_the_form_of_their_kind(
    upload: Upload, workspace: Workspace
) -> None:
    for slug, kind in (("umsatz", "number"), ("seit", "date"), ("treue", "choice")):
        CustomField.objects.create(
            workspace=workspace, slug=slug, label=slug, kind=kind, choices=["Gold"]
        )
    head = "Handy;Umsatz;Seit;Treue\n"
    row = "0171 1234567;1.234,50;17.05.2020;gold\n"
    bad = "0172 1234567;viel;;\n0173 1234567;;morgen;\n0174 1234567;;;Silber\n"
    assert run(upload(head + row + bad)) == {"created": 1, "refused": 3}
    kept = {"umsatz": "1234.5", "seit": "2020-05-17", "treue": "Gold"}
    assert Contact.objects.get().custom == kept
    assert set(ImportRefusal.objects.values_list("reason", flat=True)) == {"bad_value"}


def test_odd_characters_survive(upload: Upload) -> None:
    run(upload('Vorname;Handy\n"Back\\slash\tTab\nLine ""q"" 😀";0171 1234567\n'))
    assert Contact.objects.get().firstname == 'Back\\slash\tTab\nLine "q" 😀'


def test_several_number_columns_fall_back_to_the_next(upload: Upload) -> None:
    source = upload("Handy;Zweite\n;0171 1234567\n123;0172 1111111\n")
    run(source, mapping={"0": "phone", "1": "phone"})
    assert Contact.objects.count() == 2


def test_full_name_is_split(upload: Upload) -> None:
    run(upload('Name;Handy\n"Müller, Jörg";0171 1234567\nAnna Lu Weiß;0172 1111111\n'))
    names = Contact.objects.order_by("phone").values_list("firstname", "lastname")
    assert list(names) == [("Jörg", "Müller"), ("Anna Lu", "Weiß")]


def test_without_a_number_column_nothing_starts(upload: Upload) -> None:
    source = upload(
        "Vorname;Ort\nAnna;Bonn\nBo;Köln\n",
    )
    with pytest.raises(Refused, match="mobile numbers"):
        imports.start(source=source, actor=None)


def test_refused_file_leaves_nothing_behind(upload: Upload, media: Path) -> None:
    with pytest.raises(uploaded_files.FileRefused, match="PDF"):
        upload(b"%PDF-1.4 x", filename="contacts.csv")
    assert not Import.objects.exists()
    assert list((media / "imports").iterdir()) == []


def test_too_large_file_is_refused(
    upload: Upload, settings: object, media: Path
) -> None:
    settings.IMPORT_MAX_BYTES = 1 << 20  # type: ignore[attr-defined]
    with pytest.raises(uploaded_files.FileRefused, match="larger than 1 MB"):
        upload(b"Handy\n" + b"0171 1234567\n" * 100_000)
    assert list((media / "imports").iterdir()) == []


def test_cancelled_import_stops_and_keeps_what_it_wrote(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_slices, "SLICE_ROWS", 1)
    source = upload("Handy\n0171 1234567\n0172 1111111\n0173 1111111\n")
    imports.start(source=source, actor=None)
    written = import_slices.write

    def write_then_cancel(writing: import_slices.Writing) -> None:
        written(writing)
        imports.cancel(source=source, actor=None)

    monkeypatch.setattr(import_slices, "write", write_then_cancel)
    assert not import_runs.run(source.id)
    source.refresh_from_db()
    assert (source.state, source.bookmark) == (Import.State.CANCELLED, 1)
    assert Contact.objects.count() == 1


def test_finished_import_is_in_the_audit_trail(upload: Upload) -> None:
    run(upload("Handy\n0171 1234567\n"))
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["import.start", "import.finish"]
    assert AuditEntry.objects.get(action="import.finish").after["created"] == 1


def test_blanks_behind_the_last_heading_are_no_cell(upload: Upload) -> None:
    assert run(upload("Vorname;Handy;\nBo;0171 1234567; \n"))["created"] == 1


def test_short_row_without_headings_is_a_contact_with_less(upload: Upload) -> None:
    source = upload("0171 1234567;a@example.com\n0172 1111111\n")
    assert run(source) == {"created": 2}
