from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts.models.contacts import Contact
from contacts.models.groups import Group
from contacts.models.work import Work


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


class SyncLink(models.Model):
    """A contact of ours and one of the gateway's, and what they last agreed on.

    ``base_ours`` and ``base_theirs`` are the fields of each side at that moment, in
    its own spelling (``contacts/sync_merge.py``); ``groups`` the pairs of groups that
    both were in. ``contact_was`` outlives the contact, so that a deletion that is
    undone finds its link again.
    """

    class State(models.TextChoices):
        LINKED = "linked", pgettext_lazy("sync", "Linked")
        CREATING = "creating", _("To be created at seven.io")
        # Another contact of the gateway's has the number and is the linked one.
        DUPLICATE = "duplicate", _("There twice at seven.io")
        DELETED_HERE = "deleted_here", _("Deleted here")
        DELETED_THERE = "deleted_there", _("Deleted at seven.io")
        # A person, or the rule, has said that the two have nothing to do any more.
        UNLINKED = "unlinked", _("Synced no more")

    class Todo(models.TextChoices):
        NOTHING = "", "nothing"
        CREATE = "create", "create"
        UPDATE = "update", "update"
        DELETE = "delete", "delete"

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact,
        null=True,
        on_delete=models.SET_NULL,
        related_name="sync_links",
        db_index=False,
    )
    contact_was = models.BigIntegerField(null=True)
    remote_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.LINKED)
    # None: never synced yet.
    base_ours = models.JSONField(null=True)
    base_theirs = models.JSONField(null=True)
    groups = ArrayField(models.BigIntegerField(), default=list)
    # Field to our value and theirs: what a person has to decide.
    conflict = models.JSONField(default=dict)
    # The gateway's word on the number: valid, invalid, absent, unknown.
    validation = models.CharField(max_length=16, blank=True, default="")
    # What the gateway has to be told, and since when it may know.
    todo = models.CharField(max_length=8, choices=Todo.choices, blank=True, default="")
    attempted_at = models.DateTimeField(null=True)
    # Kept only where the gateway does not list in the order of ids.
    seen_at = models.DateTimeField(null=True)
    # Why the gateway refused the last attempt, and which values it refused.
    error = models.TextField(blank=True, default="")
    refused = models.CharField(max_length=64, blank=True, default="")
    # One side was deleted after the other was changed: always asked.
    is_edited = models.BooleanField(default=False)
    # Of a duplicate: the contact of ours whose number it has.
    twin = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="sync_twins"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "remote_id"],
                condition=models.Q(remote_id__isnull=False),
                name="sync_link_remote_unique",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(contact__isnull=False),
                name="sync_link_contact_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "id"],
                name="sync_link_todo",
                condition=~models.Q(todo=""),
            ),
            models.Index(
                fields=["workspace", "id"],
                name="sync_link_conflict",
                condition=~models.Q(conflict={}),
            ),
            models.Index(
                fields=["workspace", "state", "id"],
                name="sync_link_unusual",
                condition=~models.Q(state="linked"),
            ),
            models.Index(
                fields=["workspace", "id"],
                name="sync_link_refused",
                condition=~models.Q(error=""),
            ),
        ]

    @property
    def our_base(self) -> dict[str, str]:
        """Return what our side was, empty fields left out."""
        return {n: text for n, text in (self.base_ours or {}).items() if text}

    @property
    def their_base(self) -> dict[str, str]:
        """Return what their side was, or was sent, empty fields left out."""
        return {n: text for n, text in (self.base_theirs or {}).items() if text}


class SyncRun(Work):
    """One go at both sides, or a preview of it that changes nothing.

    ``phase`` says where it is. While contacts are listed, ``bookmark`` is the offset
    at the gateway and ``last_id`` the highest id that was taken up: pages come in the
    order of ids and overlap, so that one that slid forward is not missed. ``tally``
    counts what was done, by kind; ``samples`` shows some of it.
    """

    KIND = "sync"

    class Phase(models.TextChoices):
        GROUPS = "groups", _("Groups")
        LIST = "list", _("Contacts at seven.io")
        OURS = "ours", _("New contacts here")
        PUSH = "push", _("Changes for seven.io")
        DELETIONS = "deletions", _("Deletions")

    is_preview = models.BooleanField(default=False)
    # Only what a person has just decided, without listing the address book.
    is_short = models.BooleanField(default=False)
    # Deletions may exceed the brake: a person has said so.
    is_released = models.BooleanField(default=False)
    # {"here": 60, "there": 0}: deletions that the brake holds back; {"missing": 500}:
    # so many are missing there that it has stopped, or was started in spite of it.
    braked = models.JSONField(default=dict)
    phase = models.CharField(
        max_length=12, choices=Phase.choices, default=Phase.GROUPS, editable=False
    )
    last_id = models.BigIntegerField(default=0)
    # False when the gateway does not list by id: then the book is looked at twice.
    is_ordered = models.BooleanField(default=True)
    # How often the phase was gone through.
    rounds = models.PositiveSmallIntegerField(default=0)
    # Of the settings and the key that it was started with.
    digest = models.CharField(max_length=64)
    tally = models.JSONField(default=dict)
    samples = models.JSONField(default=dict)
    # Failures in a row, without a step in between.
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta(Work.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(state__in=["ready", "running"]),
                name="sync_run_one_at_a_time",
            )
        ]
