from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import consent_words


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    VOICE = "voice", _("Voice")
    RCS = "rcs", _("RCS")


class OptOut(models.Model):
    """A number that must not be written to; an empty channel means every one.

    It belongs to the number and not to the contact, so that deleting and
    importing a contact again never loses it.
    """

    class Source(models.TextChoices):
        MANUAL = "manual", _("Added by hand")
        IMPORT = "import", _("Imported")
        REPLY = "reply", _("Reply")
        MERGE = "merge", _("Carried over from a merged contact")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="opt_outs"
    )
    phone = models.CharField(_("number"), max_length=16)
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel.choices, blank=True
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Asked for once more since: undoing the act that added it leaves it.
    is_confirmed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "phone", "channel"], name="opt_out_unique"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="opt_out_newest"),
            models.Index(
                fields=["workspace", "source", "-id"], name="opt_out_by_source"
            ),
            models.Index(
                fields=["workspace", "channel", "-id"], name="opt_out_by_channel"
            ),
            GinIndex(
                fields=["phone"], name="opt_out_search", opclasses=["gin_trgm_ops"]
            ),
        ]

    @property
    def is_reply(self) -> bool:
        """Say whether the person has said so in their own words."""
        return self.source == self.Source.REPLY

    @property
    def reason_text(self) -> str:
        """Return the reason as the person reads it."""
        return consent_words.reason(self.reason)
