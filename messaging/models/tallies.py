from __future__ import annotations

from django.db import models

from accounts.models import Workspace
from messaging.models.campaigns import Campaign


class Tally(models.Model):
    """A change in how many messages are in a state; sums are the totals.

    Statement triggers on the message table insert these rows in the very
    transaction that changes the messages, so totals equal rows at every moment.
    Nobody updates a row, so senders never wait for each other; a periodic task
    replaces many rows by their sum.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="tallies"
    )
    day = models.DateField(null=True)
    channel = models.CharField(max_length=8)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=12)
    messages = models.IntegerField()
    parts = models.IntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=5)
    # `Message.units` of what is on its way, or was accepted and has no price yet.
    unbilled = models.IntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["campaign"], name="tally_campaign"),
            models.Index(fields=["workspace", "day"], name="tally_day"),
            # What is on its way, for limits on spending.
            models.Index(
                fields=["workspace"],
                name="tally_on_its_way",
                condition=models.Q(state__in=["sending", "unclear"]),
            ),
        ]


class DayTally(models.Model):
    """The tallies of all campaigns of a day in one: what charts read.

    A trigger on the tally adds to it in the same transaction, so it holds the same
    sums, while a page reads as many rows for ten million messages as for ten thousand.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    channel = models.CharField(max_length=8)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=12)
    messages = models.IntegerField()
    parts = models.IntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=5)

    class Meta:
        indexes = [models.Index(fields=["workspace", "day"], name="daytally_day")]


class LabelTally(models.Model):
    """What the gateway has of a day under a label; what has none is the rest."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    label = models.CharField(max_length=100)
    channel = models.CharField(max_length=8)
    messages = models.IntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=5)

    class Meta:
        indexes = [models.Index(fields=["workspace", "day"], name="labeltally_day")]
