"""Pages of contacts at size: a million in a workspace, asked through the real views.

Each kind of page is asked with several words, orders, first pages, those after them
and pages in the middle, and stands beside the bare query of its first page. The
figures are milliseconds of one process; 95 of 100 pages took no longer than ``value``.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bench._page_rows import row, took_ms
from bench.imports import own_database

ROWS = 1_000_000
WANTED_MS = 200
Words = dict[str, str]
FILL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom, created_at,
  updated_at)
SELECT %(workspace)s, gen_random_uuid(),
  CASE WHEN mod(n, 50) = 0 THEN '' WHEN mod(n, 97) = 0 THEN '+43664' || (1000000 + n)
    WHEN mod(n, 100003) = 5 THEN '+42379' || (10000 + n) ELSE '+49171' || (1000000 + n)
  END,
  CASE WHEN mod(n, 50) = 0 THEN '' WHEN mod(n, 97) = 0 THEN 'AT'
    WHEN mod(n, 100003) = 5 THEN 'LI' ELSE 'DE' END,
  (ARRAY['Anna','Jörg','Ömer','Zoë','Björn','Chloé','Peter','Maria','Lars','Ines'])
    [1 + mod(hashint4(n) & 65535, 10)],
  (ARRAY['Müller','Schmidt','O''Brien','Nguyễn','Straße','Weiß','Łukasz','Öztürk'])
    [1 + mod(hashint4(n + 7) & 65535, 8)]
    || CASE WHEN mod(n, 10) < 7 THEN substr(md5(n::text), 1, 5) ELSE '' END,
  CASE WHEN mod(n, 10) = 0 THEN 'Firma ' || mod(n, 5000) ELSE '' END,
  'p' || n || '@' || (ARRAY['example.com','mail.example'])[1 + mod(n, 2)],
  '', '', '', '', '',
  jsonb_build_object('nr', 'K' || (100000 + n),
    'city', (ARRAY['Berlin','Hamburg','Köln','Zürich'])[1 + mod(n, 4)]),
  now() - (%(rows)s - n) * interval '40 seconds',
  now() - (%(rows)s - n) * interval '40 seconds'
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
MEMBERS = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, id FROM contacts_contact WHERE workspace_id = %s AND mod(id, %s) = 0
"""
OPT_OUTS = """
INSERT INTO contacts_optout (workspace_id, phone, channel, source, reason, created_at)
SELECT workspace_id, phone, '', 'reply', '', now() FROM contacts_contact
WHERE workspace_id = %s AND phone <> '' AND mod(id, 98) = 7
"""
FACTS = """
INSERT INTO contacts_numberfact (workspace_id, phone, network_type, carrier, format_at,
  network, mccmnc, reachable, validity, roaming, hlr_at, caller_name, rcs_capabilities,
  has_rcs, rcs_at)
SELECT workspace_id, phone, CASE WHEN mod(id, 500) = 0 THEN 'fixed_line' ELSE 'mobile'
  END, 'Telekom', now(), '', '', CASE WHEN mod(id, 700) = 0 THEN 'absent' ELSE
  'reachable' END, 'valid', '', now(), '', '{}', mod(id, 3) = 0, now()
FROM contacts_contact WHERE workspace_id = %s AND phone <> '' AND mod(id, 10) = 0
"""


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
        workspace, groups = _fill()
        rows = list(_measure(workspace, _kinds(groups)))
    sys.stdout.write(json.dumps({"name": "pages", "rows": rows}) + "\n")
    return 0


def _fill() -> tuple[Any, dict[str, str]]:
    from django.db import connection

    from accounts.models import Workspace
    from contacts.models import CustomField, Group

    workspace = Workspace.objects.create(name="Bench", slug="bench")
    for slug in ("nr", "city"):
        CustomField.objects.create(workspace=workspace, slug=slug, label=slug)
    groups = {}
    with connection.cursor() as cursor:
        for first in range(1, ROWS, 100_000):
            span = {"first": first, "last": first + 99_999, "rows": ROWS}
            cursor.execute(FILL, {"workspace": workspace.pk, **span})
        for name, nth in (("half", 2), ("hundredth", 101), ("few", 10_007)):
            group = Group.objects.create(workspace=workspace, name=name)
            cursor.execute(MEMBERS, [group.pk, workspace.pk, nth])
            groups[name] = str(group.pk)
        cursor.execute(OPT_OUTS, [workspace.pk])
        cursor.execute(FACTS, [workspace.pk])
        # What autovacuum does some minutes after an import.
        cursor.execute("VACUUM ANALYZE")
    return workspace, groups


def _kinds(groups: dict[str, str]) -> dict[str, list[Words]]:
    """Return the kinds of pages, each with several filters."""
    day = dt.date.today()
    ago = [(day - dt.timedelta(days=n)).isoformat() for n in (1, 7, 100)]
    own = [("nr", "is", "K155555"), ("city", "is", "Köln"), ("city", "contains", "urg")]
    return {
        "list": [{}],
        "name": [{"q": text} for text in ("anna müller", "Łukasz", "ines weiss1f")],
        "number": [{"q": text} for text in ("0171 1777777", "+49 (0)171 16", "77777")],
        "e-mail": [{"q": text} for text in ("p77777@", "p123456@example.com")],
        "own value": [{"q": text} for text in ("k177777", "köln", "zürich anna")],
        "no match": [
            {"q": text} for text in ("qzqzqz", "anna qzqzqz", "0171 999999999")
        ],
        "half of all": [{"q": text} for text in ("example.com", "mail.example anna")],
        "two letters": [{"q": text} for text in ("an", "z", "qx", "zo mü")],
        "group": [{"group": group} for group in groups.values()],
        "group and word": [
            {"group": group, "q": text}
            for group in groups.values()
            for text in ("anna", "qzqzqz")
        ],
        "opt-out": [{"state": "opted_out"}, {"state": "reachable", "q": "anna"}],
        "country": [{"country": code} for code in ("DE", "AT", "LI", "FR")],
        "has number": [{"number": "with"}, {"number": "without"}],
        "since": [{"added": one} for one in ago] + [{"changed": one} for one in ago],
        "own field": [
            {"field": slug, "how": how, "value": value} for slug, how, value in own
        ],
        "facts": [{"fact": word} for word in ("landline", "rcs", "absent", "never")],
    }


def _measure(
    workspace: Any, kinds: dict[str, list[Words]]
) -> Iterator[dict[str, object]]:
    browser = _browser(workspace)
    everything: list[float] = []
    for kind, filters in kinds.items():
        pages = [ms for words in filters for ms in _walk(browser, workspace, words)]
        bare = statistics.median(_bare(workspace, words) for words in filters)
        yield row(f"{kind}, {len(pages)} pages", pages, "bare first page", bare)
        everything += pages
    yield row("every kind of page", everything, "wanted", WANTED_MS)


def _browser(workspace: Any) -> Any:
    from django.test import Client

    from accounts.models import Membership, Role, User

    user = User.objects.create_user("bench@example.com")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    browser = Client()
    browser.force_login(user)
    browser.get("/contacts/")
    return browser


def _walk(browser: Any, workspace: Any, words: Words) -> Iterator[float]:
    """Yield the milliseconds of pages in each order: three first, two in the middle."""
    from contacts.selectors import lists

    for sort in lists.ORDERS:
        address = {**words, "sort": sort}
        for start in ({}, {"after": _middle(workspace, sort)}):
            query = urlencode({**address, **start})
            for _page in range(2 if start else 3):
                following, took_ms = _get(browser, query)
                yield took_ms
                if not following:
                    break
                query = following


def _get(browser: Any, query: str) -> tuple[str, float]:
    """Return the address of the page after this one, and how long this one took."""
    began = time.perf_counter()
    answer = browser.get(f"/contacts/?{query}")
    took_ms = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status_code
    found = re.search(r'rel="next" href="\?([^"]+)"', answer.content.decode())
    return html.unescape(found[1]) if found else "", took_ms


def _middle(workspace: Any, sort: str) -> str:
    from contacts.models import Contact
    from contacts.selectors import lists
    from contacts.selectors.keyset import key_text

    order = lists.ORDERS[sort]
    rows = Contact.objects.filter(workspace=workspace)
    if order.column:
        rows = rows.filter(name_key__gte="lars").order_by("name_key", "pk")
    else:
        rows = rows.filter(created_at__gte=_half_way()).order_by("pk")
    return key_text(order.key_of(rows[0]))


def _half_way() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=20 * ROWS)


def _bare(workspace: Any, words: Words) -> float:
    """Return the milliseconds of the query that one would write first."""
    from contacts.selectors import contacts, criteria

    wanted = criteria.read(workspace, words)

    def work() -> None:
        list(contacts.matching(workspace, wanted).order_by("-pk")[:51])

    work()
    return took_ms(work)


if __name__ == "__main__":
    sys.exit(main())
