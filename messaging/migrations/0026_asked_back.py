from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0025_calls_in_the_inbox")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="wound_up_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("state", "cancelled")),
                fields=["finished_at"],
                name="campaign_cancelled",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("options__has_key", "deliver_at")),
                fields=["created_at"],
                name="campaign_held",
            ),
        ),
    ]
