"""One conversation for a number that is written in two forms (``number_forms``).

Of two, the one with the 9 stays: whoever has written has a mobile. It takes the notes,
the unread messages and the newest words of the other one. Brazilian numbers that are
valid with their 9 only get it. Messages keep the number that they were told with; a
conversation shows those of both forms.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = r"""
CREATE TEMP TABLE both_forms ON COMMIT DROP AS
SELECT keep.id AS keep_id, gone.id AS gone_id
FROM (
  SELECT id, workspace_id,
    CASE WHEN number ~ '^\+54[1-36][0-9]{9}$' THEN '+549' || right(number, 10)
         WHEN number ~ '^\+55[0-9]{2}[6-9][0-9]{7}$'
         THEN '+55' || substr(number, 4, 2) || '9' || right(number, 8) END AS other
  FROM messaging_conversation WHERE number >= '+54' AND number < '+56') AS gone
JOIN messaging_conversation AS keep
  ON keep.workspace_id = gone.workspace_id AND keep.number = gone.other;

UPDATE messaging_conversationentry AS e SET conversation_id = b.keep_id
FROM both_forms AS b WHERE e.conversation_id = b.gone_id;

UPDATE messaging_conversation AS k SET
  state = CASE WHEN 'open' IN (k.state, g.state) THEN 'open'
    WHEN k.state = 'snoozed' THEN 'snoozed' ELSE g.state END,
  snoozed_until = CASE WHEN 'open' IN (k.state, g.state) THEN NULL
    WHEN k.state = 'snoozed' THEN k.snoozed_until ELSE g.snoozed_until END,
  unread = k.unread + g.unread,
  assigned_to_id = coalesce(k.assigned_to_id, g.assigned_to_id),
  stands_at = greatest(k.stands_at, g.stands_at),
  said_at = greatest(k.said_at, g.said_at),
  said = CASE WHEN g.said_at > k.said_at THEN g.said ELSE k.said END,
  said_kind = CASE WHEN g.said_at > k.said_at THEN g.said_kind ELSE k.said_kind END,
  is_said_by_us = CASE WHEN g.said_at > k.said_at
    THEN g.is_said_by_us ELSE k.is_said_by_us END,
  channel = CASE WHEN g.said_at > k.said_at THEN g.channel ELSE k.channel END,
  own_number = CASE WHEN g.said_at > k.said_at
    THEN g.own_number ELSE k.own_number END,
  answered_at = greatest(k.answered_at, g.answered_at),
  answered_by_id = CASE WHEN k.answered_at IS NULL OR g.answered_at > k.answered_at
    THEN g.answered_by_id ELSE k.answered_by_id END,
  is_opted_out = k.is_opted_out OR g.is_opted_out,
  created_at = least(k.created_at, g.created_at),
  changed_at = now()
FROM both_forms AS b JOIN messaging_conversation AS g ON g.id = b.gone_id
WHERE k.id = b.keep_id;

DELETE FROM messaging_conversation USING both_forms WHERE id = gone_id;

UPDATE messaging_conversation
SET number = '+55' || substr(number, 4, 2) || '9' || right(number, 8)
WHERE number >= '+55' AND number < '+56' AND number ~ '^\+55[0-9]{2}[689][0-9]{7}$';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0024_both_forms"),
        ("messaging", "0027_cost_expected"),
    ]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
