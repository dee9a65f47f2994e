from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import messaging.models.callers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_audit_subject"),
        ("messaging", "0012_channel_options"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Caller",
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
                ("number", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asking", "Being asked"),
                            ("waiting", "Waits for the code"),
                            ("answered", "Being checked"),
                            ("verified", "Verified"),
                            ("failed", "Not verified"),
                        ],
                        default="asking",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=12)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "token",
                    models.CharField(
                        default=messaging.models.callers.new_token,
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callers",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "number"), name="caller_number_unique"
                    )
                ],
            },
        ),
    ]
