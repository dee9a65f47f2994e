from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_audit_subject"),
        ("messaging", "0014_concerns_and_tests"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboxSettings",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="inbox_settings",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                ("tells_read", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="read_told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="typing_told_at",
            field=models.DateTimeField(null=True),
        ),
    ]
