from __future__ import annotations

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts.models.contacts import Contact
from contacts.models.work import Work

# What a link says of attempts that came to nothing, when there were none.
NO_TROUBLE: Final[dict[str, Any]] = {
    "error": "",
    "refused": "",
    "failures": 0,
    "retry_at": None,
}


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
    # Why the last attempt came to nothing, and which values the gateway refused.
    error = models.TextField(blank=True, default="")
    refused = models.CharField(max_length=64, blank=True, default="")
    # Attempts in a row that the gateway gave no answer to, and when the next may come.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True)
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

    def forget_trouble(self) -> None:
        """Note, without saving, that nothing stands in the way any more."""
        for name, value in NO_TROUBLE.items():
            setattr(self, name, value)

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
    # so many are missing there that it has stopped; 0: it was started in spite of it.
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
