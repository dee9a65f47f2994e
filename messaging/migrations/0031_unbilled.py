from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

# What is on its way, or was accepted and has no price yet, in units that are billed.
_UNBILLED = """
           CASE WHEN state IN ('sending', 'unclear')
                  OR price IS NULL AND state IN ('accepted', 'buffered', 'transmitted',
                                                 'delivered', 'undelivered', 'expired')
                THEN greatest(units, parts, 1) ELSE 0 END"""
FORWARD = f"""
CREATE OR REPLACE FUNCTION messaging_tally_inserted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO messaging_tally
    (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost,
     unbilled)
  SELECT workspace_id, campaign_id, sent_on, channel, country, state,
         count(*), sum(parts), sum(coalesce(price, 0)), sum({_UNBILLED})
  FROM fresh
  GROUP BY workspace_id, campaign_id, sent_on, channel, country, state;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION messaging_tally_updated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO messaging_tally
    (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost,
     unbilled)
  SELECT workspace_id, campaign_id, sent_on, channel, country, state,
         sum(n), sum(p), sum(c), sum(u)
  FROM (
    SELECT workspace_id, campaign_id, sent_on, channel, country, state,
           1 AS n, parts AS p, coalesce(price, 0) AS c, {_UNBILLED} AS u
    FROM fresh
    UNION ALL
    SELECT workspace_id, campaign_id, sent_on, channel, country, state,
           -1, -parts, -coalesce(price, 0), -{_UNBILLED.lstrip()}
    FROM stale
  ) AS change
  GROUP BY workspace_id, campaign_id, sent_on, channel, country, state
  HAVING sum(n) <> 0 OR sum(p) <> 0 OR sum(c) <> 0 OR sum(u) <> 0;
  RETURN NULL;
END $$;
"""
# By the two indexes that know of such rows.
FILL = f"""
INSERT INTO messaging_tally
  (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost,
   unbilled)
SELECT workspace_id, campaign_id, sent_on, channel, country, state, 0, 0, 0,
       sum({_UNBILLED})
FROM messaging_message
WHERE state IN ('sending', 'unclear')
   OR price IS NULL AND state IN ('accepted', 'buffered', 'transmitted', 'delivered',
                                  'undelivered', 'expired')
GROUP BY workspace_id, campaign_id, sent_on, channel, country, state
"""


BACKWARD = (
    import_module("messaging.migrations.0002_tally_triggers")
    .FORWARD.partition("CREATE TRIGGER")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0030_calls_without_keys")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="units",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="tally",
            name="unbilled",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
