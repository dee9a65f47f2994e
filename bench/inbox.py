"""The inbox at size: 200,000 messages that came in beside 5,000,000 that went out.

Each box is asked through the real views: first pages, those after them, conversations
of every age, searches, and the poll of an open page. The list stands beside the query
that one would write first, which groups the messages by number. Figures are
milliseconds of one process; 95 of 100 pages took no longer than ``value``.
BENCH_INBOX_SENT makes the number of sent messages another one.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from bench._page_rows import row, took_ms
from bench.imports import own_database

CAME = 200_000
SENT = int(os.environ.get("BENCH_INBOX_SENT", "5000000"))
# People who write, contacts that are known, and who gets campaigns.
PEOPLE, CONTACTS, RECIPIENTS = 50_000, 200_000, 1_000_000
WANTED_MS = 200
SLICE = 250_000
PERSONS = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom, created_at,
  updated_at)
SELECT %(workspace)s, gen_random_uuid(), '+49171' || (1000000 + n * 2), 'DE',
  (ARRAY['Anna','Jörg','Ömer','Zoë','Björn','Chloé','Peter','Maria','Lars','Ines'])
    [1 + mod(hashint4(n) & 65535, 10)],
  'Name' || substr(md5(n::text), 1, 5), '', 'p' || n || '@example.com',
  '', '', '', '', '', '{}', now(), now()
FROM generate_series(1, %(many)s) AS n
"""
INBOUND = """
INSERT INTO messaging_inboundmessage (workspace_id, channel, gateway_id, sender,
  recipient, text, is_opt_out, is_from_journal, received_at, created_at)
SELECT %(workspace)s, CASE WHEN mod(n, 40) = 0 THEN 'rcs' ELSE 'sms' END, n::text,
  '+49171' || (1000000 + mod(hashint4(n) & 2147483647, %(people)s)),
  '491771783130',
  (ARRAY['Thank you','When do you open?','Two loaves please','Ok','See you on Friday',
    'Is there parking?','My order is ' || md5(n::text), 'Danke'])
    [1 + mod(hashint4(n + 3) & 65535, 8)],
  false, false, now() - (%(came)s - n) * interval '20 seconds', now()
FROM generate_series(1, %(came)s) AS n
"""
OUTBOUND = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts, mccmnc, created_at, attempted_at, accepted_at, reported_at, sent_on)
SELECT %(workspace)s, %(campaign)s, 'sms', '+49171' || (1000000 + n), 'DE', '{}',
  'Our new bread list is out.', 1, 'delivered', '', 1, '', '', 0, 0, '', now(), now(),
  now(), now(), now()::date
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
SORTED = """
UPDATE messaging_conversation SET
  state = CASE WHEN mod(id, 10) < 5 THEN 'open' WHEN mod(id, 10) = 5 THEN 'snoozed'
    ELSE 'closed' END,
  snoozed_until = CASE WHEN mod(id, 10) = 5 THEN now() + interval '1 day' END,
  unread = CASE WHEN mod(id, 50) = 0 THEN 2 ELSE 0 END,
  assigned_to_id = CASE WHEN mod(id, 4) = 0 THEN %(user)s::uuid END
WHERE workspace_id = %(workspace)s
"""
OPT_OUTS = """
INSERT INTO contacts_optout (workspace_id, phone, channel, source, reason, created_at)
SELECT workspace_id, number, '', 'reply', '', now() FROM messaging_conversation
WHERE workspace_id = %s AND mod(id, 60) = 1
"""
NAIVE = """
SELECT number, max(at) AS newest FROM (
  SELECT sender AS number, received_at AS at FROM messaging_inboundmessage
  WHERE workspace_id = %s
  UNION ALL
  SELECT recipient, attempted_at FROM messaging_message WHERE workspace_id = %s
) AS said GROUP BY number ORDER BY newest DESC LIMIT 41
"""
BOXES = ("", "unread", "mine", "unassigned", "snoozed", "closed", "opted_out", "all")
SEARCHES = {
    "common words": ("thank you", "danke", "open"),
    "rare words": ("c4ca4238a0", "order is 98f1", "qzqzqz"),
    "names": ("anna", "name1679", "zoë name"),
    "numbers": ("0171 1012345", "+49 171 10123", "12345"),
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    # While debugging, Django keeps every query that it has made.
    settings = {"DEBUG": False, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**settings), own_database():
        workspace, browser, filled_s = _fill()
        rows = list(_measure(workspace, browser))
        rows.append(
            _figure("rows made by the migration, a second", CAME / filled_s, "messages")
        )
    sys.stdout.write(json.dumps({"name": "inbox", "rows": rows}) + "\n")
    return 0


def _fill() -> tuple[Any, Any, float]:
    """Return the workspace, its browser, and how long the migration took."""
    from django.db import connection
    from django.test import Client

    from accounts.models import Membership, Role, User, Workspace
    from messaging.models import Campaign

    workspace = Workspace.objects.create(name="Bench", slug="bench")
    user = User.objects.create_user("bench@example.com")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    known = {"workspace": workspace.pk, "user": user.pk}
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, {**known, "many": CONTACTS})
        cursor.execute(INBOUND, {**known, "came": CAME, "people": PEOPLE})
        # The tallies would count what is filled in here.
        cursor.execute("ALTER TABLE messaging_message DISABLE TRIGGER USER")
        for start in range(0, SENT, RECIPIENTS):
            campaign = Campaign.objects.create(workspace=workspace, name=str(start))
            for first in range(1, min(RECIPIENTS, SENT - start), SLICE):
                span = {"first": first, "last": first + SLICE - 1}
                cursor.execute(OUTBOUND, {**known, "campaign": campaign.pk, **span})
        cursor.execute("ALTER TABLE messaging_message ENABLE TRIGGER USER")
        filled_s = _backfill(connection)
        cursor.execute(SORTED, known)
        cursor.execute(OPT_OUTS, [workspace.pk])
        # What autovacuum does some minutes later.
        cursor.execute("VACUUM ANALYZE")
    browser = Client()
    browser.force_login(user)
    browser.get("/inbox/")
    return workspace, browser, filled_s


def _backfill(connection: Any) -> float:
    from django.apps import apps

    module = import_module("messaging.migrations.0018_fill_conversations")
    began = time.perf_counter()
    with connection.schema_editor(atomic=False) as editor:
        module.fill(apps, editor)
    return time.perf_counter() - began


def _measure(workspace: Any, browser: Any) -> Iterator[dict[str, object]]:
    everything: list[float] = []
    naive = took_ms(lambda: _naive(workspace))
    lists = [ms for box in BOXES for ms in _walk(browser, f"box={box}")]
    lists += [ms for box in BOXES for ms in _walk(browser, f"box={box}&channel=rcs")]
    yield row(f"lists, {len(lists)} pages", lists, "grouping the messages", naive)
    talks = [_get(browser, f"/inbox/{one}/")[1] for one in _some(workspace)]
    yield row(f"conversations, {len(talks)} pages", talks, "grouping", naive)
    everything += lists + talks
    for kind, words in SEARCHES.items():
        found = [ms for text in words for ms in _walk(browser, f"q={text}")]
        yield row(f"search by {kind}, {len(found)} pages", found, "wanted", WANTED_MS)
        everything += found
    yield row("every page of the inbox", everything, "wanted", WANTED_MS)
    polls = list(_polls(workspace, browser))
    yield row(f"polls without news, {len(polls)}", polls, "a page", lists[0])


def _walk(browser: Any, query: str) -> Iterator[float]:
    """Yield the milliseconds of the first pages of a list."""
    address = f"/inbox/?{query}"
    for _page in range(4):
        page, took_ms = _get(browser, address)
        yield took_ms
        found = re.search(r'rel="next" href="([^"]+)"', page)
        if not found:
            return
        address = html.unescape(found[1])


def _some(workspace: Any) -> list[str]:
    """Return conversations of every age."""
    from messaging.models import Conversation

    rows = Conversation.objects.filter(workspace=workspace).order_by("stands_at")
    return [str(one) for one in rows.values_list("uuid", flat=True)[::1000]]


def _polls(workspace: Any, browser: Any) -> Iterator[float]:
    for one in _some(workspace)[:30]:
        page, _took = _get(browser, f"/inbox/{one}/")
        page, _took = _get(browser, f"/inbox/{one}/")
        found = re.search(r'id="inbox-news"[^>]* hx-get="([^"]+)"', page)
        assert found
        began = time.perf_counter()
        answer = browser.get(html.unescape(found[1]), headers={"HX-Request": "true"})
        yield (time.perf_counter() - began) * 1000
        assert answer.status_code == 204, answer.status_code


def _get(browser: Any, address: str) -> tuple[str, float]:
    began = time.perf_counter()
    answer = browser.get(address)
    took_ms = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode(), took_ms


def _naive(workspace: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(NAIVE, [workspace.pk, workspace.pk])
        cursor.fetchall()


def _figure(what: str, value: float, unit: str) -> dict[str, object]:
    sys.stderr.write(f"  {what}: {value:,.0f} {unit}\n")
    return {
        "what": what,
        "value": value,
        "unit": unit,
        "beside": "-",
        "beside_value": value,
        "ratio": 1.0,
    }


if __name__ == "__main__":
    sys.exit(main())
