from __future__ import annotations

from django.db import models
from django.db.models import Q

from messaging.models.campaigns import Campaign


class Summary(models.Model):
    """What came of a campaign, worked out from its rows once and kept.

    A page never counts millions of messages: it shows ``figures`` with the time they
    were worked out at, and asks for newer ones. ``asked_at`` is set while somebody
    waits for them, so that a lost bell is found by the sweep.
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, primary_key=True, related_name="summary"
    )
    # `messaging.figures.Figures` as JSON; empty before the first time.
    figures = models.JSONField(default=dict)
    # The shape of ``figures``: those of an older program are worked out again.
    version = models.PositiveSmallIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    # When the gateway's journal last told something new about its messages.
    learnt_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="summary_asked",
                condition=Q(asked_at__isnull=False),
            )
        ]
