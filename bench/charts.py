"""Pages of charts: the same for ten million messages as for ten thousand.

Both workspaces have sent on each day of a year to thirty countries; one in a campaign
a day, whose messages all arrived, the other in ten thousand. The tallies are written
as the triggers of the message table write them, and the trigger on them and the
squashing do the rest; messages themselves are left out, because no page of charts reads
them (``tests/messaging/charts/test_chart_plans.py``). The figures are milliseconds of
one process, of the whole page; 95 of 100 pages took no longer than ``value``.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench._page_rows import row
from bench.imports import own_database

SMALL, LARGE = 10_000, 10_000_000
DAYS, TIMES, LANDS = 365, 25, 30
CAMPAIGNS = {SMALL: DAYS, LARGE: 10_000}
STATES = {SMALL: 1, LARGE: 3}
WANTED_MS, WANTED_CACHED_MS = 200, 50
PAGES = {
    "overview": "/analytics/?period=12m",
    "overview, from here": "/analytics/?period=90d&source=here",
    "countries": "/analytics/countries/?period=90d",
    "countries, from here": "/analytics/countries/?period=12m&source=here",
    "labels": "/analytics/labels/?period=90d",
    "labels, from here": "/analytics/labels/?period=12m&source=here",
    "subaccounts": "/analytics/subaccounts/?period=90d",
    "month and balance": "/analytics/money/?period=90d",
    "beside the gateway": "/analytics/gateway/?period=90d",
    "home": "/",
}
TALLY = """
INSERT INTO messaging_tally
  (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost)
SELECT workspace_id, id, finished_at::date, channel,
       chr(65 + k / 26) || chr(65 + mod(k, 26)), s.state, %(each)s, %(each)s,
       %(each)s * 0.075
FROM messaging_campaign, generate_series(0, 29) AS k,
     (VALUES ('delivered', 1), ('undelivered', 2), ('accepted', 3)) AS s(state, n)
WHERE workspace_id = %(workspace)s AND s.n <= %(states)s
"""
USAGE = """
INSERT INTO accounts_usage (connection_id, dimension, day, key, sms, rcs, voice, hlr,
  mnp, inbound, cost, fetched_at, is_final)
SELECT %(connection)s, s.dimension, current_date - d, CASE WHEN s.dimension = 'date'
         THEN '' ELSE chr(65 + k / 26) || chr(65 + mod(k, 26)) END,
       %(each)s, 10, 1, 0, 0, 3, 7.5, now(), true
FROM generate_series(0, 800) AS d,
     (VALUES ('date', 0), ('country', 29), ('label', 19), ('subaccount', 4))
       AS s(dimension, most),
     LATERAL generate_series(0, s.most) AS k
"""
BALANCE = """
INSERT INTO accounts_balancereading (connection_id, amount, read_at)
SELECT %(connection)s, 100, now() - n * interval '1 day'
FROM generate_series(0, 400) AS n
"""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    settings = {"DEBUG": False, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**settings), own_database():
        browsers = {size: _browser(size) for size in (SMALL, LARGE)}
        _settle()
        rows = list(_measure(browsers))
    sys.stdout.write(json.dumps({"name": "charts", "rows": rows}) + "\n")
    return 0


def _browser(size: int) -> Any:
    """Fill a workspace; return a browser that is signed in there."""
    from django.db import connection as database
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Connection, Membership, Poll, Role, User, Workspace
    from messaging.models import Campaign
    from messaging.states import CampaignState

    workspace = Workspace.objects.create(name=f"{size}", slug=f"bench-{size}")
    connection = Connection.objects.create(workspace=workspace, api_key="k", balance=9)
    campaigns = CAMPAIGNS[size]
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "connection": connection.pk,
        "states": STATES[size],
        "each": max(1, size // (campaigns * LANDS * STATES[size])),
    }
    now = timezone.now()
    Campaign.objects.bulk_create(
        Campaign(
            workspace=workspace,
            name=f"C{n}",
            label=f"l{n % 20}",
            state=CampaignState.FINISHED,
            finished_at=now - timedelta(days=n % DAYS),
        )
        for n in range(campaigns)
    )
    with database.cursor() as cursor:
        for statement in (TALLY, USAGE, BALANCE):
            cursor.execute(statement, values)
    Poll.objects.bulk_create(
        Poll(connection=connection, kind=kind, due_at=now, succeeded_at=now)
        for kind in Poll.Kind.values
    )
    user = User.objects.create_user(f"bench-{size}@example.com")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    browser = Client()
    browser.force_login(user)
    return browser


def _settle() -> None:
    """Do what the periodic tasks and autovacuum do within a minute."""
    from django.db import connection as database

    from messaging.services import squashing

    squashing.squash()
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _measure(browsers: dict[int, Any]) -> Iterator[dict[str, object]]:
    slow: dict[int, list[float]] = {size: [] for size in browsers}
    cached: list[float] = []
    for name, address in PAGES.items():
        took = {size: _times(one, address) for size, one in browsers.items()}
        beside = statistics.quantiles(took[SMALL], n=20)[-1]
        yield row(f"{name}, ten million", took[LARGE], "ten thousand", beside)
        for size, times in took.items():
            slow[size] += times
        cached += _times(browsers[LARGE], address, is_cached=True)
    yield row("every page", slow[LARGE], "wanted", WANTED_MS)
    yield row("every page, from cache", cached, "wanted", WANTED_CACHED_MS)


def _times(browser: Any, address: str, *, is_cached: bool = False) -> list[float]:
    from django.core.cache import cache

    browser.get(address)
    found = []
    for _time in range(TIMES):
        if not is_cached:
            cache.clear()
        began = time.perf_counter()
        answer = browser.get(address)
        found.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    return found


if __name__ == "__main__":
    sys.exit(main())
