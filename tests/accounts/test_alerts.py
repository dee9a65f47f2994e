"""Alerts follow a state: opened once, closed by themselves, mailed once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import alert_words
from accounts.models import (
    Alert,
    AlertMail,
    AlertRules,
    AuditEntry,
    Connection,
    Errand,
    Membership,
    Poll,
    User,
    Workspace,
)
from accounts.rights import Right
from accounts.selectors import alerts as found
from accounts.selectors.alerts import Choice
from accounts.services import (
    account_alerts,
    alert_choices,
    alert_mails,
    alerts,
    errands,
)
from accounts.services.alerts import Seen
from tests.access import ViewAccess
from tests.fixtures import ClientAs

Kind = Alert.Kind
LOW = Seen("/account/", {"balance": "4.5", "currency": "EUR", "days_left": None})


class TestAlertList(ViewAccess):
    url_name, right, methods = "accounts:alert_list", Right.READ, ("get", "head")


class TestAlertSeen(ViewAccess):
    url_name, right = "accounts:alert_seen", Right.READ
    method, methods = "post", ("post",)


class TestAlertChoices(ViewAccess):
    url_name, right = "accounts:alert_choices", Right.READ


class TestAlertRules(ViewAccess):
    url_name, right = "accounts:alert_rules", Right.MANAGE_WORKSPACE
    method, methods = "post", ("post",)


def low(workspace: Workspace, *, is_so: bool = True) -> list[Alert]:
    return alerts.follow(
        workspace=workspace, kind=Kind.LOW_BALANCE, now={"": LOW} if is_so else {}
    )


def member(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_what_is_told_again_is_one_alert(workspace: Workspace) -> None:
    assert [len(low(workspace)) for _ in range(3)] == [1, 0, 0]


def test_alert_closes_when_its_reason_is_gone(workspace: Workspace) -> None:
    (alert,) = low(workspace)
    low(workspace, is_so=False)
    alert.refresh_from_db()
    assert alert.closed_at


def test_one_kind_does_not_close_another(workspace: Workspace) -> None:
    (alert,) = low(workspace)
    alerts.follow(workspace=workspace, kind=Kind.HOOK, now={})
    alert.refresh_from_db()
    assert alert.closed_at is None


@pytest.mark.parametrize(
    ("balance", "below", "is_low"),
    [("9.99", "10", True), ("10", "10", False), ("0", None, False)],
)
def test_balance_below_the_rule_is_low(
    connection: Connection, balance: str, below: str | None, is_low: bool
) -> None:
    AlertRules.objects.create(
        workspace=connection.workspace, balance_below=below and Decimal(below)
    )
    Connection.objects.update(balance=Decimal(balance))
    account_alerts.watch()
    assert Alert.objects.filter(kind=Kind.LOW_BALANCE).exists() is is_low


def test_last_day_of_the_balance_is_said_in_the_singular() -> None:
    facts = {"balance": "3.20", "days_left": 1}
    words = alert_words.write(Alert(kind=Kind.LOW_BALANCE, facts=facts))
    assert "for about 1 day at this pace" in words.text


def test_broken_connection_is_an_alert_until_it_works(connection: Connection) -> None:
    Connection.objects.update(state=Connection.State.BROKEN, broken_code=900)
    account_alerts.watch()
    alert = Alert.objects.get(kind=Kind.CONNECTION)
    Connection.objects.update(state=Connection.State.CONNECTED, broken_code=None)
    account_alerts.watch()
    alert.refresh_from_db()
    assert alert.closed_at


def test_alert_of_an_account_that_is_disconnected_closes(
    connection: Connection,
) -> None:
    Connection.objects.update(state=Connection.State.BROKEN, broken_code=900)
    account_alerts.watch()
    connection.delete()
    account_alerts.watch()
    assert Alert.objects.get().closed_at


@pytest.mark.parametrize(
    ("minutes", "failures", "code", "is_away"),
    [
        (31, 5, None, True),
        (29, 5, None, False),
        (31, 5, 902, False),
        # This server was off itself, and now the first tries fail.
        (600, 2, None, False),
    ],
)
def test_gateway_that_is_away_for_long_is_a_lost_connection(
    minutes: int,
    failures: int,
    code: int | None,
    is_away: bool,
    connection: Connection,
) -> None:
    Poll.objects.create(
        connection=connection,
        kind=Poll.Kind.BALANCE,
        due_at=timezone.now(),
        succeeded_at=timezone.now() - timedelta(minutes=minutes),
        failures=failures,
        code=code,
    )
    account_alerts.watch()
    found = Alert.objects.filter(kind=Kind.CONNECTION).first()
    assert bool(found) is is_away
    if found:
        assert "half an hour" in alert_words.write(found).title


def test_act_that_waits_for_a_word_is_an_alert_until_it_is_given(
    connection: Connection, owner: User
) -> None:
    errand = Errand.objects.create(
        workspace=connection.workspace,
        connection=connection,
        kind=Errand.Kind.TRANSFER,
        subject="77",
        subject_name="Ada",
        values={"amount": "20.00"},
        token="a",
        state=Errand.State.UNCLEAR,
    )
    assert account_alerts.watch_errands() == 1
    alert = Alert.objects.get()
    words = alert_words.write(alert)
    assert "20.00" in words.text and "Ada" in words.text
    assert alert.path == reverse("accounts:subaccount_list")
    errands.settle(errand=errand, actor=owner, was_done=False)
    assert account_alerts.watch_errands() == 0
    alert.refresh_from_db()
    assert alert.closed_at


def test_mail_says_what_is_wrong_and_where_to_go(
    workspace: Workspace, owner: User, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://sms.example.com"
    low(workspace)
    alert_mails.send_due()
    (sent,) = mail.outbox
    assert sent.to == [owner.email]
    assert "The balance is low" in sent.subject
    assert "https://sms.example.com/account/" in sent.body


def test_mail_is_in_the_language_of_the_person(
    workspace: Workspace, owner: User
) -> None:
    User.objects.update(language="de")
    low(workspace)
    alert_mails.send_due()
    assert "Guthaben" in mail.outbox[0].subject


def test_several_alerts_are_one_mail(workspace: Workspace, owner: User) -> None:
    low(workspace)
    alerts.follow(
        workspace=workspace,
        kind=Kind.CONNECTION,
        now={"": Seen("/account/connection/", {"code": 900})},
    )
    alert_mails.send_due()
    assert len(mail.outbox) == 1
    assert "2 alerts" in mail.outbox[0].subject


def test_mail_is_sent_once(workspace: Workspace, owner: User) -> None:
    low(workspace)
    for _ in range(2):
        alert_mails.send_due()
    assert len(mail.outbox) == 1


def test_what_comes_and_goes_is_mailed_once_in_hours(
    workspace: Workspace, owner: User
) -> None:
    for _ in range(3):
        low(workspace)
        alert_mails.send_due()
        low(workspace, is_so=False)
    assert (len(mail.outbox), Alert.objects.count()) == (1, 3)


def test_what_came_again_and_stays_is_mailed_in_the_end(
    workspace: Workspace, owner: User
) -> None:
    low(workspace)
    alert_mails.send_due()
    low(workspace, is_so=False)
    low(workspace)
    alert_mails.send_due()
    assert len(mail.outbox) == 1
    later = timezone.now() + alerts.MAILED_ONCE_IN
    with time_machine.travel(later, tick=False):
        alert_mails.send_due()
    assert len(mail.outbox) == 2


def test_nobody_is_mailed_about_what_is_over(workspace: Workspace, owner: User) -> None:
    low(workspace)
    low(workspace, is_so=False)
    assert alert_mails.send_due()["over"] == 1
    assert mail.outbox == []


def test_what_is_told_once_is_mailed_though_it_is_over(
    workspace: Workspace, owner: User
) -> None:
    for _ in range(2):
        alerts.tell(workspace=workspace, kind=Kind.LOW_BALANCE, subject="x", seen=LOW)
        alert_mails.send_due()
    assert len(mail.outbox) == 1
    assert not Alert.objects.get().is_over


def test_open_alert_tells_how_it_is_now(workspace: Workspace) -> None:
    (alert,) = low(workspace)
    emptier = Seen(LOW.path, {**LOW.facts, "balance": "0.2"})
    alerts.follow(workspace=workspace, kind=Kind.LOW_BALANCE, now={"": emptier})
    alert.refresh_from_db()
    assert "0.20" in alert_words.write(alert).text


def test_who_left_the_workspace_is_not_mailed(
    workspace: Workspace, owner: User
) -> None:
    low(workspace)
    Membership.objects.filter(user=owner).delete()
    alert_mails.send_due()
    assert mail.outbox == []


def test_mail_that_could_not_be_sent_is_tried_again(
    workspace: Workspace, owner: User, settings: LazySettings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    low(workspace)
    assert alert_mails.send_due()["failed"] == 1
    planned = AlertMail.objects.get()
    assert planned.tries == 1 and planned.due_at and planned.sent_at is None


def test_person_chooses_what_they_are_mailed(workspace: Workspace, owner: User) -> None:
    choices = {str(Kind.LOW_BALANCE): Choice(in_app=True, by_mail=False)}
    alert_choices.choose(membership=member(owner), choices=choices)
    low(workspace)
    alert_mails.send_due()
    assert mail.outbox == []


def test_kind_that_is_switched_off_is_not_counted(
    workspace: Workspace, reader: User
) -> None:
    low(workspace)
    assert found.unseen(member(reader)) == 1
    off = {str(Kind.LOW_BALANCE): Choice(in_app=False, by_mail=False)}
    alert_choices.choose(membership=member(reader), choices=off)
    assert found.unseen(member(reader)) == 0


def test_reading_is_each_persons_own(
    workspace: Workspace, owner: User, reader: User, client_as: ClientAs
) -> None:
    (alert,) = low(workspace)
    client_as(owner).post(reverse("accounts:alert_seen"), {"until": alert.pk})
    assert (found.unseen(member(owner)), found.unseen(member(reader))) == (0, 1)


def test_bell_counts_what_is_new(
    workspace: Workspace, reader: User, client_as: ClientAs
) -> None:
    browser: Client = client_as(reader)
    low(workspace)
    page = browser.get(reverse("accounts:alert_list")).content.decode()
    assert 'class="bell-count" aria-hidden="true">1<' in page
    assert "4.50" in page and "Top it up" in page


def test_bell_of_an_open_page_follows_with_the_balance(
    workspace: Workspace, reader: User, client_as: ClientAs
) -> None:
    browser = client_as(reader)
    low(workspace)

    def bell(shown: str) -> Tag | None:
        answer = browser.get(reverse("accounts:balance"), {"alerts": shown})
        return BeautifulSoup(answer.content, "html.parser").select_one("#bell")

    assert bell("1") is None
    newer = bell("0")
    assert newer and newer["hx-swap-oob"] == "true"
    assert newer.select_one(".bell-count")


def test_alerts_of_another_workspace_are_not_shown(
    other_workspace: Workspace, reader: User, client_as: ClientAs
) -> None:
    low(other_workspace)
    page = client_as(reader).get(reverse("accounts:alert_list")).content.decode()
    assert "The balance is low" not in page


def test_rules_are_kept_and_in_the_trail(
    workspace: Workspace, owner: User, client_as: ClientAs
) -> None:
    posted = {"balance_below": "25", "days_below": ""}
    client_as(owner).post(reverse("accounts:alert_rules"), posted)
    rules = found.rules(workspace)
    assert (rules.balance_below, rules.days_below) == (Decimal(25), None)
    assert AuditEntry.objects.filter(action="alert_rules.update").count() == 1
