from __future__ import annotations

from django.db import migrations, models

_KEEP_FLASH = """
UPDATE messaging_campaign SET options = '{"is_flash": true}' WHERE is_flash
"""
_GIVE_BACK = """
UPDATE messaging_campaign SET is_flash = true WHERE options @> '{"is_flash": true}'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0011_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="options",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunSQL(_KEEP_FLASH, _GIVE_BACK),
        migrations.RemoveField(
            model_name="campaign",
            name="is_flash",
        ),
        migrations.AlterField(
            model_name="campaign",
            name="sender",
            field=models.CharField(blank=True, max_length=100, verbose_name="sender"),
        ),
    ]
