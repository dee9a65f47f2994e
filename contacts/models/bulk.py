from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.actions import field_name, words_for
from accounts.models import User, Workspace
from accounts.models.audit import Change
from contacts.models.chosen import ChosenWork
from contacts.models.groups import Group
from contacts.models.opt_outs import Channel
from contacts.models.work import Work


class BulkJob(ChosenWork):
    """One act on many contacts, in the background or at once.

    ``changed`` counts what the act has changed, which is no more than ``done``, what
    it has looked at.
    """

    class Act(models.TextChoices):
        ADD = "add", _("Add to group")
        REMOVE = "remove", _("Remove from group")
        SET = "set", _("Set a field")
        OPT_OUT = "opt_out", _("Opt out")
        DELETE = "delete", _("Delete")

    KIND = "bulk"

    act = models.CharField(max_length=8, choices=Act.choices)
    changed = models.PositiveBigIntegerField(default=0)
    group = models.ForeignKey(
        Group, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Delete: the group goes too, once its contacts are gone. Remove: it goes, at once.
    takes_group = models.BooleanField(default=False)
    # What the act is about, as it was called then: a group, a field.
    subject = models.CharField(max_length=100, blank=True)
    # Set: a column of the contact or ``custom:slug``, and its new value.
    field = models.CharField(max_length=60, blank=True)
    value = models.TextField(blank=True)
    # Opt out.
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # The changes were forgotten: it can no longer be undone.
    is_forgotten = models.BooleanField(default=False)

    class Meta(ChosenWork.Meta):
        indexes = [
            *ChosenWork.Meta.indexes,
            models.Index(
                fields=["finished_at"],
                name="bulkjob_remembered",
                condition=models.Q(is_forgotten=False),
            ),
        ]

    @property
    def drops_group(self) -> bool:
        """Say whether it deletes a group whose contacts stay."""
        return self.takes_group and self.act == self.Act.REMOVE


class BulkUndo(Work):
    """Taking back what a job has changed, as far as it is still so."""

    KIND = "bulk_undo"
    GIVES_UP = False

    job = models.OneToOneField(BulkJob, on_delete=models.CASCADE, related_name="undo")
    restored = models.PositiveBigIntegerField(default=0)

    class Meta(Work.Meta):
        pass


class BulkChange(models.Model):
    """One thing that a job has changed, and how it was before; kept for a day.

    ``target_id`` is the id of what came or went: the membership of an add or remove,
    the entry of an opt-out, the contact of all others.
    """

    pk = models.CompositePrimaryKey("job_id", "target_id")
    # A million in a large job, each written beside its job: no constraint.
    job = models.ForeignKey(
        BulkJob,
        on_delete=models.CASCADE,
        related_name="changes",
        db_index=False,
        db_constraint=False,
    )
    target_id = models.BigIntegerField()
    before = models.JSONField(null=True)


class BulkTrace(models.Model):
    """Whom a job on a group has moved, or its undo: a bit for each contact.

    Kept for good, so that a contact's history tells it. ``bits`` are those of the
    contacts whose ids begin at ``span`` times ``SPAN``.
    """

    SPAN: ClassVar[int] = 32_768

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    job = models.ForeignKey(
        BulkJob, on_delete=models.CASCADE, related_name="traces", db_index=False
    )
    is_undo = models.BooleanField(default=False)
    span = models.BigIntegerField()
    bits = models.BinaryField()
    # Of the last step that moved one of them.
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "is_undo", "span"], name="bulk_trace_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "span", "-id"], name="bulk_trace_span")
        ]

    @property
    def joins(self) -> bool:
        """Say whether the contacts came into the group."""
        return (self.job.act == BulkJob.Act.ADD) != self.is_undo

    @property
    def label(self) -> str:
        """What was done, in the words of the audit trail."""
        return str(words_for("contact.join" if self.joins else "contact.leave"))

    @property
    def changes(self) -> list[Change]:
        name = self.job.subject
        before, after = (None, name) if self.joins else (name, None)
        return [Change(field_name("group"), before, after)]

    @property
    def actor(self) -> User | None:
        return self.job.undo.created_by if self.is_undo else self.job.created_by
