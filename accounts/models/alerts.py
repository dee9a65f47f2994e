from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.workspaces import Workspace


class Alert(models.Model):
    """Something that somebody should look at; open until it is no longer so.

    ``facts`` are what the sentence about it needs (``accounts/alert_words.py``),
    ``path`` is where something can be done about it.
    """

    class Kind(models.TextChoices):
        LOW_BALANCE = "low_balance", _("Low balance")
        CONNECTION = "connection", _("Connection lost")
        PAUSED = "paused", _("Campaign paused")
        HOOK = "hook", _("Webhook missing")
        SILENT = "silent", _("No events arrive")
        PRICE = "price", _("Price changed")
        ERRAND = "errand", _("Order or transfer unclear")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="alerts"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # What it is about where a workspace has many: a campaign, a country.
    subject = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"],
                condition=models.Q(closed_at=None),
                name="alert_open_unique",
            )
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="alert_newest")]

    @property
    def is_over(self) -> bool:
        """Whether its reason has gone; what is told of once has none that could."""
        return self.closed_at is not None and self.closed_at > self.opened_at


class AlertReader(models.Model):
    """How far a person has read the alerts of a workspace."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    seen_until = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"], name="alert_reader_unique"
            )
        ]


class AlertChoice(models.Model):
    """How a person wants to hear of one kind; without a row, as their role does."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=Alert.Kind.choices)
    in_app = models.BooleanField()
    by_mail = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "kind"], name="alert_choice_unique"
            )
        ]


class AlertRules(models.Model):
    """When a workspace calls its balance low; null: not by that measure."""

    workspace = models.OneToOneField(
        Workspace,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="alert_rules",
    )
    # EUR.
    balance_below = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, default=Decimal(10)
    )
    days_below = models.PositiveIntegerField(
        null=True, blank=True, default=3, validators=[MinValueValidator(1)]
    )


class AlertMail(models.Model):
    """A mail about an alert to one person, until it is sent or given up."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="mails")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # Null once it is done with.
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "user"], name="alert_mail_unique")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="alert_mail_due",
                condition=models.Q(due_at__isnull=False),
            )
        ]
