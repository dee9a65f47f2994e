"""Keep the inbox's row of a number in the transaction that stores a message or a call.

One statement for each message: it makes the row or moves it forward, whoever else
writes at the same time. A message that comes late (from the journal, after an outage)
counts as unread, and leaves the newest one in sight.
"""

from __future__ import annotations

from typing import Any

from django.db import connection as database

from accounts.models import User
from contacts.models import Channel
from contacts.number_forms import forms
from messaging.models import Campaign, Conversation, InboundMessage, IncomingCall
from messaging.models.conversations import MAX_SAID
from messaging.rcs_attachments import SUGGESTION

CALL = "call"
# Clocks differ: what the gateway dates after now would stand on top for ever.
_HEARD = """
INSERT INTO messaging_conversation AS c
    (uuid, workspace_id, number, state, unread, stands_at, said_at, said, said_kind,
     is_said_by_us, channel, own_number, is_opted_out, created_at, changed_at)
SELECT gen_random_uuid(), %(workspace)s, %(number)s,
    CASE WHEN %(waits)s THEN 'open' ELSE 'closed' END, %(waits)s::int, said.at, said.at,
    %(said)s, %(kind)s, false, %(channel)s, %(own)s,
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = %(workspace)s AND o.phone = %(number)s),
    statement_timestamp(), statement_timestamp()
FROM (SELECT least(%(at)s, statement_timestamp()) AS at) AS said
ON CONFLICT (workspace_id, number) DO UPDATE SET
    state = CASE WHEN %(waits)s THEN 'open' ELSE c.state END,
    snoozed_until = CASE WHEN %(waits)s THEN NULL ELSE c.snoozed_until END,
    unread = c.unread + %(waits)s::int,
    stands_at = greatest(c.stands_at, excluded.stands_at),
    said_at = greatest(c.said_at, excluded.said_at),
    said = CASE WHEN excluded.said_at >= c.said_at THEN excluded.said ELSE c.said END,
    said_kind = CASE WHEN excluded.said_at >= c.said_at
        THEN excluded.said_kind ELSE c.said_kind END,
    is_said_by_us = c.is_said_by_us AND excluded.said_at < c.said_at,
    channel = CASE WHEN excluded.said_at >= c.said_at OR c.is_said_by_us
        THEN excluded.channel ELSE c.channel END,
    own_number = CASE WHEN excluded.own_number <> ''
            AND (excluded.said_at >= c.said_at OR c.is_said_by_us)
        THEN excluded.own_number ELSE c.own_number END,
    changed_at = statement_timestamp()
"""
# What we write first waits for nobody: the conversation opens with an answer.
_SAID = """
INSERT INTO messaging_conversation AS c
    (uuid, workspace_id, number, state, unread, stands_at, said_at, said, said_kind,
     is_said_by_us, channel, own_number, answered_at, answered_by_id, is_opted_out,
     created_at, changed_at)
VALUES (gen_random_uuid(), %(workspace)s, %(number)s, 'closed', 0,
    statement_timestamp(), statement_timestamp(), %(said)s, %(kind)s, true,
    %(channel)s, %(own)s, statement_timestamp(), %(actor)s,
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = %(workspace)s AND o.phone = %(number)s),
    statement_timestamp(), statement_timestamp())
ON CONFLICT (workspace_id, number) DO UPDATE SET
    stands_at = excluded.stands_at,
    said_at = excluded.said_at,
    said = excluded.said,
    said_kind = excluded.said_kind,
    is_said_by_us = true,
    answered_at = excluded.answered_at,
    answered_by_id = excluded.answered_by_id,
    changed_at = excluded.changed_at
"""


def number_of(workspace_id: Any, number: str) -> str:
    """Return the number of the conversation that a number (E.164) belongs to.

    Where there is none yet, it will be the number as it is written.
    """
    known = forms(number)
    if len(known) == 1:
        return number
    rows = Conversation.objects.filter(workspace=workspace_id, number__in=known)
    there = list(rows.values_list("number", flat=True))
    return there[0] if len(there) == 1 else number


def heard(message: InboundMessage) -> None:
    """Put a message that came in on top of its conversation, which opens again.

    A STOP waits for no answer, and nobody may give one: it opens nothing.
    """
    _write(
        _HEARD,
        {
            **_facts(message),
            "waits": not message.is_opt_out,
            "at": message.received_at,
            "said": _beginning(message.text),
        },
    )


def called(call: IncomingCall) -> None:
    """Put a call to us on top of the conversation with its caller, which opens again.

    Whoever hides their number, under whatever word, has no conversation.
    """
    if not call.caller.startswith("+"):
        return
    _write(
        _HEARD,
        {
            "workspace": call.workspace_id,
            "number": number_of(call.workspace_id, call.caller),
            "channel": Channel.VOICE,
            "own": call.recipient.removeprefix("+"),
            "kind": CALL,
            "waits": True,
            "at": call.called_at,
            "said": "",
        },
    )


def corrected(message: InboundMessage) -> None:
    """Tell its conversation what the journal did not know of a message."""
    _write(
        """UPDATE messaging_conversation SET channel = %(channel)s,
               own_number = coalesce(nullif(%(own)s, ''), own_number),
               said_kind = CASE WHEN said = '' THEN %(kind)s ELSE said_kind END,
               changed_at = statement_timestamp()
           WHERE workspace_id = %(workspace)s AND number = %(number)s""",
        _facts(message),
    )


def said(campaign: Campaign, *, number: str, actor: User | None) -> None:
    """Put a single message of ours on top of the conversation with its number."""
    _write(
        _SAID,
        {
            "workspace": campaign.workspace_id,
            "number": number_of(campaign.workspace_id, number),
            "said": _beginning(campaign.text),
            "kind": CALL if campaign.channel == Channel.VOICE else "",
            "channel": campaign.channel,
            "own": campaign.sender,
            "actor": actor.pk if actor else None,
        },
    )


def _facts(message: InboundMessage) -> dict[str, Any]:
    kind = (message.content or {}).get("kind", "")
    return {
        "workspace": message.workspace_id,
        "number": number_of(message.workspace_id, message.sender),
        "channel": message.channel,
        "own": message.recipient,
        "kind": "" if kind == SUGGESTION else kind,
    }


def _beginning(text: str) -> str:
    return " ".join(text[: 2 * MAX_SAID].split())[:MAX_SAID]


def _write(statement: str, values: dict[str, Any]) -> None:
    with database.cursor() as cursor:
        cursor.execute(statement, values)
