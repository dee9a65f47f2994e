"""Two managers have the rules open: nobody writes over what they have not seen."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from messaging.selectors import rules as found_rules
from messaging.selectors import stop_rules as found_stop_rules
from messaging.services import rules, stop_rules
from tests.contacts.pages.test_two_people import opened, posted
from tests.fixtures import ClientAs

RULES = reverse("messaging:rules_edit")
STOP = reverse("messaging:stop_words")
# Another value for each rule than the usual one.
THEIRS: dict[str, Any] = {
    "hours_start": time(8),
    "hours_end": time(21, 30),
    "weekdays": 0b0011111,
    "late_minutes": 7,
    "limit_per_day": Decimal("12.50"),
    "resumes_next_day": True,
    "failure_share": 11,
    "failure_after": 333,
    "confirm_above_eur": Decimal("7.00"),
    "confirm_above_recipients": 77,
    "same_text_days": 9,
}


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def test_untouched_page_of_rules_takes_nothing_back(
    browser: Client, workspace: Workspace
) -> None:
    mine = opened(browser, RULES)
    rules.update(workspace=workspace, actor=None, **THEIRS)
    assert browser.post(RULES, mine).status_code == 302
    assert rules.shown_values(found_rules.of(workspace)) == THEIRS


def test_limit_that_both_changed_is_asked_about(
    browser: Client, workspace: Workspace
) -> None:
    mine = opened(browser, RULES) | {"limit_per_day": "500", "late_minutes": "7"}
    rules.update(workspace=workspace, actor=None, **THEIRS)
    answer = browser.post(RULES, mine)
    assert answer.status_code == 422
    assert "By now it is: 12.50." in answer.content.decode()
    assert found_rules.of(workspace).limit_per_day == Decimal("12.50")

    browser.post(RULES, posted(answer.content))
    assert found_rules.of(workspace).limit_per_day == Decimal(500)
    assert found_rules.of(workspace).failure_after == 333


def test_text_of_a_stop_that_both_changed_is_asked_about(
    browser: Client, workspace: Workspace
) -> None:
    mine = opened(browser, STOP) | {"confirms_stop": "on", "stop_text": "Bye"}
    stop_rules.update(
        workspace=workspace, actor=None, stop_text="Farewell", languages=["de"]
    )
    answer = browser.post(STOP, mine)
    assert "By now it is: Farewell." in answer.content.decode()
    browser.post(STOP, posted(answer.content))
    kept = found_stop_rules.of(workspace)
    assert (kept.stop_text, kept.languages) == ("Bye", ["de"])
