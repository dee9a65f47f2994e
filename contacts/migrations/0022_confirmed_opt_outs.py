from __future__ import annotations

from django.db import migrations, models

# Mexican mobiles had a 1 behind the country code until 2019. A STOP that came in that
# form was kept in it, and now holds for the one form that numbers have today.
CARRY_OVER = r"""
WITH added AS (
  INSERT INTO contacts_optout
    (workspace_id, phone, channel, source, reason, added_by_id, created_at)
  SELECT workspace_id, '+52' || substr(phone, 5), channel, source, reason, added_by_id,
    created_at
  FROM contacts_optout WHERE phone ~ '^\+521[0-9]{10}$'
  ON CONFLICT DO NOTHING
  RETURNING workspace_id, phone, channel, source, reason, added_by_id)
INSERT INTO contacts_consentevent
  (workspace_id, phone, channel, kind, source, reason, evidence, actor_id, at)
SELECT workspace_id, phone, channel, 'opt_out', source, reason,
  '+521' || substr(phone, 4), added_by_id, now()
FROM added
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0021_group_goes_too"),
    ]

    operations = [
        migrations.AddField(
            model_name="optout",
            name="is_confirmed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
    ]
