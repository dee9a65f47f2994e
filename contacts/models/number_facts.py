from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


class LookupKind(models.TextChoices):
    FORMAT = "format", _("Format")
    HLR = "hlr", _("Reachability (HLR)")
    MNP = "mnp", _("Network (MNP)")
    CNAM = "cnam", _("Caller name (CNAM)")
    RCS = "rcs", _("RCS capability")


# A network's word on a handset ages faster than the range a number is from.
STALE_AFTER_DAYS: Final[dict[str, int]] = {
    LookupKind.FORMAT: 365,
    LookupKind.HLR: 30,
    LookupKind.MNP: 90,
    LookupKind.CNAM: 180,
    LookupKind.RCS: 30,
}


class NumberFact(models.Model):
    """What lookups have found out about a number, each kind with its own date.

    It belongs to the number, so that a contact that is deleted and imported again is
    not paid for twice. ``*_at`` is None for a kind that was never asked. Words are the
    gateway's (shared specification: network_type, reachable, ported ...).
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    phone = models.CharField(max_length=16)
    # format: mobile, fixed_line, fixed_line_or_mobile, voip ...
    network_type = models.CharField(max_length=24, blank=True)
    carrier = models.CharField(max_length=100, blank=True)
    format_at = models.DateTimeField(null=True)
    # mnp: the network it belongs to now.
    network = models.CharField(max_length=100, blank=True)
    mccmnc = models.CharField(max_length=8, blank=True)
    is_ported = models.BooleanField(null=True)
    mnp_at = models.DateTimeField(null=True)
    # hlr: reachable, undeliverable, absent, bad_number, blacklisted, unknown.
    reachable = models.CharField(max_length=16, blank=True)
    # What the last answer of any kind but rcs says: valid, not_valid, unknown.
    validity = models.CharField(max_length=16, blank=True)
    roaming = models.CharField(max_length=24, blank=True)
    hlr_at = models.DateTimeField(null=True)
    caller_name = models.CharField(max_length=100, blank=True)
    cnam_at = models.DateTimeField(null=True)
    rcs_capabilities = ArrayField(models.CharField(max_length=40), default=list)
    has_rcs = models.BooleanField(default=False, db_default=False)
    rcs_at = models.DateTimeField(null=True)
    # When the first of the answers gets too old to be relied on (`STALE_AFTER_DAYS`).
    stale_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "phone"], name="number_fact_unique"
            )
        ]
        # One for each question that a list can be narrowed by.
        indexes = [
            models.Index(
                fields=["workspace", "network_type"],
                name="number_fact_type",
                condition=models.Q(format_at__isnull=False)
                | models.Q(mnp_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "reachable"],
                name="number_fact_reachable",
                condition=models.Q(hlr_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "network"],
                name="number_fact_network",
                condition=models.Q(mnp_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "has_rcs"],
                name="number_fact_rcs",
                condition=models.Q(rcs_at__isnull=False),
            ),
            models.Index(
                fields=["workspace"],
                name="number_fact_invalid",
                condition=models.Q(validity="not_valid"),
            ),
            models.Index(fields=["workspace", "stale_at"], name="number_fact_stale"),
        ]

    def is_fresh(self, kind: str, *, since: datetime) -> bool:
        """Say whether the answer of a kind is there and no older than a moment."""
        at = getattr(self, f"{kind}_at")
        return at is not None and at >= since
