"""Who a campaign goes to: checked before the launch, then frozen into messages.

Freezing goes through the contacts in order of id, a chunk in each transaction, and the
bookmark moves in that transaction: a killed launch goes on from there, a cancel waits
for one chunk at most, and worker memory stays flat because no row leaves the database.

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
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.services import audit
from contacts.models import Contact, GroupMembership
from contacts.selectors import fields
from messaging import contents, options, rendering
from messaging.models import Campaign
from messaging.pauses import AUDIENCE_BROKEN
from messaging.rendering import Variable
from messaging.selectors import audience_parts, audience_sql
from messaging.selectors.audience_parts import Parts
from messaging.selectors.audience_sql import Sql
from messaging.selectors.audiences import Audience
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

CHUNK = 50_000
ANALYZE_ABOVE = 5_000

# A contact's values as text, by variable name; any other name is a custom field.
_COLUMNS = {
    "firstname": "c.firstname",
    "lastname": "c.lastname",
    "company": "c.company",
    "phone": "c.phone",
    "email": "c.email",
    "home_phone": "c.home_phone",
    "address": "c.address",
    "postal_code": "c.postal_code",
    "city": "c.city",
    "country": "c.country",
    "birthday": "coalesce(to_char(c.birthday, 'YYYY-MM-DD'), '')",
    "notes": "c.notes",
}
# Yes and no are kept as 1 and 0, and read as the words that the field has for them;
# the planner looks those up once for a statement.
_WORD = """(SELECT f.choices ->> {at} FROM contacts_customfield AS f
    WHERE f.workspace_id = %(workspace)s AND f.slug = {{key}} AND f.kind = 'boolean')"""
_OWN_FIELD = (
    "CASE c.custom ->> {key}"
    f" WHEN '1' THEN coalesce({_WORD.format(at=0)}, '1')"
    f" WHEN '0' THEN coalesce({_WORD.format(at=1)}, '0')"
    " ELSE coalesce(c.custom ->> {key}, '') END"
)
_BLANKS = " \t\r\n\f\v\u00a0\u202f\u2007"
_OPTED_OUT = """EXISTS (
    SELECT 1 FROM contacts_optout AS o
    WHERE o.workspace_id = c.workspace_id AND o.phone = c.phone
      AND o.channel IN ('', %(channel)s))"""
# Before its chunks are written, a campaign has not told whom it reaches.
_NOT_WRITTEN_DOWN = (
    CampaignState.DRAFT,
    CampaignState.SCHEDULED,
    CampaignState.PREPARING,
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a text would lack: contacts without a needed value, and the longest text."""

    missing: int
    names: tuple[str, ...]
    longest: int


def newest_membership() -> int:
    """Return the highest id of a membership so far; later ones are not launched."""
    return GroupMembership.objects.aggregate(newest=Max("id"))["newest"] or 0


def check(campaign: Campaign) -> None:
    """Raise Refused for a text or an audience that a campaign cannot be sent with."""
    known = [v.name for v in fields.variables(campaign.workspace)]
    own = options.read(campaign.channel, campaign.options)
    variables = contents.check(campaign.channel, campaign.text, own, known=known)
    parts = audience_parts.of_draft(campaign)
    _check_parts(campaign, parts)
    found = _gaps(campaign, audience_sql.members(campaign, parts), variables)
    if found.missing:
        sentence = missing_sentence(found.missing, found.names)
        raise Refused(sentence, code="values_missing", field="text")
    most = contents.MAX_CHARACTERS[campaign.channel]
    if found.longest > most:
        raise Refused(
            _(
                "With the longest values the text has %(length)d characters. "
                "%(most)d are allowed."
            )
            % {"length": found.longest, "most": most},
            code="text_too_long",
            field="text",
        )


def _check_parts(campaign: Campaign, parts: Parts) -> None:
    if parts.is_empty:
        raise Refused(
            _("Choose the groups or segments that it goes to."),
            code="no_groups",
            field="groups",
        )
    open_ones = campaign.excluded_campaigns.filter(state__in=_NOT_WRITTEN_DOWN)
    if other := open_ones.first():
        raise Refused(
            _(
                "Whom “%(name)s” reaches is not known yet, so nobody can be left out "
                "for it. Start it first, or wait until it is prepared."
            )
            % {"name": other.name},
            code="excluded_campaign_open",
            field="excluded_campaigns",
        )
    audience = Audience(campaign.workspace, parts, campaign.channel)
    if audience.recipient() is None:
        raise Refused(
            _("Nobody in these groups can be written to.")
            if parts.is_plain
            else _("Nobody in this audience can be written to."),
            code="no_recipients",
            field="groups",
        )


def at_launch(campaign: Campaign) -> Parts:
    """Return the parts of the audience as they are kept from the launch on."""
    newest = Contact.objects.filter(workspace=campaign.workspace_id)
    return replace(
        audience_parts.of_draft(campaign),
        newest_contact=newest.aggregate(newest=Max("pk"))["newest"] or 0,
    )


def missing_sentence(count: int, names: tuple[str, ...]) -> str:
    """Return that so many contacts lack a value, and what to do."""
    return ngettext(
        "%(count)s contact has no value for %(names)s. Give a default, like "
        "{{ %(first)s|there }}.",
        "%(count)s contacts have no value for %(names)s. Give a default, like "
        "{{ %(first)s|there }}.",
        count,
    ) % {"count": number_text(count), "names": ", ".join(names), "first": names[0]}


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
            except Refused as refused:
                _pause(campaign, refused)
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


def _pause(campaign: Campaign, refused: Refused) -> None:
    """Stop where the audience cannot be judged; going on tries the chunk again."""
    campaign.state = CampaignState.PAUSED
    campaign.pause_reason = AUDIENCE_BROKEN
    campaign.save(update_fields=["state", "pause_reason", "updated_at"])
    audit.record(
        workspace=campaign.workspace,
        actor=None,
        action="campaign.pause",
        subject=campaign.name,
        after={"reason": str(refused), "campaign": str(campaign.pk)},
    )


def _tell_the_planner(campaign: Campaign) -> None:
    # Autovacuum would find out in a minute; claims begin now.
    if campaign.total < ANALYZE_ABOVE:
        return
    with database.cursor() as cursor:
        cursor.execute("ANALYZE messaging_message")


def _freeze_chunk(campaign: Campaign) -> bool:
    """Write one chunk and move the bookmark; return whether there was one."""
    parts = audience_parts.of_launch(campaign)
    chunk, chunk_params = audience_sql.chunk(campaign, parts)
    own = options.read(campaign.channel, campaign.options)
    variables = contents.variables_of(campaign.text, own)
    needed = {v.name for v in variables if v.default is None}
    values, names = _values_sql({v.name for v in variables})
    params: dict[str, Any] = {
        **names,
        **chunk_params,
        "campaign": campaign.pk,
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
        "bookmark": campaign.launch_bookmark,
        "chunk": CHUNK,
        "now": campaign.launched_at,
        "blanks": _BLANKS,
    }
    lacks = _lacks_sql(needed, names)
    with database.cursor() as cursor:
        cursor.execute(chunk + _WRITE_SQL.format(values=values, lacks=lacks), params)
        contacts, last, written = cursor.fetchone()
    if not contacts:
        return False
    Campaign.objects.filter(pk=campaign.pk).update(
        launch_bookmark=last, total=campaign.total + written
    )
    return True


# Needs the common tables `chunk` and `kept` of `audience_sql.chunk` before it.
_WRITE_SQL = (
    """, written AS (
    INSERT INTO messaging_message (
        workspace_id, campaign_id, contact_id, channel, recipient, country, variables,
        text, parts, state, skip_reason, attempts, foreign_id, gateway_id, due_at,
        looks, doubts)
    SELECT workspace_id, %(campaign)s, id, %(channel)s, phone, country, variables,
        '', 0, CASE WHEN skip = '' THEN 'queued' ELSE 'skipped' END, skip, 0, '', '',
        %(now)s, 0, 0
    FROM (
        SELECT c.workspace_id, c.id, c.phone, c.country, {values} AS variables,
            CASE WHEN c.phone = '' THEN 'no_number'
                 WHEN """
    + _OPTED_OUT
    + """ THEN 'opted_out'
                 WHEN {lacks} THEN 'missing_value'
                 ELSE '' END AS skip
        FROM kept JOIN contacts_contact AS c USING (id)
        WHERE c.workspace_id = %(workspace)s
        ORDER BY c.id) AS audience
    ON CONFLICT (campaign_id, recipient) WHERE recipient <> '' DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM chunk), (SELECT max(id) FROM chunk),
       (SELECT count(*) FROM written)
"""
)


def _values_sql(names: set[str]) -> tuple[str, dict[str, str]]:
    """Return an SQL object of the named values, and its parameters."""
    params = {f"name{i}": name for i, name in enumerate(sorted(names))}
    pairs = ", ".join(
        f"%({key})s::text, {_expression(key, name)}" for key, name in params.items()
    )
    return f"jsonb_build_object({pairs})", params


def _expression(key: str, name: str) -> str:
    return _COLUMNS.get(name, _OWN_FIELD.format(key=f"%({key})s"))


def _lacks_sql(needed: set[str], names: dict[str, str]) -> str:
    parts = [_blank_sql(key, name) for key, name in names.items() if name in needed]
    return " OR ".join(parts) or "false"


def _blank_sql(key: str, name: str) -> str:
    return f"btrim({_expression(key, name)}, %(blanks)s) = ''"


def _gaps(campaign: Campaign, members: Sql, variables: tuple[Variable, ...]) -> Gaps:
    """Measure the whole audience in one statement; none is needed without variables."""
    if not variables:
        return Gaps(0, (), len(campaign.text))
    names = sorted({v.name for v in variables})
    needed = sorted({v.name for v in variables if v.default is None})
    __, params = _values_sql(set(names))
    keys = {name: key for key, name in params.items()}
    fixed, lengths = _length_sql(campaign.text, keys, needed)
    lacking = [_blank_sql(keys[name], name) for name in needed] or ["false"]
    each = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in lacking)
    sql = f"""SELECT count(*) FILTER (WHERE {" OR ".join(lacking)}),
        coalesce(max({lengths}), 0), {each}
        FROM ({members.text}) AS m (id) JOIN contacts_contact AS c USING (id)
        WHERE c.workspace_id = %(workspace)s AND c.phone <> '' AND NOT {_OPTED_OUT}"""
    values: dict[str, Any] = {
        **params,
        **members.params,
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
        "blanks": _BLANKS,
    }
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        missing, longest, *counts = cursor.fetchone()
    lacked = tuple(n for n, c in zip(needed, counts, strict=False) if c)
    return Gaps(missing, lacked, fixed + longest)


def _length_sql(text: str, keys: dict[str, str], needed: list[str]) -> tuple[int, str]:
    """Return the length of the fixed text, and SQL for that of a contact's values."""
    short = dict.fromkeys(keys, "x")
    plain = len(rendering.render(text, short))
    fixed, terms = plain, []
    for name, key in keys.items():
        times = len(rendering.render(text, {**short, name: "xx"})) - plain
        fixed -= times
        default = 0
        if name not in needed:
            default = len(rendering.render(text, {**short, name: ""})) - plain + times
        value = f"least(length({_expression(key, name)}), {rendering.MAX_VALUE})"
        blank = _blank_sql(key, name)
        terms.append(f"CASE WHEN {blank} THEN {default} ELSE {value} * {times} END")
    return fixed, " + ".join(terms)
