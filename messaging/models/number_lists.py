from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Work
from messaging.models.campaigns import Campaign


class NumberList(Work):
    """Numbers that a campaign goes to once: pasted, or read from an uploaded file.

    Nobody becomes a contact by it. ``bookmark`` counts the rows whose outcome is
    committed. A list belongs to its campaign, is frozen with it, and forgotten some
    time after it (``services/number_lists.py``).
    """

    KIND = "number_list"
    # No column of it is the number yet, so that it cannot be read.
    UPLOADED: ClassVar[str] = "uploaded"

    class Source(models.TextChoices):
        FILE = "file", _("File")
        PASTED = "pasted", _("Pasted numbers")

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="number_lists"
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    # Empty once it is not needed any more.
    file = models.FileField(upload_to="number-lists/", max_length=200, blank=True)
    filename = models.CharField(max_length=200)
    # What the reader found, as for an import of contacts.
    layout = models.JSONField(default=dict)
    # Column position (as text) to what it becomes, as for an import of contacts.
    mapping = models.JSONField(default=dict)
    country = models.CharField(max_length=2, default="DE")
    numbers = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    # When its numbers were deleted, long after the campaign.
    forgotten_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return what it is called in the language of whoever reads."""
        is_pasted = self.source == self.Source.PASTED
        return str(self.Source.PASTED.label) if is_pasted else self.filename


class ListedNumber(models.Model):
    """A number of a list, with what its row says besides: values by variable."""

    source = models.ForeignKey(
        NumberList, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    phone = models.CharField(max_length=16)
    country = models.CharField(max_length=2, blank=True)
    # Only those that are not blank.
    variables = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "phone"], name="listed_number_unique"
            )
        ]
        # A launch goes through a list in this order.
        indexes = [models.Index(fields=["source", "id"], name="listed_number_order")]


class NumberRefusal(models.Model):
    """A row of a list that names no number: its line, why, and what it held."""

    source = models.ForeignKey(
        NumberList, on_delete=models.CASCADE, related_name="refusals", db_index=False
    )
    row_number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=32)
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "row_number"], name="number_refusal_unique"
            )
        ]
