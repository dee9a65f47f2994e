from __future__ import annotations

from django.db import migrations

# Merges whose values were forgotten before their names were, too.
FORGET = "UPDATE contacts_merge SET removed_name = '' WHERE forgotten_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("contacts", "0022_confirmed_opt_outs")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
