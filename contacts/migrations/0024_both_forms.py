from __future__ import annotations

from django.db import migrations, models

# Argentine and Brazilian numbers are written in two forms (`number_forms`). An opt-out
# by hand or from a list held for the one it was written in, and now holds for both. One
# of Brazil's old form (but 7...) also holds for today's, the only one that is kept now.
# Where the other form was taken off the list meanwhile, the opt-out wins.
CARRY_OVER = r"""
WITH known AS (
  SELECT *,
    CASE WHEN phone ~ '^\+549[1-36][0-9]{9}$' THEN '+54' || right(phone, 10)
         WHEN phone ~ '^\+54[1-36][0-9]{9}$' THEN '+549' || right(phone, 10)
         WHEN phone ~ '^\+55[0-9]{2}97[0-9]{7}$'
         THEN '+55' || substr(phone, 4, 2) || right(phone, 8)
         WHEN phone ~ '^\+55[0-9]{2}[6-9][0-9]{7}$'
         THEN '+55' || substr(phone, 4, 2) || '9' || right(phone, 8) END AS other
  FROM contacts_optout WHERE phone >= '+54' AND phone < '+56'),
added AS (
  INSERT INTO contacts_optout
    (workspace_id, phone, channel, source, reason, added_by_id, created_at,
     is_confirmed)
  SELECT workspace_id, other, channel, source, reason, added_by_id, created_at,
    is_confirmed
  FROM known WHERE other IS NOT NULL ORDER BY id
  ON CONFLICT DO NOTHING
  RETURNING workspace_id, phone, channel, source, reason, added_by_id)
INSERT INTO contacts_consentevent
  (workspace_id, phone, channel, kind, source, reason, evidence, actor_id, at)
SELECT a.workspace_id, a.phone, a.channel, 'opt_out', a.source, a.reason,
  k.phone, a.added_by_id, now()
FROM added AS a JOIN known AS k
  ON k.workspace_id = a.workspace_id AND k.other = a.phone AND k.channel = a.channel
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0023_forget_names"),
    ]

    operations = [
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="duplicate",
            name="reason",
            field=models.CharField(
                choices=[
                    ("email", "Same e-mail address"),
                    ("form", "Same number, with and without a 9"),
                    (
                        "number",
                        "The mobile number of one is the home number of the other",
                    ),
                    ("birthday", "Same name and birthday"),
                    ("address", "Same name and address"),
                    ("company", "Same name and company"),
                    ("home", "Same name and home number"),
                    ("spelling", "Similar name, same birthday"),
                ],
                max_length=8,
            ),
        ),
    ]
