"""One worker at a time, and a dead one is replaced."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from contacts import tasks
from contacts.models import Contact, Import, ImportedNumber
from contacts.services import import_runs, import_slices, imports
from tests.contacts.conftest import Upload


@pytest.fixture
def ready(upload: Upload) -> Import:
    source = upload("Handy\n0171 1234567\n0172 1111111\n")
    imports.start(source=source, actor=None)
    return source


def age(source: Import, **values: object) -> None:
    past = timezone.now() - timedelta(seconds=import_runs.STALE_AFTER_S + 1)
    Import.objects.filter(id=source.id).update(heartbeat_at=past, **values)


def test_running_import_is_not_claimed_twice(ready: Import) -> None:
    assert import_runs._claim(ready.id)
    assert import_runs._claim(ready.id) is None
    assert not import_runs.run(ready.id)


def test_silent_import_is_claimed_again(ready: Import) -> None:
    import_runs._claim(ready.id)
    age(ready)
    assert import_runs.run(ready.id)


def test_worker_that_lost_its_claim_writes_nothing(ready: Import) -> None:
    claim = import_runs._claim(ready.id)
    assert claim
    age(ready)
    import_runs._claim(ready.id)
    ready.refresh_from_db()
    with pytest.raises(import_slices.ClaimLost):
        import_runs._work(ready, claim)
    assert not Contact.objects.exists()
    assert not ImportedNumber.objects.exists()


def test_sweep_rings_for_silent_imports(
    ready: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[object] = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    assert tasks.sweep_imports()["rung"] == 0
    age(ready)
    assert tasks.sweep_imports()["rung"] == 1
    assert tasks.sweep_imports()["rung"] == 0
    assert rung == [ready.id]


def test_missing_file_fails_with_a_sentence(ready: Import) -> None:
    Path(ready.file.path).unlink()
    assert import_runs.run(ready.id)
    ready.refresh_from_db()
    assert ready.state == Import.State.FAILED
    assert "file_missing" in ready.error
    assert AuditEntry.objects.get(action="import.fail").subject == ready.filename


def test_old_files_are_forgotten(ready: Import) -> None:
    path = Path(ready.file.path)
    import_runs.run(ready.id)
    past = timezone.now() - timedelta(days=imports.KEEP_FILES_DAYS, hours=1)
    Import.objects.filter(id=ready.id).update(finished_at=past)
    assert imports.forget_old() == 1
    ready.refresh_from_db()
    assert not path.exists()
    assert not ready.file
    assert not ImportedNumber.objects.exists()


def test_file_of_a_broken_off_upload_is_removed(media: Path, db: None) -> None:
    (media / "imports").mkdir(parents=True)
    fresh, old = media / "imports" / "fresh.csv", media / "imports" / "old.csv"
    for path in (fresh, old):
        path.write_text("Handy")
    past = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(old, (past, past))
    imports.forget_old()
    assert fresh.exists()
    assert not old.exists()


def test_abandoned_upload_goes_as_a_whole(upload: Upload) -> None:
    source = upload("Handy\n0171 1234567\n")
    past = timezone.now() - timedelta(days=2)
    Import.objects.filter(id=source.id).update(created_at=past)
    imports.forget_old()
    assert not Import.objects.exists()
    assert not Path(source.file.path).exists()


@pytest.mark.django_db
def test_import_that_does_not_exist_is_not_done() -> None:
    assert not import_runs.run(uuid4())
