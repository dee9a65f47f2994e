from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import consent_words
from contacts.models.opt_outs import Channel, OptOut


class ConsentEvent(models.Model):
    """What a person allowed or forbade, when, how we know, and who noted it.

    Append only, by number like the opt-out itself: the proof outlives both the
    opt-out and the contact. An empty channel means every one.
    """

    class Kind(models.TextChoices):
        OPT_OUT = "opt_out", _("Opted out")
        OPT_IN = "opt_in", _("Opted in again")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    phone = models.CharField(_("number"), max_length=16)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=8, choices=OptOut.Source.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # The words of the reply, the name of the file: what would be shown as proof.
    evidence = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "phone", "-id"], name="consent_of_number"
            ),
            models.Index(fields=["workspace", "-id"], name="consent_newest"),
            models.Index(
                fields=["workspace", "channel", "-id"], name="consent_by_channel"
            ),
            models.Index(
                fields=["workspace", "source", "-id"], name="consent_by_source"
            ),
            GinIndex(
                fields=["phone"], name="consent_search", opclasses=["gin_trgm_ops"]
            ),
        ]

    @property
    def reason_text(self) -> str:
        """Return the reason as the person reads it."""
        return consent_words.reason(self.reason)
