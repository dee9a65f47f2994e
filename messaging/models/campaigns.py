from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Channel, Group, Segment
from messaging.states import CampaignState


class Campaign(models.Model):
    """One text to many recipients, or a single message (kind ``single``)."""

    class Kind(models.TextChoices):
        BULK = "bulk", _("Campaign")
        SINGLE = "single", _("Single message")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="campaigns"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BULK)
    channel = models.CharField(
        max_length=8, choices=Channel.choices, default=Channel.SMS
    )
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    sender = models.CharField(_("sender"), max_length=16, blank=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    is_flash = models.BooleanField(_("flash"), default=False)
    groups = models.ManyToManyField(Group, related_name="campaigns", blank=True)
    segments = models.ManyToManyField(Segment, related_name="campaigns", blank=True)
    # Numbers as they were pasted; what they are is a `NumberList`.
    numbers = models.TextField(_("numbers"), blank=True)
    # The template, as it was then, that the text was written with.
    template_version = models.ForeignKey(
        "messaging.TemplateVersion",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="campaigns",
    )
    # Who is left out whatever else they are in.
    excluded_groups = models.ManyToManyField(Group, related_name="+", blank=True)
    excluded_segments = models.ManyToManyField(Segment, related_name="+", blank=True)
    excluded_campaigns = models.ManyToManyField(
        "self", symmetrical=False, related_name="+", blank=True
    )
    # What the audience was at the launch (``services/audiences.py`` tells its keys):
    # segments may change afterwards, or be deleted.
    audience = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        max_length=16, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    # Messages a second for this campaign alone; null means the connection's pace.
    rate_per_s = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True
    )
    # What a person agreed to spend at launch, EUR; sending pauses above it.
    cost_agreed = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    # Why it is paused: a gateway code as text ("500"), "person", "cost", ...
    pause_reason = models.CharField(max_length=32, blank=True)
    # Launching goes through contacts in order of id; a killed launch resumes here.
    launch_bookmark = models.BigIntegerField(default=0)
    # Numbers of lists go first, in order of id.
    listed_bookmark = models.BigIntegerField(default=0)
    # Memberships added after the launch (a higher id) are not part of the audience.
    audience_until = models.BigIntegerField(null=True)
    total = models.PositiveIntegerField(default=0)
    # Messages that the gateway gave back after a cancel.
    withdrawn = models.PositiveIntegerField(default=0)
    # A draft counts its changes, so that nobody writes over what they have not seen.
    revision = models.PositiveIntegerField(default=0)
    # The form as it was typed, by field, while some of it cannot be kept otherwise.
    typed = models.JSONField(default=dict)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField(null=True)
    # The page that it was saved from: a person may have it open twice.
    saved_from = models.CharField(max_length=32, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    launched_at = models.DateTimeField(null=True)
    # The whole audience is frozen into messages.
    prepared_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="campaign_newest"),
            models.Index(
                fields=["state"],
                name="campaign_unfinished",
                condition=models.Q(state__in=["preparing", "sending", "paused"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name
