from __future__ import annotations

from django.db import models

from accounts.models import Connection


class InboundReading(models.Model):
    """How far we have read one of the journals of what people wrote.

    A pass goes from the newest entry back to a day before ``read_until``; ``offset``
    is where a pass that was too long for one run goes on.
    """

    class Journal(models.TextChoices):
        INBOUND = "inbound"
        REPLIES = "replies"

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="inbound_readings"
    )
    journal = models.CharField(max_length=8, choices=Journal.choices)
    # The newest entry when the last whole pass began; null before the first one.
    read_until = models.DateTimeField(null=True)
    pass_until = models.DateTimeField(null=True)
    pass_began_at = models.DateTimeField(null=True)
    offset = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "journal"], name="reading_unique"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="reading_due")]
