from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.actions import words_for
from accounts.models.workspaces import Workspace


class AuditEntry(models.Model):
    """Who did what to what, with the values before and after; append only."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="audit_entries"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="audit_newest")]

    @property
    def label(self) -> str:
        """What was done, in words."""
        return str(words_for(self.action))
