from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_errand_alerts"),
        ("contacts", "0025_sync_trouble"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkTrace",
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
                ("is_undo", models.BooleanField(default=False)),
                ("span", models.BigIntegerField()),
                ("bits", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="traces",
                        to="contacts.bulkjob",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "span", "-id"], name="bulk_trace_span"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "is_undo", "span"), name="bulk_trace_once"
                    )
                ],
            },
        ),
    ]
