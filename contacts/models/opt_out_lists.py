from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.opt_outs import Channel
from contacts.models.work import Work


class OptOutList(Work):
    """An uploaded list of numbers on its way to the opt-outs.

    ``bookmark`` counts the rows whose outcome is committed.
    """

    KIND = "opt_out_list"
    UPLOADED: ClassVar[str] = "uploaded"

    file = models.FileField(upload_to="opt-out-lists/", max_length=200)
    filename = models.CharField(max_length=200)
    # What the reader found, as for an import of contacts.
    layout = models.JSONField(default=dict)
    # Column position (as text) to "phone", "reason" or "since".
    mapping = models.JSONField(default=dict)
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel.choices, blank=True
    )
    country = models.CharField(max_length=2, default="DE")
    # For rows that give none of their own.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)


class OptOutRefusal(models.Model):
    """A row that names no number: its line in the file, why, and what it held."""

    source = models.ForeignKey(
        OptOutList, on_delete=models.CASCADE, related_name="refusals", db_index=False
    )
    row_number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=32)
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "row_number"], name="opt_out_refusal_unique"
            )
        ]
