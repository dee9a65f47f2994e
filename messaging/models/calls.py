from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from contacts.models import Contact
from messaging.models.campaigns import Campaign
from messaging.models.messages import Message


class IncomingCall(models.Model):
    """Somebody called one of our numbers; what the gateway told of it.

    ``state`` is "received" until something is told of its course, then that of a
    message. ``digits`` are the keys pressed so far, in order.
    """

    RECEIVED = "received"

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="incoming_calls",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="incoming_calls"
    )
    gateway_id = models.CharField(max_length=32)
    # E.164, or as it came: some callers hide their number.
    caller = models.CharField(max_length=32, blank=True)
    recipient = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=12, default=RECEIVED)
    duration_s = models.PositiveIntegerField(null=True)
    price = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    digits = models.CharField(max_length=64, blank=True)
    called_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "gateway_id"], name="incoming_call_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-called_at", "-id"], name="incoming_call_newest"
            ),
            models.Index(
                fields=["workspace", "caller", "-called_at", "-id"],
                name="incoming_call_person",
            ),
            # Of a conversation, which is read by ids: most people never called, and
            # without it all calls may be gone through to see that.
            models.Index(
                fields=["workspace", "caller", "-id"], name="incoming_call_thread"
            ),
            models.Index(
                fields=["workspace", "state", "-called_at", "-id"],
                name="incoming_call_by_state",
            ),
            models.Index(
                fields=["workspace", "-called_at", "-id"],
                name="incoming_call_pressed",
                condition=~Q(digits=""),
            ),
        ]


class KeyPress(models.Model):
    """Keys that somebody pressed during a call, as one event told them.

    The gateway gives a press no id. Call, time (whole seconds), length of the call so
    far and keys name it, so that an event that is told twice, in whatever form, is one
    row; the same key twice within a second is one press.
    """

    message = models.ForeignKey(
        Message,
        null=True,
        on_delete=models.CASCADE,
        related_name="key_presses",
        db_index=False,
    )
    incoming = models.ForeignKey(
        IncomingCall,
        null=True,
        on_delete=models.CASCADE,
        related_name="key_presses",
        db_index=False,
    )
    keys = models.CharField(max_length=32)
    at = models.DateTimeField()
    # Seconds into the call; 0 when it was not told.
    after_s = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "at", "after_s", "keys"],
                name="key_press_unique",
                condition=Q(message__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["incoming", "at", "after_s", "keys"],
                name="key_press_incoming_unique",
                condition=Q(incoming__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=False, incoming__isnull=True)
                | Q(message__isnull=True, incoming__isnull=False),
                name="key_press_of_one_call",
            ),
        ]


class CallKeys(models.Model):
    """What was pressed in one of our calls, put together from its presses.

    ``answer`` is the key that counts, "" while none with a meaning was pressed.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="call_keys"
    )
    # Both are covered by an index below.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="call_keys", db_index=False
    )
    digits = models.CharField(max_length=64)
    answer = models.CharField(max_length=1, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["campaign", "answer", "-message"], name="call_keys_answer"
            ),
            models.Index(fields=["campaign", "-changed_at"], name="call_keys_changed"),
            models.Index(fields=["workspace", "-message"], name="call_keys_newest"),
        ]
