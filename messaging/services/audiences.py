"""Who a campaign goes to, from the launch on: frozen into messages.

Freezing goes through the numbers of lists and then the contacts in order of id, a chunk
in each transaction, and the bookmark moves in that transaction: a killed launch goes on
from there, a cancel waits for one chunk at most, and worker memory stays flat because
no row leaves the database.

What is frozen when:

- At the launch: which groups and segments are meant and which are left out, the
  definitions of the segments (``Campaign.audience``; changing or deleting one later
  changes nothing), the newest membership and the newest contact (later ones are not
  meant), and the moment that "in the last 30 days" counts from.
- When a contact's chunk is written: whether it is in a segment, is left out, has opted
  out or was reached by a campaign to leave out; its number and its values. Up to CHUNK
  contacts, that is one statement and so one moment. Who is left out is judged as late
  as possible, because a message too few is better than one too many.

Nothing that happens to a contact after its row is written changes the message, but for
an opt-out, which every claim asks for again. What cannot be judged any more, as a group
to leave out that was deleted meanwhile, pauses the campaign and is never passed over.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.services import audit
from contacts.models import Contact, GroupMembership
from messaging import contents, options
from messaging.models import Campaign
from messaging.pauses import AUDIENCE_BROKEN
from messaging.selectors import (
    audience_parts,
    audience_sql,
    due_sql,
    listed_sql,
    once_sql,
    value_sql,
)
from messaging.selectors.audience_parts import Parts
from messaging.selectors.sql import Sql
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

CHUNK = 50_000
ANALYZE_ABOVE = 5_000


def newest_membership() -> int:
    """Return the highest id of a membership so far; later ones are not launched."""
    return GroupMembership.objects.aggregate(newest=Max("id"))["newest"] or 0


def at_launch(campaign: Campaign) -> Parts:
    """Return the parts of the audience as they are kept from the launch on."""
    newest = Contact.objects.filter(workspace=campaign.workspace_id)
    return replace(
        audience_parts.of_draft(campaign),
        newest_contact=newest.aggregate(newest=Max("pk"))["newest"] or 0,
    )


def freeze(campaign_id: UUID, *, budget_s: float = 60.0) -> bool:
    """Write the messages of a launched campaign; return whether it is done.

    May run twice or be killed at any moment. Stops between chunks once the campaign
    is no longer being prepared, or the time is up.
    """
    deadline = time.monotonic() + budget_s
    while time.monotonic() < deadline:
        with transaction.atomic():
            campaign = (
                Campaign.objects.select_for_update(no_key=True)
                .filter(pk=campaign_id, state=CampaignState.PREPARING)
                .first()
            )
            if campaign is None:
                return True
            try:
                is_more = _freeze_chunk(campaign)
            except Refused:
                _pause(campaign)
                return True
            if not is_more:
                _finish_preparing(campaign)
                break
    else:
        return False
    _tell_the_planner(campaign)
    return True


def _finish_preparing(campaign: Campaign) -> None:
    campaign.state = CampaignState.SENDING
    campaign.prepared_at = timezone.now()
    campaign.save(update_fields=["state", "prepared_at", "updated_at"])


def _pause(campaign: Campaign) -> None:
    """Stop where the audience cannot be judged; going on tries the chunk again."""
    campaign.state = CampaignState.PAUSED
    campaign.pause_reason = AUDIENCE_BROKEN
    campaign.paused_at = timezone.now()
    campaign.save(update_fields=["state", "pause_reason", "paused_at", "updated_at"])
    audit.record(
        workspace=campaign.workspace,
        actor=None,
        action="campaign.pause",
        subject=campaign.name,
        after={"reason": AUDIENCE_BROKEN, "campaign": str(campaign.pk)},
    )


def _tell_the_planner(campaign: Campaign) -> None:
    # Autovacuum would find out in a minute; claims begin now.
    if campaign.total < ANALYZE_ABOVE:
        return
    with database.cursor() as cursor:
        cursor.execute("ANALYZE messaging_message")


def _freeze_chunk(campaign: Campaign) -> bool:
    """Write one chunk and move its bookmark; return whether there was one.

    The numbers of lists go before the contacts: what a list says of a person is in
    their message, even if they are in a group as well.
    """
    parts = audience_parts.of_launch(campaign)
    if parts.lists and _freeze_listed(campaign, parts):
        return True
    return parts.has_contacts and _freeze_contacts(campaign, parts)


def _freeze_contacts(campaign: Campaign, parts: Parts) -> bool:
    text, once = _Text(campaign), once_sql.of_contacts(campaign)
    audience = _CONTACTS.format(
        values=value_sql.collected(text.params),
        lacks=text.lacks(),
        once=once,
    )
    chunk = audience_sql.chunk(campaign, parts)
    return _write(
        campaign,
        chunk,
        audience,
        text,
        bookmark="launch_bookmark",
        is_asked_twice=bool(once),
    )


def _freeze_listed(campaign: Campaign, parts: Parts) -> bool:
    text, once = _Text(campaign), once_sql.of_listed(parts)
    audience = _LISTED.format(
        values=value_sql.collected(text.params, is_listed=True),
        lacks=text.lacks(is_listed=True),
        once=once,
    )
    chunk = listed_sql.chunk(campaign.workspace, parts, now=campaign.launched_at)
    return _write(
        campaign,
        chunk,
        audience,
        text,
        bookmark="listed_bookmark",
        is_asked_twice=bool(once),
    )


class _Text:
    """The values that a campaign's text uses, and those that it cannot do without."""

    def __init__(self, campaign: Campaign) -> None:
        own = options.read(campaign.channel, campaign.options)
        used = contents.variables_of(campaign.text, own)
        self.needed = {v.name for v in used if v.default is None}
        self.params = value_sql.parameters({v.name for v in used})

    def lacks(self, *, is_listed: bool = False) -> str:
        """Return whether one of the needed values is missing, as SQL."""
        found = [
            value_sql.is_blank(key, name, is_listed=is_listed)
            for key, name in self.params.items()
            if name in self.needed
        ]
        return " OR ".join(found) or "false"


def _write(
    campaign: Campaign,
    chunk: Sql,
    audience: str,
    text: _Text,
    *,
    bookmark: str,
    is_asked_twice: bool,
) -> bool:
    """Write a chunk of an audience and move its bookmark; False when it is empty.

    ``is_asked_twice``: numbers are looked for in their other form, too.
    """
    params: dict[str, Any] = {
        **text.params,
        **chunk.params,
        "campaign": campaign.pk,
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
        "bookmark": getattr(campaign, bookmark),
        "chunk": CHUNK,
        "now": campaign.launched_at,
        "blanks": value_sql.BLANKS,
    }
    due = due_sql.of(campaign)
    write = _WRITE_SQL.format(due=due, audience=due.numbered(audience))
    with database.cursor() as cursor:
        if is_asked_twice:
            cursor.execute(once_sql.BY_INDEX)
        cursor.execute(chunk.text + write, {**params, **due.params})
        found, last, written = cursor.fetchone()
    if not found:
        return False
    Campaign.objects.filter(pk=campaign.pk).update(
        **{bookmark: last}, total=F("total") + written
    )
    return True


# Needs the common tables `chunk` and `kept` of `audience_sql` or `listed_sql` before.
_WRITE_SQL = """{due.tables}, written AS (
    INSERT INTO messaging_message (
        workspace_id, campaign_id, contact_id, channel, recipient, country, variables,
        text, parts, state, skip_reason, attempts, foreign_id, gateway_id, due_at,
        looks, doubts)
    SELECT workspace_id, %(campaign)s, id, %(channel)s, phone, country, variables,
        '', 0, CASE WHEN {due.skip} = '' THEN 'queued' ELSE 'skipped' END, {due.skip},
        0, '', '', {due.due}, 0, 0
    FROM ({audience}) AS audience {due.joins}
    ON CONFLICT (campaign_id, recipient) WHERE recipient <> '' DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM chunk), (SELECT max(id) FROM chunk),
       (SELECT count(*) FROM written)
"""
_CONTACTS = (
    """SELECT c.workspace_id, c.id, c.phone, c.country, {values} AS variables,
        CASE WHEN c.phone = '' THEN 'no_number'
             WHEN """
    + value_sql.OPTED_OUT
    + """ THEN 'opted_out'
             WHEN {lacks} THEN 'missing_value'
             ELSE '' END AS skip
    FROM kept JOIN contacts_contact AS c USING (id)
    WHERE c.workspace_id = %(workspace)s{once}
    ORDER BY c.id"""
)
_LISTED = (
    """SELECT %(workspace)s AS workspace_id, c.id, l.phone, l.country,
        {values} AS variables,
        CASE WHEN """
    + value_sql.LISTED_OPTED_OUT
    + """ THEN 'opted_out'
             WHEN {lacks} THEN 'missing_value'
             ELSE '' END AS skip
    FROM kept JOIN chunk AS l USING (id) """
    + listed_sql.JOIN
    + """ WHERE true{once}
    ORDER BY l.id"""
)
