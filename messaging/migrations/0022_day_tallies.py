from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Runs once for each statement that adds to the tally. While tallies are squashed into
# their sums nothing has changed, so the squasher says so. Tallies of days are never
# deleted otherwise: a campaign that has sent anything stays.
FORWARD = """
CREATE FUNCTION messaging_day_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('messaging.squashing', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO messaging_daytally
    (workspace_id, day, channel, country, state, messages, parts, cost)
  SELECT workspace_id, day, channel, country, state,
         sum(messages), sum(parts), sum(cost)
  FROM fresh WHERE day IS NOT NULL
  GROUP BY workspace_id, day, channel, country, state
  HAVING sum(messages) <> 0 OR sum(parts) <> 0 OR sum(cost) <> 0;
  INSERT INTO messaging_labeltally
    (workspace_id, day, label, channel, messages, cost)
  SELECT t.workspace_id, t.day, g.label, t.channel, sum(t.messages), sum(t.cost)
  FROM fresh AS t JOIN messaging_campaign AS g ON g.id = t.campaign_id
  WHERE t.day IS NOT NULL AND g.label <> ''
    AND t.state IN ('accepted', 'buffered', 'transmitted', 'delivered',
                    'undelivered', 'expired')
  GROUP BY t.workspace_id, t.day, g.label, t.channel
  HAVING sum(t.messages) <> 0 OR sum(t.cost) <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER messaging_tally_on_days
  AFTER INSERT ON messaging_tally REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION messaging_day_tallied();

INSERT INTO messaging_daytally
  (workspace_id, day, channel, country, state, messages, parts, cost)
SELECT workspace_id, day, channel, country, state,
       sum(messages), sum(parts), sum(cost)
FROM messaging_tally WHERE day IS NOT NULL
GROUP BY workspace_id, day, channel, country, state
HAVING sum(messages) <> 0 OR sum(parts) <> 0 OR sum(cost) <> 0;

INSERT INTO messaging_labeltally (workspace_id, day, label, channel, messages, cost)
SELECT t.workspace_id, t.day, g.label, t.channel, sum(t.messages), sum(t.cost)
FROM messaging_tally AS t JOIN messaging_campaign AS g ON g.id = t.campaign_id
WHERE t.day IS NOT NULL AND g.label <> ''
  AND t.state IN ('accepted', 'buffered', 'transmitted', 'delivered',
                  'undelivered', 'expired')
GROUP BY t.workspace_id, t.day, g.label, t.channel
HAVING sum(t.messages) <> 0 OR sum(t.cost) <> 0;
"""
BACKWARD = """
DROP TRIGGER messaging_tally_on_days ON messaging_tally;
DROP FUNCTION messaging_day_tallied();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_grants_and_records"),
        ("messaging", "0021_calls_and_journal"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(max_length=8)),
                ("country", models.CharField(max_length=2)),
                ("state", models.CharField(max_length=12)),
                ("messages", models.IntegerField()),
                ("parts", models.IntegerField()),
                ("cost", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "day"], name="daytally_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("label", models.CharField(max_length=100)),
                ("channel", models.CharField(max_length=8)),
                ("messages", models.IntegerField()),
                ("cost", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "day"], name="labeltally_day")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                fields=["workspace", "finished_at"], name="campaign_ended"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
