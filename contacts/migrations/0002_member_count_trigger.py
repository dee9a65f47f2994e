from __future__ import annotations

from django.db import migrations

# One update of each touched group for a whole statement.
FORWARD = """
CREATE FUNCTION contacts_members_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contacts_group AS g SET member_count = g.member_count + change.n
  FROM (SELECT group_id, count(*) AS n FROM fresh GROUP BY group_id) AS change
  WHERE g.id = change.group_id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_members_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contacts_group AS g SET member_count = g.member_count - change.n
  FROM (SELECT group_id, count(*) AS n FROM stale GROUP BY group_id) AS change
  WHERE g.id = change.group_id;
  RETURN NULL;
END $$;

CREATE TRIGGER contacts_members_on_insert
  AFTER INSERT ON contacts_groupmembership REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_members_added();

CREATE TRIGGER contacts_members_on_delete
  AFTER DELETE ON contacts_groupmembership REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_members_removed();
"""

BACKWARD = """
DROP TRIGGER contacts_members_on_delete ON contacts_groupmembership;
DROP TRIGGER contacts_members_on_insert ON contacts_groupmembership;
DROP FUNCTION contacts_members_removed();
DROP FUNCTION contacts_members_added();
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
