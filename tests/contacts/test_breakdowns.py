"""A work that breaks down in a way nobody foresaw pauses, and is given up at last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from contacts import sentences, tasks
from contacts.models import BulkJob, BulkUndo, Contact, Export, Import, Work
from contacts.selectors import works as selected
from contacts.services import imports, works

MAX = works.MAX_BREAKDOWNS


@pytest.fixture
def poison(workspace: Workspace, contact: Contact) -> BulkJob:
    """Return a job that no release can do: it sets what is no field."""
    return BulkJob.objects.create(
        workspace=workspace,
        act=BulkJob.Act.SET,
        field="no_field",
        newest_id=contact.pk,
    )


def break_down(work: Work) -> None:
    with pytest.raises(ValueError, match="not a field"):
        tasks.run_work(work.KIND, str(work.pk))
    work.refresh_from_db()


def test_broken_work_pauses_longer_each_time(poison: BulkJob) -> None:
    break_down(poison)
    break_down(poison)
    assert (poison.state, poison.breakdowns) == ("ready", 2)
    assert not selected.silent(BulkJob, for_s=works.STALE_AFTER_S)
    pause = timedelta(seconds=works.STALE_AFTER_S)
    assert poison.heartbeat_at and poison.heartbeat_at > timezone.now() + pause / 2


def test_work_that_always_breaks_is_given_up_with_a_sentence(
    poison: BulkJob, client: Client, manager: User
) -> None:
    for _try in range(MAX + 1):
        break_down(poison)
    assert (poison.state, poison.error) == ("failed", Work.BROKEN)
    assert not tasks.run_work(poison.KIND, str(poison.pk))["done"]
    client.force_login(manager)
    page = client.get(reverse("contacts:bulk_detail", args=[poison.pk]))
    assert "Something went wrong" in page.content.decode()


def test_step_that_is_done_forgives_breakdowns(poison: BulkJob) -> None:
    break_down(poison)
    claimed = works.claim(BulkJob, poison.pk)
    assert claimed
    works.advance(claimed, done=1, bookmark=1)
    poison.refresh_from_db()
    assert poison.breakdowns == 0


def test_undo_is_tried_for_ever(poison: BulkJob) -> None:
    undo = BulkUndo.objects.create(workspace=poison.workspace, job=poison)
    for _try in range(MAX + 3):
        assert works.claim(BulkUndo, undo.pk)
        works.broke_down(BulkUndo, undo.pk)
    undo.refresh_from_db()
    assert undo.state == "ready"


def test_import_that_always_breaks_is_given_up(workspace: Workspace) -> None:
    source = Import.objects.create(
        workspace=workspace, file=ContentFile(b"", "a.csv"), state="ready"
    )
    for _try in range(MAX + 1):
        with pytest.raises(TypeError):
            tasks.run_import(str(source.pk))
        source.refresh_from_db()
    assert source.state == "failed"
    assert "went wrong" in sentences.of_failure(source.error)
    imports.broke_down(source.pk)


def test_work_that_is_given_up_is_in_the_audit_trail(
    workspace: Workspace, manager: User
) -> None:
    export = Export.objects.create(
        workspace=workspace,
        created_by=manager,
        state=Work.State.RUNNING,
        breakdowns=MAX,
    )
    works.broke_down(Export, export.pk)
    works.broke_down(Export, export.pk)
    entry = AuditEntry.objects.get(action="work.give_up")
    assert (entry.actor, entry.after) == (manager, {"kind_of_work": "export"})
