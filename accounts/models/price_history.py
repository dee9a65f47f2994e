from __future__ import annotations

from django.db import models

from accounts.models.connections import Connection


class PriceChange(models.Model):
    """A price of the list that became another one, in EUR for one SMS part.

    ``before`` is null for a network that was not listed before, ``amount`` for one
    that is listed no more. What a price was on a day follows from the changes after it.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="price_changes"
    )
    country = models.CharField(max_length=2, blank=True)
    country_name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, blank=True)
    mcc = models.CharField(max_length=40, blank=True)
    mncs = models.CharField(max_length=200, blank=True)
    network = models.CharField(max_length=160, blank=True)
    before = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    amount = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["connection", "changed_at", "id"], name="price_time"),
            models.Index(
                fields=["connection", "country", "prefix", "changed_at"],
                name="price_country_time",
            ),
        ]


class PriceCheck(models.Model):
    """A day on which the price list was fetched: the days that can be compared."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="price_checks"
    )
    # In the gateway's zone.
    day = models.DateField()
    checked_at = models.DateTimeField()
    prices = models.PositiveIntegerField()
    changes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "day"], name="price_check_unique"
            )
        ]
