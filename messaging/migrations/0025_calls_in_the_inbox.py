from __future__ import annotations

from django.db import migrations, models

# Who called before calls stood in the inbox: read, and waiting for nobody.
FILL = """
INSERT INTO messaging_conversation
    (uuid, workspace_id, number, state, unread, stands_at, said_at, said, said_kind,
     is_said_by_us, channel, own_number, is_opted_out, created_at, changed_at)
SELECT gen_random_uuid(), c.workspace_id, c.caller, 'closed', 0, c.called_at,
    c.called_at, '', 'call', false, 'voice', ltrim(c.recipient, '+'),
    EXISTS (SELECT 1 FROM contacts_optout AS o
            WHERE o.workspace_id = c.workspace_id AND o.phone = c.caller),
    statement_timestamp(), statement_timestamp()
FROM (SELECT DISTINCT ON (workspace_id, caller) workspace_id, caller, recipient,
             least(called_at, statement_timestamp()) AS called_at
      FROM messaging_incomingcall WHERE caller LIKE '+%'
      ORDER BY workspace_id, caller, called_at DESC) AS c
ON CONFLICT (workspace_id, number) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0024_incoming_by_state")]

    operations = [
        migrations.AddField(
            model_name="conversationentry",
            name="edited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
