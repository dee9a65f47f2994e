from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models

import accounts.fields
import accounts.models.hooks

# The list is fetched again at once: addresses are to be ciphertext from now on.
FORGET = """
DELETE FROM accounts_gatewayhook;
UPDATE accounts_poll SET due_at = now() WHERE kind = 'hooks';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_own_number")]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="gatewayhook", name="target_url"),
        migrations.AddField(
            model_name="gatewayhook",
            name="target",
            field=accounts.fields.EncryptedField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="gatewayhook",
            name="created_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="gatewayhook",
            name="event_filter",
            field=models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="gatewayhook",
            name="header_names",
            field=models.CharField(blank=True, max_length=400, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="gatewayhook",
            name="request_method",
            field=models.CharField(blank=True, max_length=8, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="HookCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=accounts.models.hooks.new_check_code,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being sent"),
                            ("posted", "Sent"),
                            ("arrived", "Arrived"),
                            ("failed", "Failed"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("posted_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook_checks",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "-asked_at"], name="hook_check_newest"
                    )
                ]
            },
        ),
    ]
