"""The log of calls and the answers of a campaign are read by index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors import call_log, recipients
from messaging.selectors.call_filters import Filter
from messaging.selectors.recipients import Filter as Narrowed
from tests.filled import filled
from tests.messaging.pages.test_plans import read_by

pytestmark = pytest.mark.django_db

# 30,000 calls and as many SMS, few unclear ones; of those that somebody took all but
# one of 150 have a key.
MESSAGES = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts, attempted_at)
SELECT %(workspace)s, %(campaign)s, %(channel)s, %(start)s || (1000000 + n), 'DE', '{}',
  'Hello', 1,
  CASE WHEN mod(n, 1000) = 1 THEN 'unclear' WHEN mod(n, 10) = 0
       THEN 'undelivered' ELSE 'delivered' END,
  '', 1, '', n::text, 0, 0, now() - n * interval '1 minute'
FROM generate_series(1, 30000) AS n
"""
KEYS = """
INSERT INTO messaging_callkeys (message_id, workspace_id, campaign_id, digits, answer,
  changed_at)
SELECT id, workspace_id, campaign_id, CASE WHEN is_other THEN '9' ELSE '1' END,
  CASE WHEN is_other THEN '' ELSE '1' END, now()
FROM messaging_message AS m
CROSS JOIN LATERAL (SELECT mod(hashint8(m.id) & 65535, 300) = 7) AS o (is_other)
WHERE campaign_id = %(campaign)s AND has_keys
"""
PRESSED = """
UPDATE messaging_message SET has_keys = true
WHERE campaign_id = %(campaign)s AND state = 'delivered'
  AND mod(hashint8(id) & 65535, 150) > 0
"""
INCOMING = """
INSERT INTO messaging_incomingcall (workspace_id, gateway_id, caller, recipient, state,
  digits, called_at, created_at)
SELECT %(workspace)s, n::text, '+49172' || (1000000 + n), '', 'received', '',
  now() - n * interval '7 minutes', now()
FROM generate_series(1, 20000) AS n
"""


@pytest.fixture(scope="module")
def large(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Campaign]:
    def fill() -> Campaign:
        workspace = Workspace.objects.create(name="Large", slug="large-calls")
        options = {"keys": {"1": "confirm"}}
        for channel, start in (("sms", "+49170"), ("voice", "+49171")):
            campaign = Campaign.objects.create(
                workspace=workspace, name=channel, channel=channel, options=options
            )
            values: dict[str, Any] = {
                "workspace": workspace.pk,
                "campaign": campaign.pk,
                "channel": channel,
                "start": start,
            }
            with connection.cursor() as cursor:
                cursor.execute(MESSAGES, values)
        with connection.cursor() as cursor:
            cursor.execute(PRESSED, values)
            cursor.execute(KEYS, values)
            cursor.execute(INCOMING, values)
            for table in ("message", "callkeys", "incomingcall", "campaign"):
                cursor.execute(f"ANALYZE messaging_{table}")
        return campaign

    with filled(django_db_blocker, fill) as made:
        yield made


@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        ({}, 400),
        ({"direction": "in"}, 200),
        ({"course": "unclear"}, 400),
        ({"course": "answered"}, 600),
        ({"course": "unanswered"}, 600),
        ({"text": "+491711000007"}, 300),
        ({"key": "any"}, 3_000),
        ({"key": "none"}, 600),
        ({"date_from": "2020-01-01"}, 400),
    ],
    ids=str,
)
def test_page_reads_little_of_the_tables(
    large: Campaign, wanted: dict[str, str], most: int
) -> None:
    first = call_log.page(large.workspace, Filter(**wanted))
    assert first.calls
    count, whole = read_by(
        lambda: call_log.page(large.workspace, Filter(**wanted), after=first.after)
    )
    assert not whole & {"messaging_message", "messaging_incomingcall"}
    assert count <= most


@pytest.mark.parametrize(
    ("answer", "most"), [("1", 600), ("other", 500), ("none", 100)]
)
def test_recipients_with_an_answer_are_found_by_index(
    large: Campaign, answer: str, most: int
) -> None:
    wanted = Narrowed(answer=answer)
    assert recipients.page(large, wanted).rows
    count, whole = read_by(lambda: recipients.page(large, wanted))
    assert "messaging_message" not in whole
    assert count <= most
