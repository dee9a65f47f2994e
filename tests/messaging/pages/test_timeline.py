"""What has passed between us and a person: every source, every entry once."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from contacts.models import BulkTrace, Contact
from contacts.selectors import bulk_traces
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import (
    bulk_jobs,
    bulk_runs,
    contacts,
    groups,
    merges,
    opt_outs,
)
from messaging.models import Campaign, InboundMessage, Message
from messaging.selectors import timeline
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


def address(contact: Contact) -> str:
    return reverse("messaging:contact_timeline", args=[contact.uuid])


def reply(contact: Contact, text: str, **fields: object) -> InboundMessage:
    usual = {"channel": "sms", "sender": contact.phone, "received_at": timezone.now()}
    return InboundMessage.objects.create(
        workspace=contact.workspace,
        gateway_id=str(InboundMessage.objects.count()),
        text=text,
        **{**usual, **fields},
    )


def send(contact: Contact, n: int, **fields: object) -> Message:
    campaign = Campaign.objects.create(workspace=contact.workspace, name=f"C{n}")
    return Message.objects.create(
        workspace=contact.workspace,
        campaign=campaign,
        recipient=contact.phone,
        **fields,
    )


def whole(contact: Contact, show: str = "") -> list[tuple[str, int]]:
    """Return every entry of all pages."""
    seen, cursor = [], ""
    while True:
        page = timeline.of_contact(contact, show=show, after=cursor)
        seen += [(entry.source, entry.row.pk) for entry in page.entries]
        if page.after is None:
            return seen
        cursor = page.after


def test_both_directions_are_shown_newest_first(
    browser: Client, contact: Contact, add_messages: AddMessages
) -> None:
    add_messages(MessageState.DELIVERED, recipient=contact.phone, text="Hi Anna!")
    reply(contact, "Thanks")
    response = browser.get(address(contact), headers=HTMX)
    assert words(response, ".bubble") == "Thanks Hi Anna!"


def test_message_shows_state_campaign_and_price(
    browser: Client, contact: Contact, add_messages: AddMessages
) -> None:
    add_messages(MessageState.DELIVERED, recipient=contact.phone, text="Hi")
    shown = words(browser.get(address(contact)), ".bubble-meta")
    assert "Delivered" in shown and "0.075 €" in shown


def test_call_shows_how_long_it_took(browser: Client, contact: Contact) -> None:
    send(contact, 1, channel="voice", duration_s=75, state=MessageState.DELIVERED)
    shown = words(browser.get(address(contact), {"show": "calls"}), ".bubble-meta")
    assert "Call, 1 min" in shown


def test_changes_show_before_and_after(browser: Client, contact: Contact) -> None:
    contacts.update(contact=contact, actor=None, city="Ulm")
    shown = words(browser.get(address(contact), {"show": "changes"}), ".entry-note")
    assert "Contact changed City Ulm" in shown


def test_opt_out_is_part_of_it(browser: Client, contact: Contact) -> None:
    opt_outs.add(
        workspace=contact.workspace, phone=contact.phone, source="reply", reason="STOP"
    )
    assert "Opted out" in words(browser.get(address(contact)), ".entry-note")


@pytest.mark.parametrize(
    ("show", "sources"),
    [
        ("messages", {"message", "reply"}),
        ("replies", {"reply"}),
        ("calls", {"message"}),
        ("changes", {"consent", "change"}),
    ],
)
def test_filter_shows_one_kind(contact: Contact, show: str, sources: set[str]) -> None:
    send(contact, 1)
    send(contact, 2, channel="voice")
    reply(contact, "Hi")
    contacts.update(contact=contact, actor=None, city="Ulm")
    opt_outs.add(workspace=contact.workspace, phone=contact.phone, source="manual")
    found = whole(contact, show)
    assert {source for source, _pk in found} == sources
    assert len(found) == len(sources)


def test_pages_hold_each_entry_once_whatever_the_times_say(contact: Contact) -> None:
    now = timezone.now()
    for n in range(30):
        # Sent in another order than they were queued, like a paused campaign.
        send(contact, n, attempted_at=now - timedelta(minutes=(n * 7) % 30))
        reply(contact, "Hi", received_at=now - timedelta(minutes=(n * 11) % 30))
    found = whole(contact)
    assert len(found) == len(set(found)) == 60


def test_messages_of_a_former_number_are_there(
    workspace: Workspace, contact: Contact
) -> None:
    twin = contacts.create(workspace=workspace, actor=None, phone="+491719999999")
    theirs = send(twin, 1)
    merges.merge(
        workspace=workspace,
        kept=contact.uuid,
        other=twin.uuid,
        actor=None,
        choices={"phone": "kept"},
    )
    assert ("message", theirs.pk) in whole(contact)
    assert "change" in {source for source, _pk in whole(contact)}


def test_older_entries_are_a_link_that_keeps_the_filter(
    browser: Client, contact: Contact
) -> None:
    for n in range(21):
        reply(contact, f"No. {n}")
    page = soup(browser.get(address(contact), {"show": "replies"}))
    link = page.select_one(".older a")
    assert link and "show=replies" in str(link["href"])
    assert words(browser.get(str(link["href"])), ".bubble") == "No. 0"


def test_message_on_its_way_is_asked_for_again(
    browser: Client, contact: Contact
) -> None:
    message = send(contact, 1, state=MessageState.ACCEPTED)
    row = soup(browser.get(address(contact))).select_one(f"#message-{message.pk}")
    assert row
    Message.objects.update(state=MessageState.DELIVERED)
    answer = browser.get(str(row["hx-get"]))
    assert (answer.status_code, "hx-get" in answer.content.decode()) == (286, False)


def test_old_message_is_not_asked_for_again(browser: Client, contact: Contact) -> None:
    message = send(contact, 1, state=MessageState.ACCEPTED)
    Message.objects.update(created_at=timezone.now() - timedelta(hours=1))
    row = soup(browser.get(address(contact))).select_one(f"#message-{message.pk}")
    assert row and not row.get("hx-get")


def test_message_of_somebody_else_is_not_shown(
    browser: Client, contact: Contact, message: Message
) -> None:
    where = reverse("messaging:timeline_message", args=[contact.uuid, message.pk])
    assert browser.get(where).status_code == 404


def test_group_of_a_job_is_part_of_it(
    browser: Client, owner: User, contact: Contact
) -> None:
    group = groups.create(workspace=contact.workspace, name="VIP", actor=None)
    job = bulk_jobs.start(
        workspace=contact.workspace,
        actor=owner,
        choice=Choice(Filter()),
        act="add",
        group=group,
    )
    assert bulk_runs.run(job.id)
    shown = words(browser.get(address(contact), {"show": "changes"}), ".entry-note")
    assert f"Contact added to a group Group VIP {owner.display_name}" in shown
    assert ("moved", BulkTrace.objects.get().pk) in whole(contact)


# Of each thousand jobs one has moved the person; of each its span holds a row.
FILL_TRACES = """
WITH job AS (
  INSERT INTO contacts_bulkjob (id, workspace_id, state, act, error, total, done,
    bookmark, breakdowns, created_at, criteria, uuids, newest_id, chosen_by, changed,
    takes_group, subject, field, value, channel, reason, is_forgotten)
  SELECT gen_random_uuid(), %(workspace)s::uuid, 'finished', 'add', '', 0, 0, 0, 0,
    now(), '{}', '[]', 0, '{}', 0, false, 'VIP', '', '', '', '', true
  FROM generate_series(1, 2000) RETURNING id)
INSERT INTO contacts_bulktrace (workspace_id, job_id, is_undo, span, bits, at)
SELECT %(workspace)s::uuid, job.id, false, span,
    set_bit(decode(repeat('00', 4096), 'hex'), %(bit)s,
      (row_number() OVER () %% 1000 = 0)::int), now()
FROM job, generate_series(%(span)s, %(span)s + 3) AS span
"""


def test_jobs_are_read_by_the_contact_and_not_by_whom_they_moved(
    contact: Contact,
) -> None:
    span, bit = divmod(contact.pk, BulkTrace.SPAN)
    workspace = str(contact.workspace_id)
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(FILL_TRACES, {"workspace": workspace, "span": span, "bit": bit})
        cursor.execute("ANALYZE contacts_bulktrace, contacts_bulkjob")
        rows = bulk_traces.of_contact(contact).order_by("-pk")[:21]
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        plan = json.dumps(cursor.fetchone()[0])
    traces = r'"Node Type": "([^"]*)"[^{}]*"Relation Name": "contacts_bulktrace"'
    assert re.findall(traces, plan) == ["Index Scan"] and "bulk_trace_span" in plan
    passed = sum(map(int, re.findall(r'"Rows Removed by Filter": (\d+)', plan)))
    assert 0 < passed < 2000


# One of hundreds is the person's own: a few rows the planner may as well sort.
FILL = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts)
SELECT %s, campaign.id, 'sms',
  CASE n WHEN 1 THEN %s ELSE '+49151' || (1000000 + n) END,
  '', '{}', '', 1, 'delivered', '', 1, '', '', 0, 0
FROM generate_series(1, 30) AS n, messaging_campaign AS campaign
"""


def test_page_reads_by_index(contact: Contact) -> None:
    with transaction.atomic(), database.cursor() as cursor:
        Campaign.objects.bulk_create(
            Campaign(workspace=contact.workspace, name=f"C{n}") for n in range(500)
        )
        cursor.execute(FILL, [contact.workspace_id, contact.phone])
        cursor.execute("ANALYZE messaging_message, messaging_campaign")
        with CaptureQueriesContext(database) as queries:
            timeline.of_contact(contact)
        sent = [q["sql"] for q in queries if 'FROM "messaging_message"' in q["sql"]]
        assert len(sent) == 1
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sent[0]}")
        plan = json.dumps(cursor.fetchone()[0])
    assert "message_person" in plan and "Sort" not in plan
