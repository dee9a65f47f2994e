from __future__ import annotations

from django.db import migrations

# Statement triggers with transition tables: one grouped insert for each
# statement, whether it touches one message or a million. Messages that
# retention deletes stay in the totals, so there is no trigger on delete.
FORWARD = """
CREATE FUNCTION messaging_tally_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO messaging_tally
    (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost)
  SELECT workspace_id, campaign_id, sent_on, channel, country, state,
         count(*), sum(parts), sum(coalesce(price, 0))
  FROM fresh
  GROUP BY workspace_id, campaign_id, sent_on, channel, country, state;
  RETURN NULL;
END $$;

CREATE FUNCTION messaging_tally_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO messaging_tally
    (workspace_id, campaign_id, day, channel, country, state, messages, parts, cost)
  SELECT workspace_id, campaign_id, sent_on, channel, country, state,
         sum(n), sum(p), sum(c)
  FROM (
    SELECT workspace_id, campaign_id, sent_on, channel, country, state,
           1 AS n, parts AS p, coalesce(price, 0) AS c
    FROM fresh
    UNION ALL
    SELECT workspace_id, campaign_id, sent_on, channel, country, state,
           -1, -parts, -coalesce(price, 0)
    FROM stale
  ) AS change
  GROUP BY workspace_id, campaign_id, sent_on, channel, country, state
  HAVING sum(n) <> 0 OR sum(p) <> 0 OR sum(c) <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER messaging_tally_on_insert
  AFTER INSERT ON messaging_message REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION messaging_tally_inserted();

CREATE TRIGGER messaging_tally_on_update
  AFTER UPDATE ON messaging_message
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION messaging_tally_updated();
"""

BACKWARD = """
DROP TRIGGER messaging_tally_on_update ON messaging_message;
DROP TRIGGER messaging_tally_on_insert ON messaging_message;
DROP FUNCTION messaging_tally_updated();
DROP FUNCTION messaging_tally_inserted();
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
