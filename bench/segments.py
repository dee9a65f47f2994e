"""Segments over 1,000,000 contacts and 5,000,000 messages: pages, counts, audiences.

A page is what the list of a segment reads: the newest 51, and those after a key in the
middle. Some of them are also frozen as the audience of a campaign.
``python -m bench.segments`` fills its database first, which takes minutes;
``SEVEN_BENCH_DIR`` names a folder to keep it in.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

CONTACTS = int(os.environ.get("SEVEN_BENCH_CONTACTS", "1000000"))
# Each campaign went to every fifth contact, one every 16 days.
CAMPAIGNS, SHARE, EVERY_DAYS = 25, 5, 16
PAGE_MS, COUNT_MS, FROZEN_PER_S = 200, 1_000, 20_000
FROZEN = ("in a large group", "never replied", "rare city or quiet")
ROUNDS = 7
CITIES = ("Berlin", "Hamburg", "München", "Köln", "Wien", "Zürich", "Bern", "Graz")

CONTACTS_SQL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, birthday, notes, custom,
  created_at, updated_at)
SELECT %s, gen_random_uuid(), CASE WHEN mod(n, 50) = 0 THEN '' ELSE
    '+49151' || lpad(n::text, 8, '0') END, 'DE',
  'First' || mod(n, 1000), 'Last' || mod(n, 77777), '', 'p' || n || '@example.com', '',
  'Street ' || mod(n, 300), lpad(mod(n * 7, 99999)::text, 5, '0'),
  CASE WHEN mod(n, 20000) = 0 THEN 'Hiddensee' ELSE (%s::text[])[1 + mod(n, 8)] END,
  CASE WHEN mod(n, 3) > 0 THEN date '1950-01-01' + (n::bigint * 7919 %% 20000)::int END,
  '', jsonb_build_object('customer', n::text, 'points', mod(n, 1000)::text,
    'since', (date '2020-01-01' + mod(n, 2000))::text),
  now() - (1000000 - n) * interval '1 minute',
  now() - (1000000 - n) * interval '1 minute'
FROM generate_series(1, %s) AS n
"""
MEMBERS_SQL = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, id FROM contacts_contact
WHERE workspace_id = %s AND mod(id, %s) = 0 ORDER BY id
"""
OPT_OUTS_SQL = """
INSERT INTO contacts_optout
  (workspace_id, phone, channel, source, reason, created_at)
SELECT workspace_id, phone, '', 'reply', '', now() FROM contacts_contact
WHERE workspace_id = %s AND mod(id, 40) = 7 AND phone <> ''
"""
FACTS_SQL = """
INSERT INTO contacts_numberfact (workspace_id, phone, network_type, carrier, format_at,
  network, mccmnc, reachable, validity, roaming, caller_name, rcs_capabilities)
SELECT workspace_id, phone,
  CASE WHEN mod(id, 900) = 1 THEN 'fixed_line' ELSE 'mobile' END, '', now(), '', '', '',
  '', '', '', '{}'
FROM contacts_contact WHERE workspace_id = %s AND mod(id, 3) = 1 AND phone <> ''
"""
MESSAGES_SQL = """
INSERT INTO messaging_message (workspace_id, campaign_id, contact_id, channel,
  recipient, country, variables, text, parts, state, skip_reason, attempts, foreign_id,
  gateway_id, price, looks, doubts, created_at, attempted_at, accepted_at, reported_at,
  sent_on)
SELECT workspace_id, %(campaign)s, id, 'sms', phone, 'DE',
  jsonb_build_object('firstname', firstname),
  'Hello ' || firstname || ', our shop opens again on Friday. See you there!', 1,
  CASE WHEN mod(id, 17) = 0 THEN 'undelivered' ELSE 'delivered' END, '', 1,
  %(tag)s || id, %(tag)s || id, 0.075, 0, 0, %(at)s, %(at)s, %(at)s, %(at)s,
  (%(at)s)::date
FROM contacts_contact WHERE workspace_id = %(workspace)s AND phone <> ''
  AND mod(id + %(shift)s, %(share)s) = 0 ORDER BY id
"""
REPLIES_SQL = """
INSERT INTO messaging_inboundmessage (workspace_id, contact_id, channel, gateway_id,
  sender, recipient, text, is_opt_out, is_from_journal, received_at, created_at)
SELECT workspace_id, id, 'sms', id::text, phone, '', 'Yes', mod(id, 400) = 7, false,
  now() - mod(id, 400) * interval '1 day', now()
FROM contacts_contact WHERE workspace_id = %s AND mod(id, 20) = 7 AND phone <> ''
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        kept = os.environ.get("SEVEN_BENCH_DIR", folder)
        os.environ.setdefault("SEVEN_VAR_DIR", str(Path(kept) / "var"))
        os.environ |= {
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        }
        try:
            rows = _measure()
        finally:
            from seven_dashboard import embedded

            # Before their folder is taken away from under them.
            embedded.release()
    sys.stdout.write(json.dumps({"name": "segments", "rows": rows}) + "\n")


def start() -> Any:
    """Return the large workspace, filled if there is none yet."""
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", "--skip-checks", verbosity=0)
    from accounts.models import Workspace

    found = Workspace.objects.filter(slug="segments-bench").first()
    return found or _fill()


def _fill() -> Any:
    from django.db import connection

    from accounts.models import Workspace
    from contacts.models import CustomField, Group

    workspace = Workspace.objects.create(name="Segments", slug="segments-bench-part")
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS_SQL, [workspace.pk, list(CITIES), CONTACTS])
        CustomField.objects.create(
            workspace=workspace, slug="points", label="Points", kind="number"
        )
        for name, share in (("Half", 2), ("Few", 5_000)):
            group = Group.objects.create(workspace=workspace, name=name)
            cursor.execute(MEMBERS_SQL, [group.pk, workspace.pk, share])
        for sql in (OPT_OUTS_SQL, FACTS_SQL, REPLIES_SQL):
            cursor.execute(sql, [workspace.pk])
        for number in range(CAMPAIGNS):
            _send(cursor, workspace, number)
        connection.connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    Workspace.objects.filter(pk=workspace.pk).update(slug="segments-bench")
    return workspace


def _send(cursor: Any, workspace: Any, number: int) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from messaging.models import Campaign

    at = timezone.now() - timedelta(days=1 + (CAMPAIGNS - 1 - number) * EVERY_DAYS)
    campaign = Campaign.objects.create(
        workspace=workspace, name=f"Campaign {number}", state="finished", launched_at=at
    )
    values = {
        "campaign": campaign.pk,
        "workspace": workspace.pk,
        "shift": number,
        "share": SHARE,
        "tag": f"{number:02}-",
        "at": at,
    }
    cursor.execute(MESSAGES_SQL, values)
    sys.stderr.write(f"campaign {number + 1} of {CAMPAIGNS}\n")


def cases(workspace: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return what is measured: a name, and a definition."""
    from contacts.models import Group
    from messaging.models import Campaign

    group = {
        name: str(Group.objects.get(workspace=workspace, name=name).pk)
        for name in ("Half", "Few")
    }
    newest = Campaign.objects.filter(workspace=workspace).order_by("-launched_at")
    last = str(newest[0].pk)

    def line(field: str, op: str, value: Any = None) -> dict[str, Any]:
        return {"field": field, "op": op, "value": value}

    def every(*rows: Any, match: str = "all") -> dict[str, Any]:
        return {"match": match, "conditions": list(rows)}

    berlin = line("city", "is", "Berlin")
    quiet = line("last_sent", "not_within", 30)
    return [
        ("city is common", every(berlin)),
        ("city is rare", every(line("city", "is", "Hiddensee"))),
        ("last name is rare", every(line("lastname", "is", "Last4711"))),
        ("own number above", every(line("custom:points", "gt", "990"))),
        ("birthday today", every(line("birthday", "today"))),
        ("age 30 to 40", every(line("birthday", "age", [30, 40]))),
        ("added in 30 days", every(line("created_at", "within", 30))),
        ("in a large group", every(line("group", "any", [group["Half"]]))),
        ("in a small group", every(line("group", "any", [group["Few"]]))),
        ("not in a large group", every(line("group", "none", [group["Half"]]))),
        ("opted out", every(line("opt_out", "is", "sms"))),
        ("not opted out", every(line("opt_out", "is_not", "sms"))),
        ("landline", every(line("fact", "is", "landline"))),
        ("message in 30 days", every(line("last_sent", "within", 30))),
        ("no message in 30 days", every(quiet)),
        ("no message in 400 days", every(line("last_sent", "not_within", 400))),
        ("never a message", every(line("last_sent", "never"))),
        ("last undelivered", every(line("last_state", "is", "undelivered"))),
        ("delivered in 30 days", every(line("delivered", "within", 30))),
        ("replied in 30 days", every(line("replied", "within", 30))),
        ("never replied", every(line("replied", "never"))),
        ("replied STOP", every(line("replied", "stop"))),
        ("reached by campaign", every(line("campaign", "reached", [last]))),
        ("not reached by campaign", every(line("campaign", "not_reached", [last]))),
        ("5 messages in 100 days", every(line("count", "at_least", [2, 100]))),
        (
            "city, group, quiet",
            every(berlin, line("group", "any", [group["Half"]]), quiet),
        ),
        (
            "rare city or quiet",
            every(line("city", "is", "Hiddensee"), quiet, match="any"),
        ),
    ]


def _measure() -> list[dict[str, Any]]:
    workspace = start()
    rows: list[dict[str, Any]] = []
    for name, definition in cases(workspace):
        page, count, found = timings(workspace, definition)
        sys.stderr.write(f"{name:28} {found:>9,} {page:7.0f} ms {count:7.0f} ms\n")
        for what, value, wanted in (
            ("page", page, PAGE_MS),
            ("count", count, COUNT_MS),
        ):
            rows.append(
                {
                    "what": f"{what}: {name} ({found:,} of {CONTACTS:,})",
                    "value": value,
                    "unit": "ms",
                    "beside": "wanted",
                    "beside_value": wanted,
                    "ratio": value / wanted,
                }
            )
    frozen = [case for case in cases(workspace) if case[0] in FROZEN]
    return rows + [_frozen(workspace, *case) for case in frozen]


def _frozen(workspace: Any, name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Freeze a segment as an audience, but for whom the newest campaign reached."""
    from accounts.models import Connection
    from contacts.models import Segment
    from messaging.models import Campaign, Message
    from messaging.services import audiences, campaigns, drafts

    Connection.objects.get_or_create(
        workspace=workspace, defaults={"api_key": "of-the-bench"}
    )
    segment = Segment.objects.create(
        workspace=workspace, name=f"{name} {time.time()}", definition=definition
    )
    told = Campaign.objects.filter(workspace=workspace, name__startswith="Campaign")
    campaign = drafts.create(
        workspace=workspace,
        actor=None,
        name="Frozen",
        text="Hello {{ firstname }}, we have news.",
        segments=[segment],
        excluded_campaigns=[told.latest("launched_at")],
    )
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    started = time.perf_counter()
    while not audiences.freeze(campaign.pk):
        pass
    took = time.perf_counter() - started
    rows = Message.objects.filter(campaign=campaign).count()
    per_s = rows / took
    sys.stderr.write(f"frozen: {name:28} {rows:>9,} {per_s:,.0f} rows/s\n")
    return {
        "what": f"frozen: {name}, but the newest campaign's ({rows:,} rows)",
        "value": per_s,
        "unit": "rows/s",
        "beside": "wanted",
        "beside_value": FROZEN_PER_S,
        "ratio": per_s / FROZEN_PER_S,
    }


def timings(workspace: Any, definition: dict[str, Any]) -> tuple[float, float, int]:
    """Return the p95 of pages and the median of counts, in ms, and how many it has."""
    from contacts.models import Contact, Segment
    from contacts.selectors import keyset, segments

    segment = Segment(workspace=workspace, name="X", definition=definition)

    def matching() -> Any:
        question = segments.required(workspace, definition)
        return Contact.objects.filter(question, workspace=workspace)

    newest = Contact.objects.filter(workspace=workspace).order_by("-pk")[0].pk
    found = matching().count()

    def page(after: int | None) -> None:
        shown = Contact.objects.filter(segments.condition(segment), workspace=workspace)
        keyset.page(shown.defer("notes"), after=after)

    keys = (None, *(newest - CONTACTS * n // ROUNDS for n in range(1, ROUNDS)))
    pages = [_timed(partial(page, key)) for key in keys]
    counts = [_timed(lambda: matching().count()) for _ in range(2)]
    return max(pages), statistics.median(counts), found


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
