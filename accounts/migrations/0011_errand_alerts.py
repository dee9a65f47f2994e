from __future__ import annotations

from django.db import migrations, models

KINDS = [
    ("low_balance", "Low balance"),
    ("connection", "Connection lost"),
    ("paused", "Campaign paused"),
    ("hook", "Webhook missing"),
    ("silent", "No events arrive"),
    ("price", "Price changed"),
    ("errand", "Order or transfer unclear"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_alerts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=16),
        ),
        migrations.AlterField(
            model_name="alertchoice",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=16),
        ),
    ]
