from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


class Segment(models.Model):
    """A saved question whose answer is a list of contacts, asked anew each time.

    ``definition`` is ``{"match": "all"|"any", "conditions": [...]}``; a condition is
    ``{"field", "op", "value"}`` or such an object again. It never holds SQL: only
    fields and operators that the registry knows are translated.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="segments"
    )
    name = models.CharField(_("name"), max_length=100)
    definition = models.JSONField(default=dict)
    # The last count, and when it was taken; None before the first.
    member_count = models.PositiveIntegerField(null=True, editable=False)
    # It took too long to count: the figure was projected from a sample.
    is_estimated = models.BooleanField(default=False, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), name="segment_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
