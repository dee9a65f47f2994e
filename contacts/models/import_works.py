from __future__ import annotations

from django.db import models

from contacts.models.imports import Import
from contacts.models.work import Work


class ImportCheck(Work):
    """What a file would become if it were imported now; nothing is written.

    ``key`` names how the file is read and what becomes of it: another choice makes
    the check void. The counts are of the whole file once the check is finished.
    """

    KIND = "import_check"

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="checks")
    key = models.CharField(max_length=64)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    # Reason to the number of rows refused for it.
    reasons = models.JSONField(default=dict)
    # The first refused rows: [row number, reason, cells].
    refusals = models.JSONField(default=list)
    # The longest rows of consecutive numbers: [first, last, how many].
    runs = models.JSONField(default=list)

    class Meta(Work.Meta):
        pass

    @property
    def good(self) -> int:
        """Return how many contacts the file has."""
        return self.created + self.updated + self.unchanged

    @property
    def outcome(self) -> str:
        """Return "columns" (nothing can start), "rows" (some refused) or "fine"."""
        if not self.good:
            return "columns"
        return "rows" if self.refused else "fine"


class ImportUndo(Work):
    """Taking back what an import has changed, as far as it is still so."""

    KIND = "import_undo"
    GIVES_UP = False

    source = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="undo")
    # Contacts that the import had added.
    deleted = models.PositiveIntegerField(default=0)
    # Contacts that it had added and that stay: edited or written to since.
    kept = models.PositiveIntegerField(default=0)
    # Contacts that have former values again.
    restored = models.PositiveIntegerField(default=0)
    # Contacts that keep a value which somebody has changed since.
    edited = models.PositiveIntegerField(default=0)
    # Places in groups that the import had added.
    left_groups = models.PositiveIntegerField(default=0)

    class Meta(Work.Meta):
        pass
