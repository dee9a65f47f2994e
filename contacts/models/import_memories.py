from __future__ import annotations

from django.db import models

from accounts.models import Workspace
from contacts.models.groups import Group
from contacts.models.imports import Import


class ImportMemory(models.Model):
    """What a workspace last chose for files with the same headings.

    ``key`` is a digest of the headings, whatever their order; ``targets`` says where
    each heading went.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="import_memories"
    )
    key = models.CharField(max_length=64)
    targets = models.JSONField(default=dict)
    country = models.CharField(max_length=2)
    policy = models.CharField(max_length=8, choices=Import.Policy.choices)
    groups = models.ManyToManyField(Group, related_name="+")
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"], name="import_memory_unique"
            )
        ]
