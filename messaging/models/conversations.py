from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts.models import Channel

# So much of the newest message stands in the list.
MAX_SAID = 160


class Conversation(models.Model):
    """What passes between a workspace and one number, as the inbox keeps it.

    The row is written in the transaction that stores a message, so that no page counts
    or groups messages. Who the number belongs to is looked up: contacts come later, are
    merged and change their numbers.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("conversation", "Open")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", pgettext_lazy("conversation", "Closed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # E.164, or a name as it came.
    number = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    snoozed_until = models.DateTimeField(null=True)
    # Messages that nobody of the team has seen.
    unread = models.PositiveIntegerField(default=0)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    # Where it stands in the list: its newest message, or when it came back.
    stands_at = models.DateTimeField()
    # The newest message of either side: when, its beginning, and what it is if it has
    # no words ("file", "location").
    said_at = models.DateTimeField()
    said = models.CharField(max_length=MAX_SAID, blank=True)
    said_kind = models.CharField(max_length=12, blank=True)
    is_said_by_us = models.BooleanField(default=False)
    # The way the person wrote last, and the number or agent they wrote to.
    channel = models.CharField(max_length=8, choices=Channel.choices)
    own_number = models.CharField(max_length=64, blank=True)
    # Who of the team has written last, and when.
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    # Of any channel; triggers on the opt-outs keep it true.
    is_opted_out = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number"], name="conversation_unique"
            )
        ]
        # One for each box of the inbox, in the order in which it is read.
        indexes = [
            models.Index(
                fields=["workspace", "-stands_at", "-id"], name="conversation_newest"
            ),
            models.Index(
                fields=["workspace", "state", "-stands_at", "-id"],
                name="conversation_by_state",
            ),
            models.Index(
                fields=["workspace", "channel", "-stands_at", "-id"],
                name="conversation_by_channel",
            ),
            models.Index(
                fields=["workspace", "-stands_at", "-id"],
                name="conversation_unread",
                condition=models.Q(unread__gt=0),
            ),
            models.Index(
                fields=["workspace", "assigned_to", "-stands_at", "-id"],
                name="conversation_assigned",
                condition=models.Q(
                    assigned_to__isnull=False, state__in=["open", "snoozed"]
                ),
            ),
            models.Index(
                fields=["workspace", "-stands_at", "-id"],
                name="conversation_unassigned",
                condition=models.Q(assigned_to=None, state="open"),
            ),
            models.Index(
                fields=["workspace", "-stands_at", "-id"],
                name="conversation_opted_out",
                condition=models.Q(is_opted_out=True),
            ),
            models.Index(
                fields=["snoozed_until"],
                name="conversation_snoozed",
                condition=models.Q(state="snoozed"),
            ),
            GinIndex(
                fields=["number"],
                name="conversation_search",
                opclasses=["gin_trgm_ops"],
            ),
        ]

    @property
    def is_a_number(self) -> bool:
        """Whether it can be answered; a name as sender has no way back."""
        return self.number.startswith("+")


class ConversationEntry(models.Model):
    """What the team noted about a conversation, and what it did with it."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        ASSIGNED = "assigned", _("Assigned")
        CLOSED = "closed", pgettext_lazy("conversation", "Closed")
        REOPENED = "reopened", _("Opened again")
        SNOOZED = "snoozed", _("Snoozed")
        WOKE = "woke", _("Came back")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Null: the product did it by itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(blank=True)
    # Whom it was given to; null: to nobody.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    until = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    # Of a note; one without words was taken back.
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "-id"], name="entry_newest")]


class SavedAnswer(models.Model):
    """A text for answers, kept under a name; it may have variables."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="saved_answers"
    )
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), name="saved_answer_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
