from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Channel, Group, Segment
from messaging.hours import EVERY_DAY
from messaging.states import CampaignState


class StartClock(models.TextChoices):
    """Whose clock says when a campaign starts."""

    NOW = "", _("At once")
    WORKSPACE = "workspace", _("At a time of the workspace")
    RECIPIENT = "recipient", _("At a time of each recipient")


class HoursKept(models.TextChoices):
    """Which sending hours a campaign keeps."""

    WORKSPACE = "workspace", _("Those of the workspace")
    OWN = "own", _("Hours of its own")
    NONE = "none", _("Around the clock")


class AfterHours(models.TextChoices):
    """What becomes of a recipient whose hours are over."""

    WAIT = "wait", _("Waits for the next allowed hour")
    LEAVE_OUT = "leave_out", _("Is left out")


class Wish(models.TextChoices):
    """What a person has said about wanting messages."""

    STOP = "stop", _("Ends messages")
    START = "start", _("Wants messages again")


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
    # A name or number; for RCS the id of an agent, which may be longer.
    sender = models.CharField(_("sender"), max_length=100, blank=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    # What the channel is told besides the text (``messaging/options.py``).
    options = models.JSONField(default=dict, blank=True)
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
    # Text, options and version of before the last choice of a template, to undo it.
    before_template = models.JSONField(default=dict, blank=True, db_default={})
    # Who is left out whatever else they are in.
    excluded_groups = models.ManyToManyField(Group, related_name="+", blank=True)
    excluded_segments = models.ManyToManyField(Segment, related_name="+", blank=True)
    excluded_campaigns = models.ManyToManyField(
        "self", symmetrical=False, related_name="+", blank=True
    )
    # Words of `selectors.concerns`: who is left out for what is known of the number.
    spares = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    # The draft that this single message was a test of.
    test_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="tests"
    )
    # The STOP or START that this single message confirms, and which of the two. Only
    # such a message may go to a number that has opted out.
    confirms = models.OneToOneField(
        "messaging.InboundMessage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="confirmation",
    )
    confirms_wish = models.CharField(
        max_length=8, choices=Wish.choices, blank=True, db_default=""
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
    # When it starts: at once, or at a time by the clock of the workspace or of each
    # recipient. The clock is kept, not the moment: daylight saving may move that.
    start_clock = models.CharField(
        max_length=10, choices=StartClock.choices, default=StartClock.NOW, blank=True
    )
    start_on = models.DateField(_("day"), null=True, blank=True)
    start_time = models.TimeField(_("time"), null=True, blank=True)
    # Spread evenly over so many minutes; 0: as fast as the pace allows.
    spread_minutes = models.PositiveIntegerField(default=0)
    # The hours of the recipients that it keeps: the workspace's, its own, or none.
    hours_kept = models.CharField(
        max_length=10, choices=HoursKept.choices, default=HoursKept.WORKSPACE
    )
    hours_start = models.TimeField(_("from"), null=True, blank=True)
    hours_end = models.TimeField(_("until"), null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(_("on"), default=EVERY_DAY)
    after_hours = models.CharField(
        max_length=10, choices=AfterHours.choices, default=AfterHours.WAIT
    )
    # Once scheduled: when the audience is frozen, and what was foreseen then at most.
    starts_at = models.DateTimeField(null=True)
    cost_foreseen = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    # What it is expected to cost in all, EUR, by the check that a person agreed to;
    # null where no price was known, or nobody checked.
    cost_expected = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    # What a person agreed to spend at launch, EUR; sending pauses above it.
    cost_agreed = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    # Why it is paused: a gateway code as text ("500"), "person", "cost", ...
    pause_reason = models.CharField(max_length=32, blank=True)
    paused_at = models.DateTimeField(null=True)
    # Failures that a person knew of when going on: they do not pause it again.
    failures_forgiven_at = models.DateTimeField(null=True)
    failures_forgiven = models.PositiveIntegerField(default=0)
    answers_forgiven = models.PositiveIntegerField(default=0)
    # Launching goes through contacts in order of id; a killed launch resumes here.
    launch_bookmark = models.BigIntegerField(default=0)
    # Numbers of lists go first, in order of id.
    listed_bookmark = models.BigIntegerField(default=0)
    # Memberships added after the launch (a higher id) are not part of the audience.
    audience_until = models.BigIntegerField(null=True)
    total = models.PositiveIntegerField(default=0)
    # Messages that the gateway gave back after a cancel, and since when there is
    # nothing more to ask back: what was in flight at the cancel has landed.
    withdrawn = models.PositiveIntegerField(default=0)
    wound_up_at = models.DateTimeField(null=True)
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
        constraints = [
            # No bulk may ever pass an opt-out by.
            models.CheckConstraint(
                condition=models.Q(confirms_wish="") | models.Q(kind="single"),
                name="campaign_confirms_singly",
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="campaign_newest"),
            models.Index(
                fields=["state"],
                name="campaign_unfinished",
                condition=models.Q(state__in=["preparing", "sending", "paused"]),
            ),
            models.Index(
                fields=["workspace", "-created_at"],
                name="campaign_confirming",
                condition=~models.Q(confirms_wish=""),
            ),
            models.Index(
                fields=["starts_at"],
                name="campaign_to_start",
                condition=models.Q(state="scheduled"),
            ),
            models.Index(
                fields=["finished_at"],
                name="campaign_cancelled",
                condition=models.Q(state="cancelled"),
            ),
            # Single messages that the gateway was to hold until a time.
            models.Index(
                fields=["created_at"],
                name="campaign_held",
                condition=models.Q(options__has_key="deliver_at"),
            ),
            # What the team wrote to single people, for the search of the inbox.
            GinIndex(
                OpClass(Upper("text"), "gin_trgm_ops"),
                name="single_search",
                condition=models.Q(kind="single"),
            ),
            # Whether anything went out since the gateway's figures were fetched.
            models.Index(fields=["workspace", "finished_at"], name="campaign_ended"),
        ]

    @property
    def spread_seconds(self) -> int:
        return self.spread_minutes * 60

    def __str__(self) -> str:
        return self.name
