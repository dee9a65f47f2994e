from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models.groups import Group


class Import(models.Model):
    """An uploaded file on its way into the contacts.

    ``bookmark`` is the number of data rows whose outcome is committed; it moves
    in the transaction that writes them, so a killed import goes on from there.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for columns")
        READY = "ready", _("Waiting to start")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    class Policy(models.TextChoices):
        UPDATE = "update", _("Update with the values of the file")
        FILL = "fill", _("Fill in only what is empty")
        SKIP = "skip", _("Leave as it is")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="imports"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file = models.FileField(upload_to="imports/", max_length=200)
    filename = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField(default=0)
    # What the reader found: {"format", "encoding", "delimiter", "header": [...]}.
    layout = models.JSONField(default=dict)
    # Column position (as text) to field: {"0": "phone", "3": "custom:kundennummer"}.
    mapping = models.JSONField(default=dict)
    # Own fields that the import makes when it starts, by their slug:
    # {"termin": {"label": "Termin", "kind": "date", "choices": []}}.
    new_fields = models.JSONField(default=dict, blank=True)
    # Columns, country, policy and groups came from an earlier file like it.
    is_remembered = models.BooleanField(default=False)
    # Names of a workbook's sheets, and which of them is imported.
    sheets = models.JSONField(default=list, blank=True)
    sheet = models.PositiveSmallIntegerField(default=0)
    country = models.CharField(max_length=2, default="DE")
    policy = models.CharField(
        max_length=8, choices=Policy.choices, default=Policy.UPDATE
    )
    groups = models.ManyToManyField(Group, related_name="imports")
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.UPLOADED
    )
    # Names the one worker that may write; a new claim makes older ones void.
    claim = models.UUIDField(null=True, editable=False)
    error = models.TextField(blank=True)
    # As for a work (`contacts.models.Work`).
    breakdowns = models.PositiveSmallIntegerField(default=0, editable=False)
    rows_estimated = models.PositiveBigIntegerField(default=0)
    bookmark = models.PositiveBigIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="import_newest"),
            models.Index(
                fields=["heartbeat_at"],
                name="import_unfinished",
                condition=models.Q(state__in=["ready", "running"]),
            ),
        ]


class ImportRefusal(models.Model):
    """A row that was not imported: its line in the file, why, and what it held."""

    source = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="refusals", db_index=False
    )
    row_number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=32)
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "row_number"], name="refusal_row_unique"
            )
        ]


class ImportedNumber(models.Model):
    """A number that an import has settled, so that a later row is a duplicate.

    Also the journal by which the import is undone: ``at`` is the time of the slice,
    which the contacts and places in groups that it made have too.
    ``before`` and ``after`` hold the values of a known contact that it changed, own
    fields under ``custom``, empty ones left out. Forgotten a day after the import.
    """

    pk = models.CompositePrimaryKey("source_id", "phone")
    # Checked a million times in a large import, and never wrong: no constraint.
    source = models.ForeignKey(
        Import,
        on_delete=models.CASCADE,
        related_name="numbers",
        db_index=False,
        db_constraint=False,
    )
    phone = models.CharField(max_length=16)
    at = models.DateTimeField(db_default=Now())
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
