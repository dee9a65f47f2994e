from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0024_both_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="synclink",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="synclink",
            name="retry_at",
            field=models.DateTimeField(null=True),
        ),
    ]
