from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from accounts.models import Workspace
from contacts.models import Contact
from contacts.selectors import counts
from contacts.services import statistics
from tests.contacts.test_plans import FILL


def test_planner_is_told_of_many_new_contacts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "WORTH_TELLING", 1_000)
    with connection.cursor() as cursor:
        cursor.execute(FILL.replace("50000", "1000"), [workspace.pk])
        cursor.execute("ANALYZE contacts_contact")
        cursor.execute("UPDATE contacts_contact SET firstname = 'Bo'")
    named = Contact.objects.filter(firstname="Bo")
    statistics.tell(999)
    assert counts.estimate(named) < 500
    statistics.tell(1_000)
    assert counts.estimate(named) > 900


def test_what_takes_long_to_count_is_estimated(
    contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "LIVE_MS", 20)
    dear = RawSQL("pg_sleep(30)::text = ''", [], output_field=BooleanField())
    assert not counts.soon(Contact.objects.filter(dear)).is_exact
