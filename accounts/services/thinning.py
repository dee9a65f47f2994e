"""Keep fewer readings of the balance the older they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection as database
from django.utils import timezone

# Every reading for a week, then the last one of each hour, then of each day.
ALL_KEPT: Final = timedelta(days=7)
HOURS_KEPT: Final = timedelta(days=60)

_THIN = """
DELETE FROM accounts_balancereading WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (
      PARTITION BY connection_id,
                   date_trunc(%(step)s, read_at AT TIME ZONE 'Europe/Berlin')
      ORDER BY read_at DESC, id DESC) AS place
    FROM accounts_balancereading WHERE read_at < %(before)s) AS old
  WHERE place > 1)
"""


def thin_balances() -> int:
    """Remove readings that stand too close for their age; return how many."""
    now, removed = timezone.now(), 0
    with database.cursor() as cursor:
        for step, age in (("hour", ALL_KEPT), ("day", HOURS_KEPT)):
            cursor.execute(_THIN, {"step": step, "before": now - age})
            removed += cursor.rowcount
    return removed
