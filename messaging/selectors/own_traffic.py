"""Through which networks the workspace's own SMS went, by the range of the number.

For numbers of which nobody told the network. Who was given a range once is a good
guess where people do not take their number along, and a bad one where they do; and
names of ranges and of the price list cannot always be matched. Of numbers of the same
range that were sent to, the journal told the networks: their shares are what to expect
of others. Only sums are kept, no numbers.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import connection as database
from django.utils import timezone

from accounts.models import Workspace
from messaging.networks import Traffic, range_holder

LOOK_BACK: Final = timedelta(days=90)
CACHE_S: Final = 3600
# The newest messages of the newest campaigns: of 2,000 numbers a share is right to two
# percent.
CAMPAIGNS, EACH = 10, 400

# With "=" instead of BETWEEN the order would be that of the ids of the whole table, and
# a planner that knows nothing of the campaign might read them.
_SEEN = """
SELECT DISTINCT m.recipient, m.country, m.mccmnc
FROM (
    SELECT id FROM messaging_campaign
    WHERE workspace_id = %(workspace)s AND kind = 'bulk' AND channel = 'sms'
      AND launched_at IS NOT NULL AND created_at >= %(since)s
    ORDER BY created_at DESC LIMIT %(campaigns)s) AS c
CROSS JOIN LATERAL (
    SELECT recipient, country, mccmnc FROM messaging_message
    WHERE campaign_id BETWEEN c.id AND c.id
    ORDER BY campaign_id, id DESC LIMIT %(each)s) AS m
WHERE m.mccmnc <> ''
"""


def cache_key(workspace_id: UUID) -> str:
    return f"traffic:{workspace_id}"


def of(workspace: Workspace) -> Traffic:
    """Return how many numbers were in each network; cached for an hour."""
    key = cache_key(workspace.pk)
    known: Traffic | None = cache.get(key)
    if known is None:
        known = _read(workspace)
        cache.set(key, known, timeout=CACHE_S)
    return known


def _read(workspace: Workspace) -> Traffic:
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "since": timezone.now() - LOOK_BACK,
        "campaigns": CAMPAIGNS,
        "each": EACH,
    }
    found: dict[tuple[str, str], Counter[str]] = {}
    with database.cursor() as cursor:
        cursor.execute(_SEEN, values)
        for phone, country, code in cursor.fetchall():
            found.setdefault((country, range_holder(phone)), Counter())[code] += 1
    return found
