"""What each word finds in a list of contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Contact, NumberFact
from contacts.selectors import contacts as selected
from contacts.selectors import criteria

NOW = timezone.now()
FACTS: dict[str, dict[str, Any] | None] = {
    "mobile": {"network_type": "mobile", "format_at": NOW},
    "either": {"network_type": "fixed_line_or_mobile", "mnp_at": NOW},
    "landline": {"network_type": "fixed_line", "format_at": NOW},
    "voip": {"network_type": "voip", "format_at": NOW},
    "wrong": {"network_type": "", "validity": "not_valid", "format_at": NOW},
    "on": {"reachable": "reachable", "hlr_at": NOW},
    "off": {"reachable": "absent", "hlr_at": NOW},
    "dead": {"reachable": "bad_number", "validity": "not_valid", "hlr_at": NOW},
    "rcs": {"has_rcs": True, "rcs_at": NOW},
    "plain": {"has_rcs": False, "rcs_at": NOW},
    "ported": {"is_ported": True, "network": "O2", "mnp_at": NOW},
    "named": {"caller_name": "ANNA", "cnam_at": NOW},
    "old": {"cnam_at": NOW, "stale_at": NOW - timedelta(days=1)},
    "nothing": None,
}


@pytest.fixture
def people(workspace: Workspace) -> None:
    Contact.objects.create(workspace=workspace, firstname="numberless")
    for at, (name, facts) in enumerate(FACTS.items()):
        phone = f"+4917110000{at:02}"
        Contact.objects.create(workspace=workspace, firstname=name, phone=phone)
        if facts is not None:
            NumberFact.objects.create(workspace=workspace, phone=phone, **facts)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("mobile", {"mobile", "either"}),
        ("landline", {"landline"}),
        ("other_type", {"voip"}),
        ("reachable", {"on"}),
        ("unreachable", {"off", "dead"}),
        ("absent", {"off"}),
        ("invalid", {"wrong", "dead"}),
        ("rcs", {"rcs"}),
        ("no_rcs", {"plain"}),
        ("named", {"named"}),
        ("ported", {"ported"}),
        ("network:O2", {"ported"}),
        ("never", {"nothing"}),
        ("stale", {"old"}),
    ],
)
def test_word_finds_contacts(
    people: None, workspace: Workspace, word: str, names: set[str]
) -> None:
    wanted = criteria.read(workspace, {"fact": word})
    found = selected.matching(workspace, wanted)
    assert set(found.values_list("firstname", flat=True)) == names


def test_word_that_is_none_narrows_nothing(workspace: Workspace) -> None:
    assert criteria.read(workspace, {"fact": "x' OR 1=1"}).as_dict() == {}


def test_fact_of_another_workspace_counts_for_nobody(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    phone = "+491711000000"
    Contact.objects.create(workspace=workspace, phone=phone)
    NumberFact.objects.create(
        workspace=other_workspace, phone=phone, network_type="mobile", format_at=NOW
    )
    wanted = criteria.read(workspace, {"fact": "mobile"})
    assert not selected.matching(workspace, wanted).exists()
