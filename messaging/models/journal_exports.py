from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import WrittenTable


class JournalExport(WrittenTable):
    """Entries of one of the gateway's journals as a table for a spreadsheet program.

    Read page by page at the gateway: what it holds is not known before.
    """

    KIND = "journal_export"

    class Journal(models.TextChoices):
        OUTBOUND = "outbound", _("Sent")
        INBOUND = "inbound", _("Received")
        REPLIES = "replies", _("Replies")
        VOICE = "voice", _("Calls")

    journal = models.CharField(max_length=8, choices=Journal.choices)
    # `messaging.journal_filters.Wanted` in the words of an address.
    criteria = models.JSONField(default=dict)

    class Meta(WrittenTable.Meta):
        pass
