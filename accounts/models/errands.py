"""What is to be done at the gateway once, and what became of it."""

from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField, UnreadableSecret
from accounts.models.connections import Connection
from accounts.models.workspaces import Workspace


class Errand(models.Model):
    """One act on numbers or subaccounts that must not happen twice.

    It is on disk before the call and its outcome after it. `token` comes with the form
    that asked for it, so the same form sent again finds it. While one is open, there is
    no other of its kind for the same subject.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Rent a number")
        GIVE_UP = "give_up", _("Give a number up")
        RENAME = "rename", _("Rename a number")
        FORWARD = "forward", _("Change forwarding")
        CREATE = "create", _("Add a subaccount")
        TRANSFER = "transfer", _("Transfer credit")
        TOP_UP = "top_up", _("Change the automatic top-up")
        DELETE = "delete", _("Delete a subaccount")

    class State(models.TextChoices):
        # Nothing has left for the gateway yet.
        WAITING = "waiting", _("Waiting")
        # The call may have left.
        ASKING = "asking", _("Being done")
        UNCLEAR = "unclear", _("Unclear")
        DONE = "done", _("Done")
        # For certain it was not done; `reason` says why.
        FAILED = "failed", _("Not done")

    OPEN = (State.WAITING, State.ASKING, State.UNCLEAR)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="errands"
    )
    # An errand outlives the connection: what is unclear is still to be settled.
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, null=True, related_name="errands"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # The number or the id of the subaccount; the address of one that is to be added.
    subject = models.CharField(max_length=254)
    subject_name = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    # The values that must not be readable: Slack addresses, as a JSON list.
    secret = EncryptedField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.WAITING
    )
    # English, translated where it is shown; or the gateway's own wording.
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # When the call left, or was about to.
    asked_at = models.DateTimeField(null=True)
    # When somebody may take it up (again); None: a person has to settle it.
    due_at = models.DateTimeField(null=True)
    # Looks at the gateway that said "not done", and those that said nothing clear.
    looks = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "token"], name="errand_token_unique"
            ),
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"],
                condition=models.Q(state__in=["waiting", "asking", "unclear"]),
                name="errand_open_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["waiting", "asking", "unclear"]),
                name="errand_due",
            ),
            models.Index(fields=["workspace", "-created_at"], name="errand_newest"),
        ]

    @property
    def slack_addresses(self) -> list[str]:
        """The Slack addresses that are asked for; none where they cannot be read."""
        try:
            return [str(one) for one in json.loads(self.secret.reveal() or "[]")]
        except (UnreadableSecret, ValueError):
            return []

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_moving(self) -> bool:
        """Whether its outcome may be known in a moment."""
        return self.state in (self.State.WAITING, self.State.ASKING)
