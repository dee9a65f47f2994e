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


class OutboundReading(models.Model):
    """How far we have read one day of the gateway's journal of what went out.

    Days are Berlin's, as the gateway counts them. While a day lasts it is read from the
    newest entry back to ``read_until``; once it is over, as a whole, because networks
    and delivery times come with late reports. ``offset`` is where a pass that was too
    long for one run goes on.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="outbound_readings"
    )
    day = models.DateField()
    # Readings of the whole day that are done.
    looks = models.PositiveSmallIntegerField(default=0)
    # Whether the pass under way reads the whole day.
    is_whole = models.BooleanField(default=False)
    # Messages of ours that the pass under way found without a network.
    missing = models.PositiveIntegerField(default=0)
    # The newest entry when the last pass began; null before the first one.
    read_until = models.DateTimeField(null=True)
    pass_until = models.DateTimeField(null=True)
    offset = models.PositiveIntegerField(default=0)
    # Null once there is nothing more to learn of this day.
    due_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "day"], name="outbound_reading_unique"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="outbound_reading_due")]
