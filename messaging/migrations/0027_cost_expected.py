from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0026_asked_back")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="cost_expected",
            field=models.DecimalField(decimal_places=4, max_digits=14, null=True),
        ),
    ]
