from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from accounts.rights import Right
from messaging.models import CountryLimit
from messaging.selectors import rules as found_rules
from messaging.services import rules
from seven_dashboard.errors import Refused
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

POSTED = {
    "hours_start": "08:00",
    "hours_end": "20:00",
    "weekdays": ["0", "1", "2", "3", "4"],
    "late_minutes": "30",
    "limit_per_day": "50",
    "failure_share": "10",
    "failure_after": "40",
    "confirm_above_eur": "200",
    "confirm_above_recipients": "1000",
}
ADDRESS = "messaging:rules_edit"


class TestRules(ViewAccess):
    url_name, right = ADDRESS, Right.READ


class TestRulesPosted(ViewAccess):
    url_name, right, method = ADDRESS, Right.MANAGE_CAMPAIGNS, "post"


class TestCountryLimitSet(ViewAccess):
    url_name, right = "messaging:country_limit_set", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestCountryLimitRemove(ObjectAccess):
    url_name, right = "messaging:country_limit_remove", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        limit = CountryLimit.objects.create(
            workspace=workspace, country="US", per_day=Decimal(5)
        )
        return {"limit_id": limit.pk}


def test_manager_saves_the_rules(
    workspace: Workspace, manager: User, client_as: ClientAs
) -> None:
    client_as(manager).post(reverse(ADDRESS), POSTED)
    saved = found_rules.of(workspace)
    assert (saved.hours_start, saved.hours_end) == (time(8), time(20))
    assert (saved.weekdays, saved.limit_per_day) == (0b001_1111, Decimal(50))


def test_change_is_in_the_audit_trail(workspace: Workspace, manager: User) -> None:
    rules.update(workspace=workspace, actor=manager, failure_share=10)
    entry = AuditEntry.objects.get(action="rules.update")
    assert (entry.before, entry.after) == ({"failure_share": 20}, {"failure_share": 10})


def test_saving_the_same_rules_leaves_no_entry(
    workspace: Workspace, manager: User
) -> None:
    rules.update(workspace=workspace, actor=manager, failure_share=20)
    assert not AuditEntry.objects.filter(action="rules.update").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"hours_end": ""}, id="one end of the hours"),
        pytest.param({"hours_end": "08:00"}, id="hours without length"),
        pytest.param({"weekdays": []}, id="no day"),
        pytest.param({"limit_per_day": "-1"}, id="negative limit"),
        pytest.param({"failure_share": "0"}, id="share of nothing"),
        pytest.param({"late_minutes": "x"}, id="no number"),
    ],
)
def test_wrong_rules_are_refused_with_a_sentence(
    change: dict[str, object], workspace: Workspace, manager: User, client_as: ClientAs
) -> None:
    answer = client_as(manager).post(reverse(ADDRESS), {**POSTED, **change})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert found_rules.of(workspace).limit_per_day is None


def test_reader_sees_the_rules_without_a_form(
    reader: User, client_as: ClientAs
) -> None:
    page = client_as(reader).get(reverse(ADDRESS)).text
    assert "Only a manager or an owner" in page
    assert 'name="limit_per_day"' not in page


def test_limit_of_a_country_is_set_and_lifted(
    workspace: Workspace, manager: User, client_as: ClientAs
) -> None:
    browser = client_as(manager)
    address = reverse("messaging:country_limit_set")
    browser.post(address, {"country": "US", "per_day": "5", "per_campaign": ""})
    (limit,) = found_rules.country_limits(workspace)
    assert (limit.country, limit.per_day, limit.per_campaign) == (
        "US",
        Decimal(5),
        None,
    )
    browser.post(reverse("messaging:country_limit_remove", args=[limit.pk]))
    assert found_rules.country_limits(workspace) == []


def test_limit_without_an_amount_is_refused(
    workspace: Workspace, manager: User
) -> None:
    with pytest.raises(Refused):
        rules.set_country_limit(
            workspace=workspace,
            actor=manager,
            country="US",
            per_day=None,
            per_campaign=None,
        )
