from __future__ import annotations

from django.db import models

from accounts.fields import EncryptedField
from messaging.models.campaigns import Campaign


class CampaignFile(models.Model):
    """A file that the gateway links to from an SMS, in the place ``[[name]]``.

    Never changed, only added and removed: a process keeps what it has read.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(max_length=40)
    # Empty once it is forgotten, long after the campaign.
    file = models.FileField(upload_to="campaign-files/", max_length=200, blank=True)
    size_bytes = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    # How long the link works; None leaves it to the gateway.
    validity_days = models.PositiveSmallIntegerField(null=True, blank=True)
    password = EncryptedField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="campaign_file_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
