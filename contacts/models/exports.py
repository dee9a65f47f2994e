from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.chosen import ChosenWork
from contacts.models.work import Work


class WrittenTable(Work):
    """A work that writes a table for a spreadsheet program to a file.

    The file is personal data: kept in ``MEDIA_ROOT`` under a name of chance for some
    days and served to those only who may see what it holds.
    """

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel (XLSX)")

    class Separator(models.TextChoices):
        SEMICOLON = ";", _("Semicolon (;)")
        COMMA = ",", _("Comma (,)")

    format = models.CharField(max_length=4, choices=Format.choices, default=Format.CSV)
    separator = models.CharField(
        max_length=1, choices=Separator.choices, default=Separator.SEMICOLON
    )
    # The language of the headings.
    language = models.CharField(max_length=10)
    # Empty before it is written and after it was deleted.
    file = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)

    # What is left of a table once its file is deleted.
    FORGOTTEN: ClassVar[dict[str, object]] = {"file": "", "size_bytes": 0}

    class Meta(Work.Meta):
        abstract = True


class Export(WrittenTable, ChosenWork):
    """A table of contacts, for those only who may change contacts."""

    KIND = "export"
    FORGOTTEN: ClassVar[dict[str, object]] = {**WrittenTable.FORGOTTEN, "uuids": []}

    columns = models.JSONField(default=list)

    class Meta(ChosenWork.Meta):
        pass
