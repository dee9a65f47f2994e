from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_hooks"),
        ("messaging", "0018_fill_conversations"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhookevent",
            name="nonce",
            field=models.CharField(blank=True, db_default="", max_length=128),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="signed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="times",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="replays",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="occurred_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="subject",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="message",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="messaging.message",
            ),
        ),
        migrations.AlterField(
            model_name="webhookevent",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="webhookevent",
            name="connection",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="events",
                to="accounts.connection",
            ),
        ),
        migrations.RemoveIndex(model_name="webhookevent", name="event_newest"),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(fields=["workspace", "-id"], name="event_latest"),
        ),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(
                fields=["workspace", "kind", "state", "-id"], name="event_shelf"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("subject", ""), _negated=True),
                fields=["workspace", "subject", "-id"],
                name="event_subject",
            ),
        ),
        migrations.CreateModel(
            name="RefusedEvent",
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
                ("flaw", models.CharField(max_length=24)),
                ("method", models.CharField(max_length=8)),
                ("size_bytes", models.PositiveIntegerField()),
                ("source", models.CharField(blank=True, max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refused_events",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "-id"], name="refused_newest")
                ]
            },
        ),
        migrations.CreateModel(
            name="EventSettings",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="event_settings",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                ("days_kept", models.PositiveSmallIntegerField(default=30)),
            ],
        ),
    ]
