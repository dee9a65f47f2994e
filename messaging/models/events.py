from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection, Workspace
from contacts.models import Channel, Contact
from messaging.models.campaigns import Campaign
from messaging.models.messages import Message


class WebhookEvent(models.Model):
    """An event as the gateway posted it, stored once and applied later."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPLIED = "applied", _("Applied")
        UNMATCHED = "unmatched", _("No message yet")
        IGNORED = "ignored", _("Nothing to do")
        FAILED = "failed", _("Failed")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="events"
    )
    # Null once disconnected: a STOP that came before holds all the same.
    connection = models.ForeignKey(
        Connection, null=True, on_delete=models.SET_NULL, related_name="events"
    )
    # SHA-256 of the raw body and query: the same event twice is one row.
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    query = models.TextField(blank=True)
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.PENDING
    )
    error = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "digest"], name="event_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="event_open",
                condition=models.Q(state__in=["pending", "unmatched"]),
            ),
            models.Index(fields=["connection", "-id"], name="event_newest"),
        ]


class InboundMessage(models.Model):
    """What a person sent to one of our numbers."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="inbound_messages"
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="inbound_messages"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    gateway_id = models.CharField(max_length=32)
    sender = models.CharField(max_length=32)
    recipient = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    # RCS: what there is besides words, as `messaging/rcs_attachments.py` reads it.
    content = models.JSONField(null=True)
    is_opt_out = models.BooleanField(default=False)
    # Read in the journal and not told by a webhook.
    is_from_journal = models.BooleanField(default=False)
    # The last message its sender had got before, if that was not long ago, and that
    # message's campaign: what this is taken for an answer to.
    answers = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="replies"
    )
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        on_delete=models.SET_NULL,
        related_name="replies",
        db_index=False,
    )
    received_at = models.DateTimeField()
    # RCS: when its sender was told that we have read it, and that we write.
    read_told_at = models.DateTimeField(null=True)
    typing_told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "gateway_id"], name="inbound_unique"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="inbound_newest"),
            models.Index(fields=["workspace", "sender", "-id"], name="inbound_person"),
            models.Index(
                fields=["campaign", "-id"],
                name="inbound_of_campaign",
                condition=models.Q(campaign__isnull=False),
            ),
            GinIndex(OpClass(Upper("text"), "gin_trgm_ops"), name="inbound_search"),
        ]
