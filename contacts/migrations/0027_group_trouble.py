from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0026_bulk_traces"),
    ]

    operations = [
        migrations.AddField(
            model_name="syncgroup",
            name="error",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="syncgroup",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="syncgroup",
            name="retry_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="syncgroup",
            name="state",
            field=models.CharField(
                choices=[
                    ("seen", "Only at seven.io"),
                    ("linked", "Linked"),
                    ("deleted_here", "Deleted here"),
                    ("deleted_there", "Deleted at seven.io"),
                    ("unsure", "Without an answer from seven.io"),
                ],
                default="seen",
                max_length=16,
            ),
        ),
    ]
