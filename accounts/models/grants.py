"""Permissions by OAuth: the tokens of a connection, and sign-ins under way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedField
from accounts.models.connections import Connection
from accounts.models.workspaces import Workspace

# A token that ends within this time is not used for a new call any more.
SPARE = timedelta(seconds=30)
# A claim is older than this only when its process died: the call waits 15 s at most.
CLAIM_LASTS = timedelta(seconds=60)


class Grant(models.Model):
    """What a connection by OAuth lives on, in place of an API key.

    Each renewal uses the refresh token up and brings another one. Whoever renews
    claims the row first (`renewing_since`): that is the lock, and the intent that
    stays behind when the process dies.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="grant"
    )
    access_token = EncryptedField(_("access token"))
    refresh_token = EncryptedField(_("refresh token"), blank=True)
    expires_at = models.DateTimeField()
    # What the person allowed, words separated by spaces.
    scopes = models.TextField(blank=True)
    # Grows with each pair of tokens: who saw an older one looks again.
    version = models.PositiveIntegerField(default=1)
    granted_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    # When the next renewal is to be tried.
    renew_at = models.DateTimeField()
    renewing_since = models.DateTimeField(null=True)
    # A renewal left us and no clear answer came: the refresh token may be used up.
    in_doubt_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    # Access tokens that the gateway refused since it last took one.
    refusals = models.PositiveSmallIntegerField(default=0)
    account_id = models.CharField(max_length=32, blank=True)
    alias = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    company = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["renew_at"], name="grant_renew")]

    def is_usable(self, now: datetime) -> bool:
        """Say whether the access token lives long enough for another call.

        While it cannot be renewed it is used to its end.
        """
        if self.renewing_since or self.in_doubt_since:
            return self.expires_at > now
        life = self.expires_at - self.renewed_at
        return self.expires_at - min(SPARE, life / 5) > now

    @property
    def is_in_doubt(self) -> bool:
        """Say that a renewal was cut short, so that the permission may be lost."""
        return self.in_doubt_since is not None or (
            self.renewing_since is not None
            and timezone.now() - self.renewing_since > CLAIM_LASTS
        )

    @property
    def scope_names(self) -> list[str]:
        return str(self.scopes).split()


class SignIn(models.Model):
    """A person is away at the gateway to permit a connection; good for one return."""

    # Of the state that has to come back; the session of the person holds the state.
    state_hash = models.CharField(max_length=64, unique=True)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="sign_ins"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    verifier = EncryptedField(_("verifier"))
    # What is asked for: a server that grants just that need not repeat it.
    scopes = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
