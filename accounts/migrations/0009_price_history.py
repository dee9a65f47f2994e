from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# What is known of earlier changes: the last one of each price.
KNOWN = """
INSERT INTO accounts_pricechange
  (connection_id, country, country_name, prefix, mcc, mncs, network, before, amount,
   changed_at)
SELECT connection_id, country, country_name, prefix, mcc, mncs, network,
       previous_amount, amount, changed_at
FROM accounts_price WHERE changed_at IS NOT NULL ORDER BY changed_at, id
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_numbers_and_subaccounts")]

    operations = [
        migrations.CreateModel(
            name="PriceCheck",
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
                ("day", models.DateField()),
                ("checked_at", models.DateTimeField()),
                ("prices", models.PositiveIntegerField()),
                ("changes", models.PositiveIntegerField(default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_checks",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "day"), name="price_check_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceChange",
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
                ("country", models.CharField(blank=True, max_length=2)),
                ("country_name", models.CharField(max_length=100)),
                ("prefix", models.CharField(blank=True, max_length=8)),
                ("mcc", models.CharField(blank=True, max_length=40)),
                ("mncs", models.CharField(blank=True, max_length=200)),
                ("network", models.CharField(blank=True, max_length=160)),
                (
                    "before",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_changes",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "changed_at", "id"], name="price_time"
                    ),
                    models.Index(
                        fields=["connection", "country", "prefix", "changed_at"],
                        name="price_country_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
