"""The trail of changes reads like a sentence, in the person's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from accounts.actions import WORDS
from accounts.models import AuditEntry
from accounts.models.audit import Change
from tests.house.source import python_files

RECORDERS = {"record", "record_many", "parameters", "_record", "_audit"}


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


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("cost_agreed", "1234.5", "1.234,50"),
        ("price", "0.0750", "0,075"),
        ("rate_per_s", "12.50", "12,5"),
        ("rows", 12_840, "12.840"),
        ("is_automatic", True, "Ja"),
        ("on_conflict", "ours", "Unseres gilt"),
        ("ungrouped", "off", "Nicht abgeglichen"),
        ("state", "FAILED", "Fehlgeschlagen"),
        ("state", "undelivered", "Nicht zugestellt"),
        ("event_type", "dlr", "Zustellberichte"),
        ("kinds", ["hlr", "rcs"], "Erreichbarkeit (HLR), RCS-Fähigkeit"),
        ("languages", ["de", "tr"], "Deutsch, Türkisch"),
        ("scopes", ["rcs"], "RCS-Nachrichten senden"),
        ("columns", "firstname, created_at", "Vorname, Hier angelegt am"),
        ("country", "AT", "Österreich"),
        ("time_zone", "Europe/Vienna", "Europa/Wien"),
        ("birthday", "1990-05-20", "20. Mai 1990"),
        ("hours_start", "08:00:00", "08:00"),
        ("forward_sms", "4915134000901", "+49 1513 4000901"),
        ("merged_with", "+4915134000901", "+49 1513 4000901"),
        ("reason", "202", "Die Nummer des Empfängers ist ungültig."),
        ("subaccount", 12_345, "12345"),
        ("postal_code", "20260520", "20260520"),
    ],
)
def test_value_is_read_in_german(field: str, value: object, read: str) -> None:
    with translation.override("de"):
        (change,) = AuditEntry(action="x.y", after={field: value}).changes
    assert str(change.after).replace("\N{NO-BREAK SPACE}", " ") == read


@pytest.mark.parametrize(
    ("action", "subject", "shown"),
    [
        ("message.settle", "812", ""),
        ("lookup_price.set", "hlr", "Reachability (HLR)"),
        ("rules.set_country_limit", "AT", "Austria"),
        ("opt_out.add", "+4915134000901", "+49 1513 4000901"),
        ("template.update", "1000", "1000"),
    ],
)
def test_subject_is_named(action: str, subject: str, shown: str) -> None:
    named = AuditEntry(action=action, subject=subject).shown_subject
    assert named.replace("\N{NO-BREAK SPACE}", " ") == shown


def test_id_of_a_campaign_is_for_machines() -> None:
    assert AuditEntry(after={"campaign": "x"}).changes == []


def test_every_recorded_action_has_words() -> None:
    recorded = {action for path in python_files() for action in _actions(path)}
    assert len(recorded) > 80
    assert recorded - set(WORDS) == set()


def _actions(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if "audit" not in source:
        return
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in RECORDERS:
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            yield from (
                part.value
                for one in given
                for part in ast.walk(one)
                if isinstance(part, ast.Constant)
                and isinstance(part.value, str)
                and re.fullmatch(r"[a-z_]+\.[a-z_]*[a-z]", part.value)
            )
