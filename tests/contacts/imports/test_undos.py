"""An import is taken back, as far as it is still so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from contacts.models import (
    Contact,
    Group,
    GroupMembership,
    Import,
    ImportedNumber,
    ImportUndo,
    OptOut,
)
from contacts.services import (
    contacts,
    groups,
    import_columns,
    import_runs,
    import_undos,
    imports,
    opt_outs,
    works,
)
from messaging.models import InboundMessage
from seven_dashboard.errors import Refused
from tests.contacts.conftest import Upload

HEAD = "Vorname;Handy;Ort;Geburtstag;Kundennummer\n"
ANNA = "Hanna;0171 1234567;Bonn;17.05.1990;4711\n"
BO = "Bo;0172 1111111;Ulm;;\n"


def run(source: Import, **choice: Any) -> Import:
    if choice:
        import_columns.choose(source=source, **choice)
    imports.start(source=source, actor=None)
    assert import_runs.run(source.id)
    source.refresh_from_db()
    return source


def undo(source: Import) -> dict[str, int]:
    work = import_undos.start(source=source, actor=None)
    assert import_undos.run(work.id)
    work.refresh_from_db()
    source.refresh_from_db()
    assert source.state == Import.State.UNDONE
    return {
        name: getattr(work, name) for name in import_undos.COUNTS if getattr(work, name)
    }


def everything() -> list[dict[str, Any]]:
    """Return every contact, membership and group, but for when they changed."""
    return [
        {**row, "updated_at": None}
        for model in (Contact, GroupMembership, Group)
        for row in model._default_manager.order_by("pk").values()
    ]


@pytest.mark.parametrize("policy", Import.Policy.values)
def test_undo_leaves_everything_as_it_was(
    upload: Upload, contact: Contact, group: Group, policy: str
) -> None:
    contacts.update(contact=contact, actor=None, custom={"treue": "Gold"})
    before = everything()
    source = run(upload(HEAD + ANNA + BO, groups=[group]), policy=policy)
    assert everything() != before
    undo(source)
    assert everything() == before
    assert not ImportedNumber.objects.exists()


def test_undo_counts_what_it_did(
    upload: Upload, contact: Contact, group: Group
) -> None:
    source = run(upload(HEAD + ANNA + BO, groups=[group]))
    assert undo(source) == {"deleted": 1, "restored": 1, "left_groups": 2}
    entry = AuditEntry.objects.get(action="import.undone")
    assert entry.after["deleted"] == 1


def test_value_changed_since_stays(upload: Upload, contact: Contact) -> None:
    source = run(upload(HEAD + ANNA))
    contacts.update(
        contact=contact, actor=None, city="Kiel", custom={"kundennummer": "5"}
    )
    assert undo(source) == {"restored": 1, "edited": 1}
    contact.refresh_from_db()
    assert (contact.firstname, contact.city, contact.birthday) == ("Anna", "Kiel", None)
    assert contact.custom == {"kundennummer": "5"}


def test_added_contact_that_was_edited_stays(upload: Upload) -> None:
    source = run(upload(HEAD + BO))
    contacts.update(contact=Contact.objects.get(), actor=None, notes="Called back")
    assert undo(source) == {"kept": 1}
    assert Contact.objects.get().firstname == "Bo"


def test_added_contact_in_another_group_stays(
    upload: Upload, group: Group, workspace: Workspace
) -> None:
    source = run(upload(HEAD + BO, groups=[group]))
    friends = groups.create(workspace=workspace, name="Friends", actor=None)
    GroupMembership.objects.create(group=friends, contact=Contact.objects.get())
    assert undo(source) == {"kept": 1, "left_groups": 1}
    assert GroupMembership.objects.get().group == friends


def test_added_contact_that_wrote_stays(upload: Upload, workspace: Workspace) -> None:
    source = run(upload(HEAD + BO))
    InboundMessage.objects.create(
        workspace=workspace,
        contact=Contact.objects.get(),
        sender="+491721111111",
        recipient="4915",
        text="Hi",
        received_at=timezone.now(),
    )
    assert undo(source) == {"kept": 1}


def test_place_in_a_group_from_before_stays(
    upload: Upload, contact: Contact, group: Group
) -> None:
    GroupMembership.objects.create(group=group, contact=contact)
    assert undo(run(upload(HEAD + ANNA, groups=[group]))) == {"restored": 1}
    group.refresh_from_db()
    assert group.member_count == 1


def test_opt_out_stays(upload: Upload, workspace: Workspace) -> None:
    source = run(upload(HEAD + BO))
    opt_outs.add(workspace=workspace, phone="+491721111111", source="manual")
    assert undo(source) == {"deleted": 1}
    assert OptOut.objects.get().phone == "+491721111111"


def test_contact_deleted_since_does_not_come_back(upload: Upload) -> None:
    source = run(upload(HEAD + BO))
    Contact.objects.all().delete()
    assert undo(source) == {}


def test_later_import_is_left_alone(upload: Upload) -> None:
    first = run(upload(HEAD + BO))
    second = run(upload("Handy;Ort\n0172 1111111;Wien\n0173 1111111;Graz\n"))
    assert undo(first) == {"kept": 1}
    assert set(Contact.objects.values_list("city", flat=True)) == {"Wien", "Graz"}
    assert undo(second) == {"deleted": 1, "restored": 1}
    assert Contact.objects.get().city == "Ulm"


def test_undo_goes_on_where_a_dead_worker_stopped(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_undos, "STEP_NUMBERS", 2)
    numbers = "".join(f"0171 100000{at}\n" for at in range(5))
    source = run(upload("Handy\n" + numbers))
    work = import_undos.start(source=source, actor=None)
    claimed = works.claim(ImportUndo, work.id)
    assert claimed
    assert import_undos._step(claimed)
    assert Contact.objects.count() == 3
    ImportUndo.objects.filter(id=work.id).update(state="ready")
    assert import_undos.run(work.id)
    work.refresh_from_db()
    assert (work.deleted, work.done, work.total) == (5, 5, 5)
    assert not Contact.objects.exists()


def test_undo_is_offered_once_and_for_a_day(upload: Upload) -> None:
    source = run(upload(HEAD + BO))
    Import.objects.filter(id=source.id).update(
        finished_at=timezone.now() - import_undos.WITHIN - timedelta(seconds=1)
    )
    with pytest.raises(Refused, match="within a day"):
        import_undos.start(source=source, actor=None)
    Import.objects.filter(id=source.id).update(finished_at=timezone.now())
    undo(source)
    with pytest.raises(Refused, match="only once"):
        import_undos.start(source=source, actor=None)


def test_import_that_is_being_undone_keeps_its_journal(upload: Upload) -> None:
    source = run(upload(HEAD + BO))
    work = import_undos.start(source=source, actor=None)
    Import.objects.update(finished_at=timezone.now() - timedelta(days=2))
    imports.forget_old()
    assert import_undos.run(work.id)
    assert not Contact.objects.exists()


def test_changes_of_known_contacts_are_in_the_audit_trail(
    upload: Upload, contact: Contact
) -> None:
    source = run(upload(HEAD + ANNA + BO))
    changes = AuditEntry.objects.filter(action="contact.update")
    (entry,) = changes
    assert entry.subject == str(contact.uuid)
    assert entry.before == {"firstname": "Anna"}
    assert entry.after == {
        "firstname": "Hanna",
        "city": "Bonn",
        "birthday": "1990-05-17",
        "kundennummer": "4711",
    }
    undo(source)
    back = changes.latest("id")
    assert (back.before, back.after) == (entry.after, entry.before)
