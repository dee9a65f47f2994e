from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import hook_words
from accounts.fields import EncryptedField, UnreadableSecret
from accounts.models.connections import Connection


class GatewayHook(models.Model):
    """A webhook as the gateway lists it, with the time we last saw it there.

    An address may hold what opens its receiver, so it is ciphertext; of headers only
    the names are kept.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="hooks"
    )
    gateway_id = models.CharField(max_length=32)
    event_type = models.CharField(max_length=32)
    event_filter = models.CharField(max_length=64, blank=True)
    request_method = models.CharField(max_length=8, blank=True)
    header_names = models.CharField(max_length=400, blank=True)
    target = EncryptedField()
    is_ours = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "gateway_id"], name="hook_unique"
            )
        ]

    @property
    def address(self) -> str:
        """The whole address, "" when no key of FIELD_KEYS opens it."""
        try:
            return str(self.target.reveal())
        except UnreadableSecret:
            return ""

    @property
    def event_words(self) -> str:
        """What it listens to; a kind that we do not know, by its own name."""
        return str(hook_words.EVENTS.get(self.event_type, self.event_type))

    @property
    def target_host(self) -> str:
        """Where it points, without what may be secret in the path."""
        return urlsplit(self.address).netloc.rpartition("@")[2]


def new_check_code() -> str:
    return secrets.token_hex(16)


class HookCheck(models.Model):
    """A test event on its way: from us to our own public address and back in."""

    class State(models.TextChoices):
        ASKED = "asked", _("Being sent")
        POSTED = "posted", _("Sent")
        ARRIVED = "arrived", _("Arrived")
        FAILED = "failed", _("Failed")

    # So long after it was asked for, nothing more is waited for.
    PATIENCE = timedelta(seconds=45)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="hook_checks"
    )
    code = models.CharField(max_length=32, unique=True, default=new_check_code)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    # What the address answered, or why there was no answer: a word of the code.
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=24, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    posted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-asked_at"], name="hook_check_newest")
        ]

    @property
    def is_over(self) -> bool:
        """Say whether nothing more will happen to it."""
        if self.state in (self.State.ARRIVED, self.State.FAILED):
            return True
        return timezone.now() - self.asked_at > self.PATIENCE

    @property
    def sentence(self) -> str:
        """Why it has not arrived, and what to do."""
        return str(hook_words.reason_of(self.reason, self.status))

    @property
    def took_ms(self) -> int | None:
        """Milliseconds from leaving us to being stored, None until then."""
        if self.arrived_at is None or self.posted_at is None:
            return None
        return max(0, round((self.arrived_at - self.posted_at).total_seconds() * 1000))
