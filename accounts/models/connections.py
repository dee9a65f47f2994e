from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField
from accounts.models.workspaces import Workspace


def new_webhook_token() -> str:
    return secrets.token_urlsafe(24)


class Connection(models.Model):
    """The gateway account that a workspace uses."""

    # In place of a gateway code: no key of FIELD_KEYS opens the stored API key.
    UNREADABLE = 0
    # In place of a gateway code: the permission was withdrawn or ran out.
    GRANT_ENDED = 1

    class State(models.TextChoices):
        CONNECTED = "connected", _("Connected")
        BROKEN = "broken", _("Broken")

    class Method(models.TextChoices):
        KEY = "key", _("API key")
        OAUTH = "oauth", _("Permission by sign-in")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="connection"
    )
    # The account that this one is a subaccount of: calls use its keys and name the
    # subaccount. Without it there are none, so it ends with it.
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="children"
    )
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.KEY)
    # Empty for a connection by OAuth, whose tokens are in its grant.
    api_key = EncryptedField(_("API key"), blank=True)
    api_key_last4 = models.CharField(max_length=4, blank=True)
    signing_key = EncryptedField(_("signing key"), blank=True)
    signing_key_last4 = models.CharField(max_length=4, blank=True)
    subaccount_id = models.CharField(_("subaccount"), max_length=32, blank=True)
    # Since when this key is in use. It may open another account, whose journal knows
    # nothing of what was sent before.
    keys_changed_at = models.DateTimeField(null=True)
    webhook_token = models.CharField(
        max_length=64, unique=True, default=new_webhook_token
    )
    rate_per_s = models.DecimalField(
        _("messages a second"), max_digits=7, decimal_places=2, default=10
    )
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.CONNECTED
    )
    # The gateway's body code that broke the connection (900, 903, ...), or UNREADABLE.
    broken_code = models.IntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    balance = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, default="EUR")
    balance_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "subaccount_id"],
                condition=models.Q(parent__isnull=False),
                name="connection_of_subaccount_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(subaccount_id=""),
                name="connection_names_its_subaccount",
            ),
        ]

    @property
    def key_holder(self) -> Connection:
        """The connection whose keys are used: its own, or those of its parent."""
        return self.parent or self

    @property
    def is_broken(self) -> bool:
        return self.state == self.State.BROKEN

    @property
    def is_by_oauth(self) -> bool:
        return self.key_holder.method == self.Method.OAUTH


class BalanceReading(models.Model):
    """The balance as it was seen, for the days-left figure and its chart."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="balance_readings"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-read_at"], name="balance_newest")
        ]
