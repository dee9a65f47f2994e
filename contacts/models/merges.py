from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models.contacts import Contact


class Merge(models.Model):
    """Two contacts that became one: all that is needed to take it back.

    ``removed`` is the row that went, ``before`` and ``after`` are the row that stayed;
    ``trail`` names what moved from one to the other (``services/merges.py`` tells its
    keys). The values are forgotten when the merge can no longer be taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="merges"
    )
    # Not a foreign key: a contact that is deleted and put back keeps its merges.
    kept_uuid = models.UUIDField()
    removed_uuid = models.UUIDField()
    removed_name = models.CharField(max_length=201, blank=True)
    removed = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    trail = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "kept_uuid"], name="merge_kept"),
            models.Index(fields=["workspace", "removed_uuid"], name="merge_removed"),
            models.Index(
                fields=["created_at"],
                name="merge_remembered",
                condition=models.Q(forgotten_at=None),
            ),
        ]


class FormerNumber(models.Model):
    """A number that a contact had before it was merged into another.

    What passes between us and the number belongs to that contact, unless somebody
    else has the number now.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="former_numbers"
    )
    phone = models.CharField(_("number"), max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "phone"], name="former_number_unique"
            )
        ]
