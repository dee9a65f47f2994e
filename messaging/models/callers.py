from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Caller(models.Model):
    """A number that was to be proved as ours, so that calls may come from it.

    ``token`` is the secret part of the address that the gateway calls back at; each
    try has a new one.
    """

    class State(models.TextChoices):
        ASKING = "asking", _("Being asked")
        WAITING = "waiting", _("Waits for the code")
        # The gateway called back; it is asked again before that is believed.
        ANSWERED = "answered", _("Being checked")
        VERIFIED = "verified", _("Verified")
        FAILED = "failed", _("Not verified")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="callers"
    )
    number = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKING)
    # What the called person types; empty once it is of no use any more.
    code = models.CharField(max_length=12, blank=True)
    # The gateway's words, or one of ours in English, which the page translates.
    reason = models.CharField(max_length=200, blank=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    asked_at = models.DateTimeField()
    # Since when it is in this state.
    changed_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number"], name="caller_number_unique"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (
            self.State.ASKING,
            self.State.WAITING,
            self.State.ANSWERED,
        )
