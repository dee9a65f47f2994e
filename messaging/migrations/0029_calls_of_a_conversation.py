from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0028_one_conversation")]

    operations = [
        migrations.AddIndex(
            model_name="incomingcall",
            index=models.Index(
                fields=["workspace", "caller", "-id"], name="incoming_call_thread"
            ),
        ),
    ]
