from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts.models.groups import Group


class Direction(models.TextChoices):
    OFF = "off", pgettext_lazy("sync", "Not synced")
    PULL = "pull", _("From seven.io to here")
    PUSH = "push", _("From here to seven.io")
    BOTH = "both", _("Both ways")


class SyncSetup(models.Model):
    """How a workspace's contacts and the gateway's address book are kept in step.

    Nothing runs before a person has approved these very settings for this very key,
    having seen a preview: ``approved`` is the digest of both. ``own_names`` maps our
    own fields to the gateway's properties as they were first seen.
    """

    class OnConflict(models.TextChoices):
        ASK = "ask", pgettext_lazy("sync", "Ask")
        OURS = "ours", _("Ours counts")
        THEIRS = "theirs", _("seven.io counts")

    class OnDeleted(models.TextChoices):
        ASK = "ask", pgettext_lazy("sync", "Ask")
        DELETE = "delete", _("Delete on the other side too")
        KEEP = "keep", _("Keep on the other side, sync no more")

    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="sync_setup"
    )
    ungrouped = models.CharField(
        _("contacts in no group"),
        max_length=4,
        choices=Direction.choices,
        default=Direction.OFF,
    )
    on_conflict = models.CharField(
        _("both sides changed the same field"),
        max_length=6,
        choices=OnConflict.choices,
        default=OnConflict.ASK,
    )
    on_deleted_here = models.CharField(
        _("deleted here"),
        max_length=6,
        choices=OnDeleted.choices,
        default=OnDeleted.ASK,
    )
    on_deleted_there = models.CharField(
        _("deleted at seven.io"),
        max_length=6,
        choices=OnDeleted.choices,
        default=OnDeleted.ASK,
    )
    sends_own_fields = models.BooleanField(
        _("send own fields that seven.io does not know yet"), default=False
    )
    own_names = models.JSONField(default=dict)
    is_automatic = models.BooleanField(_("sync by itself"), default=False)
    every_minutes = models.PositiveSmallIntegerField(_("every"), default=60)
    approved = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # When the groups were last listed at the gateway.
    listed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="sync_setup_due",
                condition=models.Q(is_automatic=True),
            )
        ]


class SyncGroup(models.Model):
    """A group of ours, one of the gateway's, or the pair of both.

    Without ``group`` it was only seen there (or its group was deleted here), without
    ``remote_id`` it is to be created there. ``base_name`` and ``base_remote_name`` are
    the names of both at the last sync, which need not be the same; empty before it.
    """

    class State(models.TextChoices):
        SEEN = "seen", _("Only at seven.io")
        LINKED = "linked", pgettext_lazy("sync", "Linked")
        DELETED_HERE = "deleted_here", _("Deleted here")
        DELETED_THERE = "deleted_there", _("Deleted at seven.io")
        # Not listed there, and nobody knows: its members are left alone.
        UNSURE = "unsure", _("Without an answer from seven.io")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="sync_groups", db_index=False
    )
    group = models.ForeignKey(
        Group,
        null=True,
        on_delete=models.SET_NULL,
        related_name="sync_groups",
        db_index=False,
    )
    remote_id = models.BigIntegerField(null=True)
    remote_name = models.CharField(max_length=250, blank=True)
    remote_count = models.PositiveIntegerField(default=0)
    base_name = models.CharField(max_length=250, blank=True)
    base_remote_name = models.CharField(max_length=250, blank=True)
    direction = models.CharField(
        max_length=4, choices=Direction.choices, default=Direction.OFF
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.SEEN)
    # Why the last attempt came to nothing, attempts in a row, when the next may come.
    error = models.TextField(blank=True, default="", db_default="")
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "remote_id"],
                condition=models.Q(remote_id__isnull=False),
                name="sync_group_remote_unique",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(group__isnull=False),
                name="sync_group_unique",
            ),
        ]

    @property
    def is_active(self) -> bool:
        """Say whether members are kept in step: both sides are there and switched on.

        A group that is gone on one side says nothing about its members any more.
        """
        return (
            self.state == self.State.LINKED
            and self.group_id is not None
            and self.remote_id is not None
            and self.direction != Direction.OFF
        )

    @property
    def pulls(self) -> bool:
        return self.direction in (Direction.PULL, Direction.BOTH)

    @property
    def pushes(self) -> bool:
        return self.direction in (Direction.PUSH, Direction.BOTH)
