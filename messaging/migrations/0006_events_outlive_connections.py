from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE messaging_webhookevent AS e SET workspace_id = c.workspace_id
FROM accounts_connection AS c WHERE c.id = e.connection_id;
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_keys_changed_at"),
        ("messaging", "0005_inbound_readings"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhookevent",
            name="workspace",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="accounts.workspace",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="webhookevent",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="webhookevent",
            name="connection",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="events",
                to="accounts.connection",
            ),
        ),
    ]
