"""What was said before there was an inbox gets its conversations."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection as database
from django.utils import timezone

from accounts.models import Connection, User
from messaging.models import Conversation
from messaging.services import singles
from tests.messaging.inbox.conftest import ANNA, BEN, WriteIn

migration = import_module("messaging.migrations.0018_fill_conversations")


def fill() -> None:
    with database.schema_editor(atomic=False) as editor:
        migration.fill(apps, editor)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "SLICE", 2)


@pytest.mark.django_db
def test_each_number_gets_what_was_said_last(
    write_in: WriteIn, connected: Connection, owner: User
) -> None:
    write_in("First", age_s=9000)
    write_in("Last\nline", age_s=90)
    write_in("Old", "+491700000001", age_s=30 * 86_400)
    write_in("STOP", "+491700000002", age_s=60)
    for number in (ANNA, BEN):
        singles.send(
            workspace=connected.workspace, actor=owner, recipient=number, text="Ours"
        )
    kept = {c.number: (c.state, c.said, c.is_said_by_us) for c in rows()}
    Conversation.objects.all().delete()
    fill()
    assert {c.number: (c.state, c.said, c.is_said_by_us) for c in rows()} == {
        **kept,
        "+491700000001": ("closed", "Old", False),
    }
    assert {c.unread for c in rows()} == {0}


@pytest.mark.django_db
def test_filling_again_changes_nothing(write_in: WriteIn, owner: User) -> None:
    found = write_in()
    fill()
    again = Conversation.objects.get()
    assert (again.pk, again.changed_at, again.unread) == (
        found.pk,
        found.changed_at,
        1,
    )
    assert found.stands_at > timezone.now() - timedelta(minutes=1)


def rows() -> list[Conversation]:
    return list(Conversation.objects.all())
