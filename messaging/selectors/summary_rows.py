"""Work out the figures of a campaign from its rows: for workers, not for pages.

Three passes over the campaign's messages: what became of them, how long it took, and
which network they went through. Each groups in the database, so that memory stays flat
and a million rows come back as some hundred.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db.models import Count

from contacts.models import ConsentEvent, OptOut
from messaging import attribution, figures, keys
from messaging.figures import (
    CALL_BOUNDS_S,
    DELIVERY_BOUNDS_S,
    MOST_LINES,
    Answer,
    Figures,
    Line,
    Link,
    Reason,
    Responses,
)
from messaging.models import CallKeys, Campaign, InboundMessage, Reaction
from messaging.selectors import network_names
from messaging.states import SENT, MessageState

NOT_REACHED = (
    MessageState.REFUSED,
    MessageState.UNDELIVERED,
    MessageState.EXPIRED,
    MessageState.SKIPPED,
)

_FATES = """
SELECT state, country, error_code, skip_reason, report_word, price, parts, count(*)
FROM messaging_message WHERE campaign_id = %s
GROUP BY state, country, error_code, skip_reason, report_word, price, parts
"""
# The journal measures by one clock, and does not count what we had it held back for.
_DELIVERY = """
SELECT greatest(0, round(coalesce(latency_s::numeric,
           extract(epoch FROM reported_at - attempted_at)), 1)), count(*)
FROM messaging_message
WHERE campaign_id = %s AND state = 'delivered'
  AND (latency_s IS NOT NULL OR reported_at IS NOT NULL AND attempted_at IS NOT NULL)
GROUP BY 1
"""
_CALLS = """
SELECT duration_s, count(*) FROM messaging_message
WHERE campaign_id = %s AND state = 'delivered' AND duration_s IS NOT NULL
GROUP BY 1
"""
# The journal is about the message; what a lookup found out is about the number, and
# stands in until the journal was read.
_NETWORKS = """
SELECT CASE WHEN m.mccmnc IN ('', coalesce(f.mccmnc, '')) THEN coalesce(f.network, '')
            ELSE '' END,
       coalesce(nullif(m.mccmnc, ''), nullif(f.mccmnc, ''), ''),
       m.state, count(*), sum(m.parts), sum(coalesce(m.price, 0))
FROM messaging_message AS m
LEFT JOIN contacts_numberfact AS f
  ON f.workspace_id = m.workspace_id AND f.phone = m.recipient
 AND (f.network <> '' OR f.mccmnc <> '')
WHERE m.campaign_id = %s AND m.state <> 'skipped'
GROUP BY 1, 2, 3
"""
# Who said STOP in answer to it, and whom somebody took off the list soon after it.
_OPT_OUTS = """
SELECT count(*) FROM (
    SELECT answers_id FROM messaging_inboundmessage
    WHERE campaign_id = %(campaign)s AND is_opt_out AND answers_id IS NOT NULL
    UNION
    SELECT m.id FROM contacts_consentevent AS o
    JOIN messaging_message AS m
      ON m.campaign_id = %(campaign)s AND m.recipient = o.phone
    WHERE o.workspace_id = %(workspace)s AND o.kind = %(kind)s
      AND o.source = ANY(%(sources)s) AND o.channel IN ('', %(channel)s)
      AND o.at >= %(since)s
      AND m.state = ANY(%(sent)s) AND m.attempted_at <= o.at + %(clocks)s
      AND m.attempted_at > o.at - %(window)s
      AND NOT EXISTS (
        SELECT FROM messaging_message AS later
        WHERE later.workspace_id = m.workspace_id AND later.recipient = m.recipient
          AND later.state = ANY(%(sent)s) AND later.attempted_at > m.attempted_at
          AND later.attempted_at <= o.at)
) AS caused
"""


def work_out(campaign: Campaign, marks: list[str]) -> Figures:
    """Return the figures of a campaign; ``marks`` say what was there to look at."""
    fates = _rows(_FATES, campaign)
    is_call = campaign.channel == "voice"
    calls = _rows(_CALLS, campaign) if is_call else []
    return Figures(
        states=_states(fates),
        countries=figures.summed(_countries(fates)),
        prices=figures.summed(_prices(fates))[:MOST_LINES],
        reasons=_reasons(fates),
        networks=[] if is_call else figures.summed(_networks(campaign))[:MOST_LINES],
        delivery=figures.spread(_rows(_DELIVERY, campaign), DELIVERY_BOUNDS_S),
        calls=figures.spread(calls, CALL_BOUNDS_S),
        responses=_responses(campaign),
        links=_links(campaign),
        answers=_answers(campaign) if is_call else [],
        marks=marks,
    )


def _rows(sql: str, campaign: Campaign) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql, [campaign.pk])
        return list(cursor.fetchall())


def _states(fates: list[tuple[Any, ...]]) -> dict[str, int]:
    states: dict[str, int] = {}
    for state, *_rest, count in fates:
        states[state] = states.get(state, 0) + count
    return states


def _countries(fates: list[tuple[Any, ...]]) -> list[Line]:
    return [
        figures.line(
            country,
            state,
            messages=n,
            parts=parts * n,
            cost=(price or Decimal(0)) * n,
        )
        for state, country, _code, _reason, _word, price, parts, n in fates
        if state != MessageState.SKIPPED
    ]


def _prices(fates: list[tuple[Any, ...]]) -> list[Line]:
    return [
        figures.line(
            f"{price.normalize():f}", state, messages=n, parts=parts * n, cost=price * n
        )
        for state, _country, _code, _reason, _word, price, parts, n in fates
        if price is not None
    ]


def _reasons(fates: list[tuple[Any, ...]]) -> list[Reason]:
    found: dict[tuple[str, int | None, str, str], int] = {}
    for state, _country, code, reason, word, _price, _parts, n in fates:
        if state in NOT_REACHED:
            own = word if state == MessageState.UNDELIVERED else ""
            key = (state, code, reason, own)
            found[key] = found.get(key, 0) + n
    rows = [
        Reason(state, code, reason, n, word)
        for (state, code, reason, word), n in found.items()
    ]
    return sorted(rows, key=lambda row: -row.messages)


def _networks(campaign: Campaign) -> list[Line]:
    names = network_names.by_digits(campaign.workspace_id)
    return [
        figures.line(
            # The name of the price list first, so that a network is one line. Where
            # nobody knows it, the digits say it; "" is not known at all.
            names.get(digits) or name or digits,
            state,
            messages=n,
            parts=parts,
            cost=cost,
        )
        for name, digits, state, n, parts, cost in _rows(_NETWORKS, campaign)
    ]


def _responses(campaign: Campaign) -> Responses:
    replied = InboundMessage.objects.filter(campaign=campaign, is_opt_out=False)
    replies = replied.aggregate(n=Count("pk"), people=Count("answers", distinct=True))
    rows = (
        Reaction.objects.filter(campaign=campaign)
        .values_list("kind")
        .annotate(n=Count("pk"), people=Count("message", distinct=True))
    )
    kinds = {kind: (n, people) for kind, n, people in rows}
    clicks, people_clicked = kinds.get("click", (0, 0))
    views, people_viewed = kinds.get("view", (0, 0))
    return Responses(
        replies=replies["n"],
        people_replied=replies["people"],
        opt_outs=_opt_outs(campaign),
        clicks=clicks,
        people_clicked=people_clicked,
        views=views,
        people_viewed=people_viewed,
        people_read=kinds.get("read", (0, 0))[1],
    )


def _opt_outs(campaign: Campaign) -> int:
    values: dict[str, Any] = {
        "campaign": campaign.pk,
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
        "kind": ConsentEvent.Kind.OPT_OUT,
        "sources": [OptOut.Source.MANUAL, OptOut.Source.REPLY],
        "since": campaign.launched_at or campaign.created_at,
        "sent": [str(state) for state in SENT],
        "clocks": attribution.CLOCKS,
        "window": attribution.WINDOW,
    }
    with database.cursor() as cursor:
        cursor.execute(_OPT_OUTS, values)
        return int(cursor.fetchone()[0])


def _links(campaign: Campaign) -> list[Link]:
    rows = (
        Reaction.objects.filter(campaign=campaign, kind=Reaction.Kind.CLICK)
        .values("url")
        .annotate(clicks=Count("pk"), people=Count("message", distinct=True))
        .order_by("-people", "-clicks", "url")[:MOST_LINES]
    )
    return [Link(row["url"], row["clicks"], row["people"]) for row in rows]


def _answers(campaign: Campaign) -> list[Answer]:
    rows = CallKeys.objects.filter(campaign=campaign).values_list("answer")
    counts = dict(rows.annotate(n=Count("message")))
    return [Answer(key, counts[key]) for key in (*keys.KEYS, "") if counts.get(key, 0)]
