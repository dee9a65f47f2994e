from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models.contacts import Contact


class Group(models.Model):
    """A named list of contacts.

    ``member_count`` is kept by a statement trigger on the membership table, so
    that it is right whichever code adds or removes members.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="groups"
    )
    name = models.CharField(_("name"), max_length=100)
    member_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    contacts = models.ManyToManyField(
        Contact, through="GroupMembership", related_name="groups"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), name="group_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="memberships"
    )
    added_at = models.DateTimeField(auto_now_add=True, db_default=Now())

    class Meta:
        constraints = [
            # Doubles as the index of a group's keyset pages.
            models.UniqueConstraint(
                fields=["group", "contact"], name="group_contact_unique"
            )
        ]
