from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Channel


class Template(models.Model):
    """A text kept under a name, to be used again; its texts are its versions.

    ``latest`` is the number of the newest one. An archived template is offered no
    longer, and what was written with it still names it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="templates"
    )
    name = models.CharField(_("name"), max_length=120)
    channel = models.CharField(
        max_length=8, choices=Channel.choices, default=Channel.SMS
    )
    latest = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "channel",
                Lower("name"),
                name="template_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """A text that a template had or has; never changed once it is written."""

    template = models.ForeignKey(
        Template, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    text = models.TextField()
    # What the channel is told besides the text (``messaging/options.py``).
    options = models.JSONField(default=dict, blank=True, db_default={})
    # The older version that this one repeats.
    restored_from = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template.name} {self.number}"
