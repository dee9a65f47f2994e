"""The network of each number: told by a lookup, or by the journal of what went out.

The gateway's journal names the network that a message went through, and billed it so.
It is kept with the message (``services/lessons.py``). Of both the newer one counts, and
is relied on for as long as a lookup of the network is: people take their number along
when they change the network, some percent of them a year. What is older is a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import connection as database
from django.utils import timezone

from accounts.models import Workspace
from contacts.models.number_facts import STALE_AFTER_DAYS, LookupKind
from contacts.selectors import number_facts
from contacts.selectors.number_facts import KnownNetwork

RELIED_ON: Final = timedelta(days=STALE_AFTER_DAYS[LookupKind.MNP])
# The newest messages to a number that are looked at: of the last ones the journal may
# not have been read yet, and calls tell no network.
NEWEST: Final = 5

# One step of the index of a person's messages for each number, whatever the planner
# thinks of how many messages a number has.
_TOLD = """
SELECT asked.phone, told.mccmnc, told.at
FROM unnest(%(phones)s::text[]) AS asked (phone)
CROSS JOIN LATERAL (
    SELECT mccmnc, at FROM (
        SELECT m.mccmnc, coalesce(m.attempted_at, m.created_at) AS at
        FROM messaging_message AS m
        WHERE m.workspace_id = %(workspace)s AND m.recipient = asked.phone
        ORDER BY m.id DESC LIMIT %(newest)s) AS newest
    WHERE mccmnc <> '' LIMIT 1) AS told
"""


def of(workspace: Workspace, phones: Sequence[str]) -> dict[str, KnownNetwork]:
    """Return the networks of those of some numbers (E.164) of which one was told."""
    known = number_facts.networks_of(workspace, phones)
    values: dict[str, Any] = {
        "phones": list(phones),
        "workspace": workspace.pk,
        "newest": NEWEST,
    }
    relied_on = timezone.now() - RELIED_ON
    with database.cursor() as cursor:
        cursor.execute(_TOLD, values)
        for phone, code, at in cursor.fetchall():
            looked_up = known.get(phone)
            if looked_up is None or looked_up.at is None or looked_up.at < at:
                known[phone] = KnownNetwork("", code, at < relied_on, at)
    return known
