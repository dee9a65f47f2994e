from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models

from accounts import recorded
from accounts.actions import HIDDEN, field_name, words_for
from accounts.models.workspaces import Workspace


class Change(NamedTuple):
    name: str
    before: str | None
    after: str | None


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
        indexes = [
            models.Index(fields=["workspace", "-id"], name="audit_newest"),
            # What was done to one contact.
            models.Index(fields=["workspace", "subject", "-id"], name="audit_subject"),
        ]

    @property
    def label(self) -> str:
        """What was done, in words."""
        return str(words_for(self.action))

    @property
    def shown_subject(self) -> str:
        """The name of what it was done to; an id says nothing to a person."""
        try:
            UUID(self.subject)
        except ValueError:
            return recorded.subject(self.action, str(self.subject))
        return ""

    @property
    def changes(self) -> list[Change]:
        """Each field with its value before and after, None where there was none."""
        names = dict.fromkeys((*self.before, *self.after))
        found = [
            Change(
                field_name(name),
                recorded.written(name, self.before.get(name)),
                recorded.written(name, self.after.get(name)),
            )
            for name in names
            if name not in HIDDEN
        ]
        return [c for c in found if not (c.before is None and c.after is None)]
