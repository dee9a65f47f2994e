from __future__ import annotations

from django.db import models

from accounts.models import Workspace


class InboxSettings(models.Model):
    """How a workspace treats what comes in; a workspace without a row has the usual."""

    workspace = models.OneToOneField(
        Workspace,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="inbox_settings",
    )
    # Tell people by RCS that their message was read, once a conversation is opened.
    tells_read = models.BooleanField(default=False)
    # Show them by RCS that somebody writes, once somebody does.
    tells_typing = models.BooleanField(default=False, db_default=False)
