"""What Celery beat fetches from the gateway into rows, so pages never wait."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.connections import Connection


class Poll(models.Model):
    """One kind of polling of one connection: when it ran and when it is due."""

    class Kind(models.TextChoices):
        BALANCE = "balance", _("Balance")
        PRICING = "pricing", _("Prices")
        ANALYTICS = "analytics", _("Analytics by day")
        BREAKDOWN = "breakdown", _("Analytics by country, label and subaccount")
        HOOKS = "hooks", _("Webhooks")
        NUMBERS = "numbers", _("Own numbers")
        OFFERS = "offers", _("Numbers to rent")
        SUBACCOUNTS = "subaccounts", _("Subaccounts")

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="polls"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    # The gateway's code of the last failure: 902 is a missing right.
    code = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "kind"], name="poll_unique")
        ]
        indexes = [models.Index(fields=["due_at"], name="poll_due")]


class Price(models.Model):
    """The price of one SMS part to a network, in EUR.

    The row of a country without ``mcc`` is its default price. ``previous_amount`` is
    what it was until ``changed_at``.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="prices"
    )
    country = models.CharField(max_length=2, blank=True)
    country_name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, blank=True)
    mcc = models.CharField(max_length=40, blank=True)
    mncs = models.CharField(max_length=200, blank=True)
    network = models.CharField(max_length=160, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=5)
    previous_amount = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    changed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "country", "prefix", "mcc", "mncs", "network"],
                name="price_unique",
            )
        ]


class Usage(models.Model):
    """One row of the gateway's own analytics: a day, or a key over one day."""

    class Dimension(models.TextChoices):
        DATE = "date", _("Date")
        COUNTRY = "country", _("Country")
        LABEL = "label", _("Label")
        SUBACCOUNT = "subaccount", _("Subaccount")

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="usage"
    )
    dimension = models.CharField(max_length=16, choices=Dimension.choices)
    day = models.DateField()
    key = models.CharField(max_length=120, blank=True)
    sms = models.PositiveIntegerField(default=0)
    rcs = models.PositiveIntegerField(default=0)
    voice = models.PositiveIntegerField(default=0)
    hlr = models.PositiveIntegerField(default=0)
    mnp = models.PositiveIntegerField(default=0)
    inbound = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    fetched_at = models.DateTimeField()
    is_final = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "dimension", "day", "key"], name="usage_unique"
            )
        ]
