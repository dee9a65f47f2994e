"""Two people have settings open: nobody writes over what they have not seen."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AlertRules, User, Workspace
from accounts.services import alert_choices, workspaces
from messaging.selectors import rules as found_rules
from messaging.selectors import stop_rules as found_stop_rules
from messaging.services import rules, saved_answers, stop_rules
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


def test_end_of_hours_is_asked_about_with_their_start(
    browser: Client, workspace: Workspace
) -> None:
    rules.update(
        workspace=workspace, actor=None, hours_start=time(8), hours_end=time(20)
    )
    mine = opened(browser, RULES) | {"hours_start": "09:00"}
    rules.update(workspace=workspace, actor=None, hours_start=None, hours_end=None)
    page = browser.post(RULES, mine)
    assert page.content.decode().count("By now it is: empty.") == 2
    browser.post(RULES, posted(page.content))
    kept = found_rules.of(workspace)
    assert (kept.hours_start, kept.hours_end) == (time(9), time(20))


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


def test_text_of_an_answer_that_both_changed_is_asked_about(
    browser: Client, workspace: Workspace, manager: User
) -> None:
    answer = saved_answers.create(
        workspace=workspace, actor=manager, name="Hours", text="At nine"
    )
    address = reverse("messaging:saved_answer_edit", args=[answer.pk])
    mine = opened(browser, address) | {"text": "At ten"}
    saved_answers.update(answer=answer, actor=manager, name="Open", text="At eight")
    page = browser.post(address, mine)
    assert "By now it is: At eight." in page.content.decode()
    browser.post(address, posted(page.content))
    answer.refresh_from_db()
    assert (answer.name, answer.text) == ("Open", "At ten")


def test_country_that_both_changed_is_asked_about(
    workspace: Workspace, owner: User, client_as: ClientAs
) -> None:
    browser, address = client_as(owner), reverse("accounts:workspace")
    mine = opened(browser, address) | {"country": "CH"}
    workspaces.update(
        workspace=workspace,
        actor=owner,
        name="Ours",
        country="AT",
        time_zone="Europe/Vienna",
    )
    page = browser.post(address, mine)
    assert "By now it is: Austria." in page.content.decode()
    browser.post(address, posted(page.content))
    workspace.refresh_from_db()
    assert (workspace.name, workspace.country) == ("Ours", "CH")
    assert workspace.time_zone == "Europe/Vienna"


def test_bounds_of_alerts_are_changed_at_once(
    workspace: Workspace, owner: User, client_as: ClientAs
) -> None:
    browser, address = client_as(owner), reverse("accounts:alert_choices")
    mine = opened(browser, address) | {"days_below": "3"}
    usual = AlertRules(workspace=workspace).days_below
    alert_choices.set_rules(
        workspace=workspace, actor=owner, balance_below=Decimal(40), days_below=usual
    )
    browser.post(reverse("accounts:alert_rules"), mine)
    rules = AlertRules.objects.get(workspace=workspace)
    assert (rules.balance_below, rules.days_below) == (Decimal(40), 3)
