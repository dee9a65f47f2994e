from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection, Workspace
from contacts.models import Channel, Contact
from messaging import event_words
from messaging.models.campaigns import Campaign
from messaging.models.messages import Message

DAYS_KEPT = 30


class WebhookEvent(models.Model):
    """An event as the gateway posted it, stored once and applied later."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPLIED = "applied", _("Applied")
        UNMATCHED = "unmatched", _("No message yet")
        IGNORED = "ignored", _("Nothing to do")
        FAILED = "failed", _("Failed")

    # Other indexes begin with these two; each one more slows down taking in.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    # Null once disconnected: a STOP that came before holds all the same.
    connection = models.ForeignKey(
        Connection,
        null=True,
        on_delete=models.SET_NULL,
        related_name="events",
        db_index=False,
    )
    # SHA-256 of the raw body and query: the same event twice is one row.
    digest = models.CharField(max_length=64)
    # Of the delivery that was stored; what vouches for it, and when it was signed.
    nonce = models.CharField(max_length=128, blank=True, db_default="")
    signed_at = models.DateTimeField(null=True)
    # How often it was delivered, and how often a person had it applied again.
    times = models.PositiveIntegerField(default=1, db_default=1)
    replays = models.PositiveIntegerField(default=0, db_default=0)
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
    # Read out of the body when it is applied: when it happened, and the gateway's id of
    # the message or call that it is about.
    occurred_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=32, blank=True, db_default="")
    # The message it moved. Without a constraint, so that events never hold up the
    # deletion of messages; it may be gone.
    message = models.ForeignKey(
        Message,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="events",
        db_index=False,
        db_constraint=False,
    )

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
            models.Index(fields=["workspace", "-id"], name="event_latest"),
            models.Index(
                fields=["workspace", "kind", "state", "-id"], name="event_shelf"
            ),
            models.Index(
                fields=["workspace", "subject", "-id"],
                name="event_subject",
                condition=~models.Q(subject=""),
            ),
        ]

    @property
    def kind_words(self) -> str:
        return event_words.kind_of(self.kind)

    @property
    def is_known_kind(self) -> bool:
        """Say whether we have a name for it, and so know what to do with it."""
        return self.kind in event_words.KINDS

    @property
    def error_words(self) -> str:
        return event_words.error_of(self.error)

    @property
    def way_ms(self) -> int | None:
        """Milliseconds from its signature to us. Signatures count whole seconds."""
        return _ms(self.signed_at, self.received_at)

    @property
    def waited_ms(self) -> int | None:
        """Milliseconds until it was applied; None while it waits."""
        return _ms(self.received_at, self.applied_at)

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be applied."""
        return self.state in (self.State.PENDING, self.State.UNMATCHED)


def _ms(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return max(0, round((end - start).total_seconds() * 1000))


class RefusedEvent(models.Model):
    """A post that was not taken in: facts of it, never its content."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="refused_events"
    )
    # The word of the check that it failed.
    flaw = models.CharField(max_length=24)
    method = models.CharField(max_length=8)
    size_bytes = models.PositiveIntegerField()
    source = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "-id"], name="refused_newest")]

    @property
    def flaw_words(self) -> str:
        return event_words.flaw_of(self.flaw)


class EventSettings(models.Model):
    """How long a workspace keeps its events."""

    workspace = models.OneToOneField(
        Workspace,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="event_settings",
    )
    days_kept = models.PositiveSmallIntegerField(default=DAYS_KEPT)


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
    # Asks for messages again.
    is_opt_in = models.BooleanField(default=False, db_default=False)
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
