"""The trail of changes reads like a sentence, in the person's language."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import translation

from accounts.models import AuditEntry
from accounts.models.audit import Change


def test_values_that_say_nothing_are_left_out() -> None:
    entry = AuditEntry(
        after={"cost_agreed": None, "reason": "", "channel": "", "options": {}}
    )
    assert entry.changes == [Change("Channel", None, "All channels")]


def test_emptied_value_counts_as_removed() -> None:
    entry = AuditEntry(before={"city": "Kiel"}, after={"city": ""})
    assert entry.changes == [Change("City", "Kiel", None)]


def test_moment_is_written_in_the_persons_language() -> None:
    moment = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
    entry = AuditEntry(before={"created_at": moment.isoformat()})
    with translation.override("de"):
        assert "Mai 2026" in str(entry.changes[0].before)


def test_id_of_a_campaign_is_for_machines() -> None:
    assert AuditEntry(after={"campaign": "x"}).changes == []
