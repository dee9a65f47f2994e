from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.campaigns import Campaign
from messaging.models.messages import Message


class Reaction(models.Model):
    """A person read a message, opened it or followed a link in it; one row for each.

    ``serial`` is the gateway's own count (its total after this click), so that an
    event which is told twice, in whatever order, is one row.
    """

    class Kind(models.TextChoices):
        CLICK = "click", _("Click")
        VIEW = "view", _("View")
        READ = "read", _("Read")

    # Both are covered by an index below.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Where the link leads, and the short address that stood in the message.
    url = models.CharField(max_length=500, blank=True)
    tracking_url = models.CharField(max_length=200, blank=True)
    serial = models.BigIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "kind", "tracking_url", "serial"],
                name="reaction_unique",
            )
        ]
        indexes = [
            models.Index(fields=["campaign", "kind", "-id"], name="reaction_newest")
        ]
