from __future__ import annotations

from django.db import models

from contacts.models import WrittenTable
from messaging.models.campaigns import Campaign


class RecipientExport(WrittenTable):
    """The recipients of a campaign as a table for a spreadsheet program."""

    KIND = "recipient_export"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="exports"
    )
    # `messaging.selectors.recipients.Filter` in the words of an address.
    criteria = models.JSONField(default=dict)

    class Meta(WrittenTable.Meta):
        pass
