from __future__ import annotations

from django.db import migrations, models

_FILL = """
UPDATE messaging_message AS m SET has_keys = true
FROM messaging_callkeys AS k WHERE k.message_id = m.id
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0029_calls_of_a_conversation")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="has_keys",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("channel", "voice"), ("has_keys", False), ("state", "delivered")
                ),
                fields=["campaign", "-id"],
                name="message_no_keys",
            ),
        ),
        # Last: what a transaction has changed keeps it from altering the table.
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
