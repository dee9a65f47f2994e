"""Numbers that the account rents, and those it could rent, as last listed."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField, UnreadableSecret
from accounts.models.connections import Connection

MAX_DIGITS: Final = 24


class Interval(models.TextChoices):
    """How often a number is paid, in the gateway's words."""

    MONTHLY = "monthly", _("Monthly")
    ANNUALLY = "annually", _("Annually")


class OwnNumber(models.Model):
    """A number of the account. Prices are EUR, the `_in` ones for a message or minute.

    `number` is digits alone, as the gateway spells it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="own_numbers"
    )
    number = models.CharField(max_length=MAX_DIGITS)
    country = models.CharField(max_length=2, blank=True)
    friendly_name = models.CharField(max_length=120, blank=True)
    interval = models.CharField(max_length=16, blank=True)
    charge = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    setup = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    sms_in = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    voice_in = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    has_sms = models.BooleanField(default=False)
    has_a2p_sms = models.BooleanField(default=False)
    has_voice = models.BooleanField(default=False)
    sms_forward = models.JSONField(default=list)
    email_forward = models.JSONField(default=list)
    # A JSON list: whoever knows a Slack address can write there.
    slack_forward = EncryptedField(blank=True)
    rented_at = models.DateTimeField(null=True)
    # Set once it is given up: the end of what is paid.
    expires_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "number"], name="own_number_unique"
            )
        ]

    @property
    def e164(self) -> str:
        return f"+{self.number}"

    @property
    def slack_addresses(self) -> list[str]:
        """The Slack addresses; none where the stored ones cannot be read."""
        try:
            kept = json.loads(self.slack_forward.reveal() or "[]")
        except (UnreadableSecret, ValueError):
            return []
        return [str(address) for address in kept]

    @property
    def slack_hints(self) -> list[str]:
        """What may be shown of the Slack addresses."""
        return [f"…{address[-4:]}" for address in self.slack_addresses]

    @property
    def is_forwarded(self) -> bool:
        return bool(self.sms_forward or self.email_forward or self.slack_forward)

    @property
    def interval_label(self) -> str:
        known = dict(Interval.choices)
        return str(known.get(self.interval, self.interval))

    def forwarding(self) -> dict[str, list[str]]:
        """Return where its SMS go, the Slack addresses by their endings alone."""
        return {
            "sms": list(self.sms_forward),
            "email": list(self.email_forward),
            "slack": self.slack_hints,
        }


class NumberOffer(models.Model):
    """A number that could be rented, at prices of the moment it was listed (EUR)."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="number_offers"
    )
    number = models.CharField(max_length=MAX_DIGITS)
    formatted = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    monthly_charge = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    monthly_setup = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    annual_charge = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    annual_setup = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    sms_in = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    voice_in = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    has_sms = models.BooleanField(default=False)
    has_a2p_sms = models.BooleanField(default=False)
    has_voice = models.BooleanField(default=False)
    seen_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "number"], name="number_offer_unique"
            )
        ]
        indexes = [
            models.Index(fields=["connection", "country"], name="number_offer_country")
        ]

    @property
    def e164(self) -> str:
        return f"+{self.number}"

    @property
    def monthly_now(self) -> Decimal | None:
        """What renting it by the month costs at once, set-up included."""
        return self.cost_now(Interval.MONTHLY)

    @property
    def annual_now(self) -> Decimal | None:
        """What renting it by the year costs at once, set-up included."""
        return self.cost_now(Interval.ANNUALLY)

    def charge(self, interval: str) -> Decimal | None:
        """Return what each interval costs; None while the gateway names no price."""
        is_monthly = interval == Interval.MONTHLY
        return self.monthly_charge if is_monthly else self.annual_charge

    def cost_now(self, interval: str) -> Decimal | None:
        """Return the first charge with the set-up; None without a known price."""
        is_monthly = interval == Interval.MONTHLY
        setup = self.monthly_setup if is_monthly else self.annual_setup
        charge = self.charge(interval)
        return None if charge is None else charge + (setup or Decimal(0))
