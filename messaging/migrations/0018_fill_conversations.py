"""Make the conversations of what was said before there was an inbox.

In slices, each a transaction: killed half-way it is run again from the start and changes
nothing that is there already. What is older than two weeks is closed, and nothing counts
as unread: nobody wants to begin with a year of messages.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

SLICE = 5_000
_KEEP_NEWEST = """
ON CONFLICT (workspace_id, number) DO UPDATE SET
    stands_at = excluded.stands_at, said_at = excluded.said_at, said = excluded.said,
    said_kind = excluded.said_kind, is_said_by_us = excluded.is_said_by_us,
"""
CAME = f"""
INSERT INTO messaging_conversation AS c
    (uuid, workspace_id, number, state, unread, stands_at, said_at, said, said_kind,
     is_said_by_us, channel, own_number, is_opted_out, created_at, changed_at)
SELECT DISTINCT ON (m.workspace_id, m.sender) gen_random_uuid(), m.workspace_id,
    m.sender,
    CASE WHEN m.received_at > now() - interval '14 days' AND NOT m.is_opt_out
        THEN 'open' ELSE 'closed' END,
    0, m.received_at, m.received_at,
    left(btrim(regexp_replace(left(m.text, 320), '\\s+', ' ', 'g')), 160), '', false,
    m.channel, m.recipient,
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = m.workspace_id AND o.phone = m.sender),
    m.received_at, now()
FROM messaging_inboundmessage AS m WHERE m.id > %s AND m.id <= %s
ORDER BY m.workspace_id, m.sender, m.received_at DESC, m.id DESC
{_KEEP_NEWEST}
    state = excluded.state, channel = excluded.channel,
    own_number = excluded.own_number
WHERE excluded.said_at > c.said_at
"""
# A single message is a campaign of its own; they are gone through by their ids.
SENT = f"""
WITH slice AS MATERIALIZED (
    SELECT id, kind, created_by_id, sender, created_at, text
    FROM messaging_campaign WHERE id > %s ORDER BY id LIMIT %s
), filled AS (
    INSERT INTO messaging_conversation AS c
        (uuid, workspace_id, number, state, unread, stands_at, said_at, said, said_kind,
         is_said_by_us, channel, own_number, answered_at, answered_by_id, is_opted_out,
         created_at, changed_at)
    SELECT DISTINCT ON (m.workspace_id, m.recipient) gen_random_uuid(), m.workspace_id,
        m.recipient, 'closed', 0, s.created_at, s.created_at,
        left(btrim(regexp_replace(left(s.text, 320), '\\s+', ' ', 'g')), 160),
        CASE WHEN m.channel = 'voice' THEN 'call' ELSE '' END, true, m.channel,
        s.sender, s.created_at, s.created_by_id,
        EXISTS (SELECT 1 FROM contacts_optout AS o
                WHERE o.workspace_id = m.workspace_id AND o.phone = m.recipient),
        s.created_at, now()
    FROM slice AS s JOIN messaging_message AS m ON m.campaign_id = s.id
    WHERE s.kind = 'single' AND m.recipient <> ''
    ORDER BY m.workspace_id, m.recipient, s.created_at DESC
    {_KEEP_NEWEST}
        answered_at = excluded.answered_at, answered_by_id = excluded.answered_by_id
    WHERE excluded.said_at > c.said_at
)
SELECT id FROM slice ORDER BY id DESC LIMIT 1
"""
_FIRST = "00000000-0000-0000-0000-000000000000"


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM messaging_inboundmessage")
        (newest,) = cursor.fetchone()
        for start in range(0, newest, SLICE):
            cursor.execute(CAME, [start, start + SLICE])
        after = _FIRST
        while after:
            cursor.execute(SENT, [after, SLICE])
            row = cursor.fetchone()
            after = row[0] if row else ""


class Migration(migrations.Migration):
    # Each statement commits by itself, so that no lock is held for the whole.
    atomic = False

    dependencies = [("messaging", "0017_conversations")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
