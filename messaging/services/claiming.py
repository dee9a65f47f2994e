"""Take messages for sending: the intent is on disk before the gateway is called.

One claim at a time for each campaign: its row is locked first, so that a pause or a
cancel that has committed is seen by every later claim, and so that the spending bound
(`spending.py`) holds over all processes. Which rows may go out now stands in `_PICK`
alone; opt-outs are asked for in that very statement.

Messages of one text and equal options share a request, and its foreign id. A message
that was tried before goes alone: what was wrong with it then concerns no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from messaging import contents, foreign_ids, options, placeholders, timing
from messaging.claims import RECIPIENTS_OF_A_CALL, Call, Claim
from messaging.foreign_ids import ForeignId
from messaging.models import Campaign
from messaging.models.campaigns import Wish
from messaging.options import Options, RcsOptions
from messaging.pause_reasons import FILES_GONE, PAST
from messaging.rendering import MissingValue
from messaging.selectors import timetables
from messaging.services import campaigns, sent_files, spending, waiting, wishes
from messaging.services.spending import Bound, PriceOf
from messaging.states import CampaignState, SkipReason
from seven_dashboard.gateway.resources.sms import SmsFile

# The commit waits for the disk whatever the database is set to: it would forget the
# intent in a crash, and the message would be sent once more. Rows come in the order of
# their index and are written one by one: a planner without fresh statistics would sort
# or read a million of them instead.
_INSIST = """
SET LOCAL synchronous_commit = on;
SET LOCAL enable_sort = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off
"""
_PICK = """
SELECT m.id, m.recipient, m.country, m.variables, m.attempts, m.doubts, m.error_code,
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient
              AND o.channel IN ('', m.channel)) AS is_opted_out,
    m.channel = 'rcs' AND EXISTS (
        SELECT 1 FROM contacts_optout AS o
        WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient
          AND o.channel = 'sms') AS refuses_sms
FROM messaging_message AS m
WHERE m.campaign_id = %s AND m.state = 'queued'
  AND m.due_at <= statement_timestamp()
ORDER BY m.due_at, m.id LIMIT %s
FOR UPDATE OF m SKIP LOCKED
"""
# The new values come as one JSON text: written and read in C, where an array takes a
# step of Python for each value. What a request shares is named once.
_INTEND = """
UPDATE messaging_message AS m SET
    state = 'sending', text = c.text, parts = c.parts, units = c.units,
    foreign_id = c.foreign_id,
    attempts = r.attempt, attempted_at = statement_timestamp(), looks = 0,
    lease_until = statement_timestamp() + make_interval(secs => %s)
FROM json_to_recordset(%s::json) AS c (
    text text, parts int, units int, foreign_id text, rows json)
CROSS JOIN LATERAL json_to_recordset(c.rows) AS r (id bigint, attempt int)
WHERE m.id = r.id
"""
_SKIP = """
UPDATE messaging_message AS m SET state = 'skipped', skip_reason = s.reason
FROM unnest(%s::bigint[], %s::text[]) AS s (id, reason)
WHERE m.id = s.id
"""


class _Row(NamedTuple):
    """A message that may go out now, as `_PICK` reads it."""

    id: int
    recipient: str
    country: str
    variables: str
    attempts: int
    doubts: int
    error_code: int | None
    is_opted_out: bool
    # Of an RCS message, which may become an SMS.
    refuses_sms: bool

    @property
    def goes_alone(self) -> bool:
        return self.attempts > 0 or self.doubts > 0


class _Content(NamedTuple):
    """What one recipient is to get, or why nothing."""

    text: str
    options: Options
    parts: int = 0
    # What it may be billed by at most (`contents.most_units`).
    units: int = 0
    skip_reason: str = ""

    def without_fallback(self) -> _Content:
        if not isinstance(self.options, RcsOptions):
            return self
        return self._replace(options=replace(self.options, fallback=None))


@dataclass(slots=True)
class _Group:
    """Rows that one request is for."""

    content: _Content
    rows: list[_Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The calls to make, and how many rows were taken off the queue without one."""

    calls: list[Call] = field(default_factory=list)
    skipped: int = 0

    @property
    def claims(self) -> list[Claim]:
        return [claim for call in self.calls for claim in call.claims]


def claim(
    campaign_id: UUID, *, limit: int, price_of: PriceOf, most_calls: int | None = None
) -> Claimed:
    """Claim up to `limit` messages of a campaign that is sending.

    Renders each, writes the intent with a lease, and commits. `price_of` gives the EUR
    of one part to a country at most. Puts off what is outside its hours, and pauses the
    campaign when the next message could go above the agreed cost or a limit. They make
    `most_calls` calls at most.
    """
    with transaction.atomic():
        campaign = campaigns.locked(campaign_id)
        if campaign.state != CampaignState.SENDING:
            return Claimed()
        try:
            files = sent_files.of(campaign)
        except sent_files.Gone:
            campaigns.hold(campaign, FILES_GONE)
            return Claimed()
        if waiting.is_past(campaign):
            campaigns.hold(campaign, PAST)
            return Claimed()
        rows, put_off = _open_rows(campaign, limit)
        bound = spending.bound_of(campaign, price_of=price_of)
        bound.numbers = [(row.recipient, row.country) for row in rows]
        sorting = _Sorting(campaign, bound, most_calls or limit, files)
        sorting.sort(rows)
        calls = [_call_of(sorting, group) for group in sorting.groups]
        _write(calls, sorting)
        if bound.pauses and not calls:
            campaigns.pause(campaign_id=campaign_id, actor=None, reason=bound.reached)
    return Claimed(calls, len(sorting.skips) + put_off)


def _open_rows(campaign: Campaign, limit: int) -> tuple[list[_Row], int]:
    """Return rows that are due within their hours, and how many were put off."""
    rows = list(_pick(campaign.pk, limit))
    hours = timetables.hours_of(campaign)
    if hours.is_any or not waiting.is_any_closed(campaign, hours, rows):
        return rows, 0
    put_off = waiting.put_off(campaign, hours)
    rows = list(_pick(campaign.pk, limit))
    return [r for r in rows if not waiting.is_any_closed(campaign, hours, [r])], put_off


def _pick(campaign_id: UUID, limit: int) -> Iterator[_Row]:
    with database.cursor() as cursor:
        cursor.execute(_INSIST)
        cursor.execute(_PICK, [campaign_id, limit])
        return map(_Row._make, cursor.fetchall())


class _Sorting:
    """Sorts picked rows into requests, and into those that get nothing."""

    def __init__(
        self,
        campaign: Campaign,
        bound: Bound,
        most_calls: int,
        files: tuple[SmsFile, ...],
    ) -> None:
        self.campaign = campaign
        self.files = files
        self.usual = options.read(campaign.channel, campaign.options)
        self.most_recipients = RECIPIENTS_OF_A_CALL[campaign.channel]
        self.bound = bound
        # What confirms a STOP is the last message, and goes in spite of it. One that an
        # outage has held up is no answer any more.
        is_prompt = timezone.now() - campaign.created_at < wishes.ANSWER_WITHIN
        self.may_pass_opt_outs = campaign.confirms_wish == Wish.STOP and is_prompt
        self.groups: list[_Group] = []
        self.skips: list[tuple[int, str]] = []
        self._most_calls = most_calls
        self._open: dict[tuple[str, Options], _Group] = {}
        self._content_of = _writer(campaign, self.usual, [f.name for f in files])
        self._token = foreign_ids.new_token()

    def sort(self, rows: Iterable[_Row]) -> None:
        """Go through the rows until the bound or the number of calls is reached."""
        for row in rows:
            content = (
                _Content("", self.usual, skip_reason=SkipReason.OPTED_OUT)
                if row.is_opted_out and not self.may_pass_opt_outs
                else self._content_of(row)
            )
            if content.skip_reason:
                self.skips.append((row.id, content.skip_reason))
                continue
            if row.refuses_sms:
                content = content.without_fallback()
            group = self._group_for(row, content)
            if group is None or not self.bound.covers(
                row.recipient, row.country, content.units
            ):
                return
            if not group.rows:
                self.groups.append(group)
            group.rows.append(row)

    def _group_for(self, row: _Row, content: _Content) -> _Group | None:
        """Return the request that a row joins, or a new one; None: no more of them."""
        is_shared = self.most_recipients > 1 and not row.goes_alone
        key = (content.text, content.options)
        known = self._open.get(key) if is_shared else None
        if known is not None and len(known.rows) < self.most_recipients:
            return known
        if len(self.groups) >= self._most_calls:
            return None
        group = _Group(content)
        if is_shared:
            self._open[key] = group
        return group

    def foreign_id_of(self, group: _Group) -> str:
        if len(group.rows) > 1:
            return foreign_ids.of_group(self.campaign.pk)
        (row,) = group.rows
        attempt = row.attempts + 1
        return str(ForeignId(self.campaign.pk, row.id, attempt, self._token))


def _call_of(sorting: _Sorting, group: _Group) -> Call:
    campaign = sorting.campaign
    foreign_id = sorting.foreign_id_of(group)
    return Call(
        campaign_id=campaign.pk,
        foreign_id=foreign_id,
        channel=campaign.channel,
        sender=campaign.sender,
        label=campaign.label,
        text=group.content.text,
        parts=group.content.parts,
        units=group.content.units,
        options=group.content.options,
        files=sorting.files,
        claims=tuple(
            Claim(
                row.id,
                campaign.pk,
                foreign_id,
                row.recipient,
                row.attempts + 1,
                row.doubts,
                row.error_code,
            )
            for row in group.rows
        ),
    )


def _writer(
    campaign: Campaign, usual: Options, names: Sequence[str]
) -> Callable[[_Row], _Content]:
    """Return what gives a row its content; one without variables is made once."""

    def content(values: Mapping[str, str]) -> _Content:
        try:
            # A single message is sent as it stands; its text has no variables.
            text = contents.fill(campaign.channel, campaign.text, values, usual)
            own = options.filled(usual, values)
        except MissingValue:
            return _Content("", usual, skip_reason=SkipReason.MISSING_VALUE)
        # What is counted has links in it, what is sent has their places.
        whole = placeholders.linked(text, names)
        if contents.is_too_long(campaign.channel, max(text, whole, key=len)):
            return _Content("", usual, skip_reason=SkipReason.TOO_LONG)
        parts = contents.parts(campaign.channel, whole)
        units = parts or contents.most_units(campaign.channel, whole, own)
        return _Content(text, own, parts, units)

    if contents.variables_of(campaign.text, usual):
        return lambda row: content(json.loads(row.variables))
    same = content({})
    return lambda row: same


def _write(calls: Sequence[Call], sorting: _Sorting) -> None:
    with database.cursor() as cursor:
        if sorting.skips:
            ids, reasons = zip(*sorting.skips, strict=True)
            cursor.execute(_SKIP, [list(ids), [str(r) for r in reasons]])
        if not calls:
            return
        cursor.execute(_INTEND, [timing.lease_s(), json.dumps([*map(_intent, calls)])])


def _intent(call: Call) -> dict[str, Any]:
    return {
        "text": call.text,
        "parts": call.parts,
        "units": call.units,
        "foreign_id": call.foreign_id,
        "rows": [{"id": c.message_id, "attempt": c.attempt} for c in call.claims],
    }
