"""What a text would lack over a whole audience, measured where the values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection as database

from messaging import rendering
from messaging.models import Campaign
from messaging.rendering import Variable
from messaging.selectors import audience_sql, listed_sql, value_sql
from messaging.selectors.audience_parts import Parts


@dataclass(frozen=True, slots=True)
class Gaps:
    """Recipients without a needed value, which values, and the longest text."""

    missing: int
    names: tuple[str, ...]
    longest: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The values of a text, by the key of their parameter, and which have to be."""

    text: str
    params: dict[str, str]
    needed: tuple[str, ...]


def of(campaign: Campaign, parts: Parts, variables: tuple[Variable, ...]) -> Gaps:
    """Measure everybody of an audience; none is asked for without variables."""
    if not variables:
        return Gaps(0, (), len(campaign.text))
    needed = {v.name for v in variables if v.default is None}
    asked = _Asked(
        text=campaign.text,
        params=value_sql.parameters({v.name for v in variables}),
        needed=tuple(sorted(needed)),
    )
    found = []
    if parts.has_contacts:
        found.append(_of_contacts(campaign, parts, asked))
    if parts.lists:
        found.append(_of_lists(campaign, parts, asked))
    lacked = {name for gaps in found for name in gaps.names}
    return Gaps(
        missing=sum(gaps.missing for gaps in found),
        names=tuple(sorted(lacked)),
        longest=max((gaps.longest for gaps in found), default=0),
    )


def _of_contacts(campaign: Campaign, parts: Parts, asked: _Asked) -> Gaps:
    members = audience_sql.members(campaign, parts)
    source = f"""FROM ({members.text}) AS m (id) JOIN contacts_contact AS c USING (id)
        WHERE c.workspace_id = %(workspace)s AND c.phone <> ''
          AND NOT {value_sql.OPTED_OUT}"""
    return _measure(campaign, asked, source, members.params, is_listed=False)


def _of_lists(campaign: Campaign, parts: Parts, asked: _Asked) -> Gaps:
    rows = listed_sql.rows(campaign.workspace, parts)
    source = f"{rows.text} AND NOT {value_sql.LISTED_OPTED_OUT}"
    return _measure(campaign, asked, source, rows.params, is_listed=True)


def _measure(
    campaign: Campaign,
    asked: _Asked,
    source: str,
    params: dict[str, Any],
    *,
    is_listed: bool,
) -> Gaps:
    keys = {name: key for key, name in asked.params.items()}
    fixed, lengths = _length_sql(asked, keys, is_listed=is_listed)
    lacking = [
        value_sql.is_blank(keys[name], name, is_listed=is_listed)
        for name in asked.needed
    ] or ["false"]
    each = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in lacking)
    values = {
        **asked.params,
        **params,
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
        "blanks": value_sql.BLANKS,
    }
    with database.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE {" OR ".join(lacking)}),
            coalesce(max({lengths}), 0), {each} {source}""",
            values,
        )
        missing, longest, *counts = cursor.fetchone()
    lacked = tuple(n for n, c in zip(asked.needed, counts, strict=False) if c)
    return Gaps(missing, lacked, fixed + longest)


def _length_sql(
    asked: _Asked, keys: dict[str, str], *, is_listed: bool
) -> tuple[int, str]:
    """Return the length of the fixed text, and SQL for that of a person's values."""
    short = dict.fromkeys(keys, "x")
    plain = len(rendering.render(asked.text, short))
    fixed, terms = plain, []
    for name, key in keys.items():
        times = len(rendering.render(asked.text, {**short, name: "xx"})) - plain
        fixed -= times
        default = 0
        if name not in asked.needed:
            empty = len(rendering.render(asked.text, {**short, name: ""}))
            default = empty - plain + times
        text = value_sql.expression(key, name, is_listed=is_listed)
        value = f"least(length({text}), {rendering.MAX_VALUE})"
        blank = value_sql.is_blank(key, name, is_listed=is_listed)
        terms.append(f"CASE WHEN {blank} THEN {default} ELSE {value} * {times} END")
    return fixed, " + ".join(terms)
