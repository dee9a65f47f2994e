"""Every table of messaging at once, for a new database.

Step by step, Django draws all models anew for each step, which takes half a minute.
The steps are the way of databases that are there already.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.fields
import messaging.models.callers
import messaging.models.stop_rules


def _triggers_of(name: str) -> migrations.RunSQL:
    """Return the SQL that a migration on the long way runs, written down once."""
    known = import_module(f"messaging.migrations.{name}")
    return migrations.RunSQL(known.FORWARD, known.BACKWARD)


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("messaging", "0001_initial"),
        ("messaging", "0002_tally_triggers"),
        ("messaging", "0003_sending"),
        ("messaging", "0004_lean_indexes"),
        ("messaging", "0005_inbound_readings"),
        ("messaging", "0006_events_outlive_connections"),
        ("messaging", "0007_call_duration"),
        ("messaging", "0008_campaign_audiences"),
        ("messaging", "0009_reactions_and_summaries"),
        ("messaging", "0010_lists_and_templates"),
        ("messaging", "0011_schedules"),
        ("messaging", "0012_channel_options"),
        ("messaging", "0013_callers"),
        ("messaging", "0014_concerns_and_tests"),
        ("messaging", "0015_told_read"),
        ("messaging", "0016_campaign_files"),
        ("messaging", "0017_conversations"),
        ("messaging", "0018_fill_conversations"),
        ("messaging", "0019_event_log"),
        ("messaging", "0020_stop_words"),
        ("messaging", "0021_calls_and_journal"),
        ("messaging", "0022_day_tallies"),
        ("messaging", "0023_journal_lessons"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0010_all_tables"),
        ("accounts", "__first__"),
        ("contacts", "0001_squashed_0023_all_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("bulk", "Campaign"), ("single", "Single message")],
                        default="bulk",
                        max_length=8,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        default="sms",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "sender",
                    models.CharField(blank=True, max_length=100, verbose_name="sender"),
                ),
                (
                    "label",
                    models.CharField(blank=True, max_length=100, verbose_name="label"),
                ),
                ("options", models.JSONField(blank=True, default=dict)),
                ("numbers", models.TextField(blank=True, verbose_name="numbers")),
                (
                    "before_template",
                    models.JSONField(blank=True, db_default={}, default=dict),
                ),
                (
                    "spares",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "confirms_wish",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stop", "Ends messages"),
                            ("start", "Wants messages again"),
                        ],
                        db_default="",
                        max_length=8,
                    ),
                ),
                ("audience", models.JSONField(default=dict, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("scheduled", "Scheduled"),
                            ("preparing", "Preparing"),
                            ("sending", "Sending"),
                            ("paused", "Paused"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=16,
                    ),
                ),
                (
                    "rate_per_s",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True
                    ),
                ),
                (
                    "start_clock",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "At once"),
                            ("workspace", "At a time of the workspace"),
                            ("recipient", "At a time of each recipient"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "start_on",
                    models.DateField(blank=True, null=True, verbose_name="day"),
                ),
                (
                    "start_time",
                    models.TimeField(blank=True, null=True, verbose_name="time"),
                ),
                ("spread_minutes", models.PositiveIntegerField(default=0)),
                (
                    "hours_kept",
                    models.CharField(
                        choices=[
                            ("workspace", "Those of the workspace"),
                            ("own", "Hours of its own"),
                            ("none", "Around the clock"),
                        ],
                        default="workspace",
                        max_length=10,
                    ),
                ),
                (
                    "hours_start",
                    models.TimeField(blank=True, null=True, verbose_name="from"),
                ),
                (
                    "hours_end",
                    models.TimeField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "weekdays",
                    models.PositiveSmallIntegerField(default=127, verbose_name="on"),
                ),
                (
                    "after_hours",
                    models.CharField(
                        choices=[
                            ("wait", "Waits for the next allowed hour"),
                            ("leave_out", "Is left out"),
                        ],
                        default="wait",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField(null=True)),
                (
                    "cost_foreseen",
                    models.DecimalField(decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "cost_agreed",
                    models.DecimalField(decimal_places=4, max_digits=14, null=True),
                ),
                ("pause_reason", models.CharField(blank=True, max_length=32)),
                ("paused_at", models.DateTimeField(null=True)),
                ("failures_forgiven_at", models.DateTimeField(null=True)),
                ("failures_forgiven", models.PositiveIntegerField(default=0)),
                ("answers_forgiven", models.PositiveIntegerField(default=0)),
                ("launch_bookmark", models.BigIntegerField(default=0)),
                ("listed_bookmark", models.BigIntegerField(default=0)),
                ("audience_until", models.BigIntegerField(null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("withdrawn", models.PositiveIntegerField(default=0)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("typed", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField(null=True)),
                ("saved_from", models.CharField(blank=True, max_length=32)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("launched_at", models.DateTimeField(null=True)),
                ("prepared_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "excluded_campaigns",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="messaging.campaign"
                    ),
                ),
                (
                    "excluded_groups",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="contacts.group"
                    ),
                ),
                (
                    "excluded_segments",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="contacts.segment"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True, related_name="campaigns", to="contacts.group"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "segments",
                    models.ManyToManyField(
                        blank=True, related_name="campaigns", to="contacts.segment"
                    ),
                ),
                (
                    "test_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tests",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaigns",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EventSettings",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="event_settings",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                ("days_kept", models.PositiveSmallIntegerField(default=30)),
            ],
        ),
        migrations.CreateModel(
            name="InboxSettings",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="inbox_settings",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                ("tells_read", models.BooleanField(default=False)),
                ("tells_typing", models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name="StopRules",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="stop_rules",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        default=messaging.models.stop_rules.every_language,
                        size=None,
                    ),
                ),
                ("confirms_stop", models.BooleanField(default=False)),
                (
                    "stop_text",
                    models.CharField(blank=True, max_length=300, verbose_name="text"),
                ),
                ("confirms_start", models.BooleanField(default=False)),
                (
                    "start_text",
                    models.CharField(blank=True, max_length=300, verbose_name="text"),
                ),
                (
                    "most_per_day",
                    models.PositiveIntegerField(
                        default=500,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100000),
                        ],
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        default="sms",
                        max_length=8,
                    ),
                ),
                (
                    "recipient",
                    models.CharField(max_length=16, verbose_name="recipient"),
                ),
                ("country", models.CharField(blank=True, max_length=2)),
                ("variables", models.JSONField(default=dict)),
                ("text", models.TextField(blank=True)),
                ("parts", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("unclear", "Unclear"),
                            ("accepted", "Accepted"),
                            ("buffered", "Buffered"),
                            ("transmitted", "Transmitted"),
                            ("delivered", "Delivered"),
                            ("undelivered", "Undelivered"),
                            ("expired", "Expired"),
                            ("refused", "Refused"),
                            ("skipped", "Skipped"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                (
                    "skip_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opted_out", "Opted out"),
                            ("no_number", "No number"),
                            ("missing_value", "A value is missing"),
                            ("too_long", "The text is too long"),
                            ("out_of_hours", "Outside the sending hours"),
                        ],
                        max_length=16,
                    ),
                ),
                ("error_code", models.IntegerField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("foreign_id", models.CharField(blank=True, max_length=64)),
                ("gateway_id", models.CharField(blank=True, max_length=32)),
                ("duration_s", models.PositiveIntegerField(null=True)),
                (
                    "price",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                (
                    "mccmnc",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=8
                    ),
                ),
                (
                    "report_word",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=16
                    ),
                ),
                ("latency_s", models.FloatField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("doubts", models.PositiveSmallIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                ("attempted_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("sent_on", models.DateField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="contacts.contact",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="accounts.workspace",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="messaging.campaign",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["campaign", "due_at", "id"],
                        name="message_queued",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "unclear"])),
                        fields=["lease_until"],
                        name="message_leased",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("accepted", "buffered", "transmitted"))
                        ),
                        fields=["due_at"],
                        name="message_awaiting",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("price", None),
                            (
                                "state__in",
                                (
                                    "accepted",
                                    "buffered",
                                    "transmitted",
                                    "delivered",
                                    "undelivered",
                                    "expired",
                                ),
                            ),
                        ),
                        fields=["accepted_at"],
                        name="message_unpriced",
                    ),
                    models.Index(
                        condition=models.Q(("gateway_id", ""), _negated=True),
                        fields=["gateway_id"],
                        name="message_gateway",
                    ),
                    models.Index(
                        fields=["campaign", "state", "-id"], name="message_by_state"
                    ),
                    models.Index(fields=["campaign", "-id"], name="message_newest"),
                    models.Index(
                        condition=models.Q(
                            ("error_code__isnull", False),
                            models.Q(("skip_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        fields=["campaign", "error_code", "skip_reason", "-id"],
                        name="message_by_reason",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("attempted_at__isnull", False), ("channel", "voice")
                        ),
                        fields=["workspace", "-attempted_at", "-id"],
                        name="message_calls",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("attempted_at__isnull", False), ("channel", "voice")
                        ),
                        fields=["workspace", "state", "-attempted_at", "-id"],
                        name="message_calls_by_state",
                    ),
                    models.Index(
                        condition=models.Q(("state", "undelivered")),
                        fields=["campaign", "report_word", "-id"],
                        name="message_by_word",
                    ),
                    models.Index(
                        fields=["workspace", "recipient", "-id"],
                        include=("state", "attempted_at"),
                        name="message_person",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("recipient", ""), _negated=True),
                        fields=("campaign", "recipient"),
                        name="message_recipient_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to="campaign-files/"
                    ),
                ),
                ("size_bytes", models.PositiveIntegerField()),
                ("content_type", models.CharField(blank=True, max_length=100)),
                (
                    "validity_days",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                ("password", accounts.fields.EncryptedField(blank=True, default="")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="messaging.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "name"), name="campaign_file_name_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("number", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("snoozed", "Snoozed"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("unread", models.PositiveIntegerField(default=0)),
                ("stands_at", models.DateTimeField()),
                ("said_at", models.DateTimeField()),
                ("said", models.CharField(blank=True, max_length=160)),
                ("said_kind", models.CharField(blank=True, max_length=12)),
                ("is_said_by_us", models.BooleanField(default=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                    ),
                ),
                ("own_number", models.CharField(blank=True, max_length=64)),
                ("answered_at", models.DateTimeField(null=True)),
                ("is_opted_out", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "-stands_at", "-id"],
                        name="conversation_newest",
                    ),
                    models.Index(
                        fields=["workspace", "state", "-stands_at", "-id"],
                        name="conversation_by_state",
                    ),
                    models.Index(
                        fields=["workspace", "channel", "-stands_at", "-id"],
                        name="conversation_by_channel",
                    ),
                    models.Index(
                        condition=models.Q(("unread__gt", 0)),
                        fields=["workspace", "-stands_at", "-id"],
                        name="conversation_unread",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assigned_to__isnull", False),
                            ("state__in", ["open", "snoozed"]),
                        ),
                        fields=["workspace", "assigned_to", "-stands_at", "-id"],
                        name="conversation_assigned",
                    ),
                    models.Index(
                        condition=models.Q(("assigned_to", None), ("state", "open")),
                        fields=["workspace", "-stands_at", "-id"],
                        name="conversation_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(("is_opted_out", True)),
                        fields=["workspace", "-stands_at", "-id"],
                        name="conversation_opted_out",
                    ),
                    models.Index(
                        condition=models.Q(("state", "snoozed")),
                        fields=["snoozed_until"],
                        name="conversation_snoozed",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["number"],
                        name="conversation_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "number"), name="conversation_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConversationEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("assigned", "Assigned"),
                            ("closed", "Closed"),
                            ("reopened", "Opened again"),
                            ("snoozed", "Snoozed"),
                            ("woke", "Came back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("until", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="messaging.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["conversation", "-id"], name="entry_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="CountryLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "per_day",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True
                    ),
                ),
                (
                    "per_campaign",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="country_limits",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "country"), name="country_limit_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("per_day", None), ("per_day__gte", 0), _connector="OR"
                            ),
                            models.Q(
                                ("per_campaign", None),
                                ("per_campaign__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="country_limit_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.CharField(max_length=8)),
                ("country", models.CharField(max_length=2)),
                ("state", models.CharField(max_length=12)),
                ("messages", models.IntegerField()),
                ("parts", models.IntegerField()),
                ("cost", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "day"], name="daytally_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                    ),
                ),
                ("gateway_id", models.CharField(max_length=32)),
                ("sender", models.CharField(max_length=32)),
                ("recipient", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField(blank=True)),
                ("content", models.JSONField(null=True)),
                ("is_opt_out", models.BooleanField(default=False)),
                ("is_opt_in", models.BooleanField(db_default=False, default=False)),
                ("is_from_journal", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("read_told_at", models.DateTimeField(null=True)),
                ("typing_told_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "answers",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="messaging.message",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inbound_messages",
                        to="contacts.contact",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbound_messages",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "-id"], name="inbound_newest"),
                    models.Index(
                        fields=["workspace", "sender", "-id"], name="inbound_person"
                    ),
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["campaign", "-id"],
                        name="inbound_of_campaign",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("text"),
                            "gin_trgm_ops",
                        ),
                        name="inbound_search",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "channel", "gateway_id"),
                        name="inbound_unique",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="confirms",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="confirmation",
                to="messaging.inboundmessage",
            ),
        ),
        migrations.CreateModel(
            name="InboundReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "journal",
                    models.CharField(
                        choices=[("inbound", "Inbound"), ("replies", "Replies")],
                        max_length=8,
                    ),
                ),
                ("read_until", models.DateTimeField(null=True)),
                ("pass_until", models.DateTimeField(null=True)),
                ("pass_began_at", models.DateTimeField(null=True)),
                ("offset", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbound_readings",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="reading_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "journal"), name="reading_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("gateway_id", models.CharField(max_length=32)),
                ("caller", models.CharField(blank=True, max_length=32)),
                ("recipient", models.CharField(blank=True, max_length=32)),
                ("state", models.CharField(default="received", max_length=12)),
                ("duration_s", models.PositiveIntegerField(null=True)),
                (
                    "price",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("digits", models.CharField(blank=True, max_length=64)),
                ("called_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming_calls",
                        to="contacts.contact",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incoming_calls",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "-called_at", "-id"],
                        name="incoming_call_newest",
                    ),
                    models.Index(
                        fields=["workspace", "caller", "-called_at", "-id"],
                        name="incoming_call_person",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "gateway_id"), name="incoming_call_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting to start"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="ready",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("error", models.TextField(blank=True)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("bookmark", models.BigIntegerField(default=0)),
                (
                    "breakdowns",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")],
                        default="csv",
                        max_length=4,
                    ),
                ),
                (
                    "separator",
                    models.CharField(
                        choices=[(";", "Semicolon (;)"), (",", "Comma (,)")],
                        default=";",
                        max_length=1,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("file", models.CharField(blank=True, max_length=100)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                (
                    "journal",
                    models.CharField(
                        choices=[
                            ("outbound", "Sent"),
                            ("inbound", "Received"),
                            ("replies", "Replies"),
                            ("voice", "Calls"),
                        ],
                        max_length=8,
                    ),
                ),
                ("criteria", models.JSONField(default=dict)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["workspace", "-created_at"], name="journalexport_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="journalexport_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyPress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("keys", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
                ("after_s", models.PositiveIntegerField(default=0)),
                (
                    "incoming",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="key_presses",
                        to="messaging.incomingcall",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="key_presses",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("message__isnull", False)),
                        fields=("message", "at", "after_s", "keys"),
                        name="key_press_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("incoming__isnull", False)),
                        fields=("incoming", "at", "after_s", "keys"),
                        name="key_press_incoming_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("incoming__isnull", True), ("message__isnull", False)
                            ),
                            models.Q(
                                ("incoming__isnull", False), ("message__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="key_press_of_one_call",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("label", models.CharField(max_length=100)),
                ("channel", models.CharField(max_length=8)),
                ("messages", models.IntegerField()),
                ("cost", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "day"], name="labeltally_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting to start"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="ready",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("error", models.TextField(blank=True)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("bookmark", models.BigIntegerField(default=0)),
                (
                    "breakdowns",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("file", "File"), ("pasted", "Pasted numbers")],
                        max_length=8,
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to="number-lists/"
                    ),
                ),
                ("filename", models.CharField(max_length=200)),
                ("layout", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("country", models.CharField(default="DE", max_length=2)),
                ("numbers", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="number_lists",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["workspace", "-created_at"], name="numberlist_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="numberlist_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListedNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("phone", models.CharField(max_length=16)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("variables", models.JSONField(default=dict)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="messaging.numberlist",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "id"], name="listed_number_order")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "phone"), name="listed_number_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("row_number", models.PositiveBigIntegerField()),
                ("reason", models.CharField(max_length=32)),
                ("cells", models.JSONField(default=list)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="messaging.numberlist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "row_number"), name="number_refusal_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboundReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("is_whole", models.BooleanField(default=False)),
                ("missing", models.PositiveIntegerField(default=0)),
                ("read_until", models.DateTimeField(null=True)),
                ("pass_until", models.DateTimeField(null=True)),
                ("offset", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outbound_readings",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_at"], name="outbound_reading_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "day"), name="outbound_reading_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("click", "Click"),
                            ("view", "View"),
                            ("read", "Read"),
                        ],
                        max_length=8,
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=500)),
                ("tracking_url", models.CharField(blank=True, max_length=200)),
                ("serial", models.BigIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["campaign", "kind", "-id"], name="reaction_newest"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "kind", "tracking_url", "serial"),
                        name="reaction_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting to start"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="ready",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("error", models.TextField(blank=True)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("bookmark", models.BigIntegerField(default=0)),
                (
                    "breakdowns",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")],
                        default="csv",
                        max_length=4,
                    ),
                ),
                (
                    "separator",
                    models.CharField(
                        choices=[(";", "Semicolon (;)"), (",", "Comma (,)")],
                        default=";",
                        max_length=1,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("file", models.CharField(blank=True, max_length=100)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                ("criteria", models.JSONField(default=dict)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["workspace", "-created_at"],
                        name="recipientexport_newest",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="recipientexport_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("flaw", models.CharField(max_length=24)),
                ("method", models.CharField(max_length=8)),
                ("size_bytes", models.PositiveIntegerField()),
                ("source", models.CharField(blank=True, max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refused_events",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "-id"], name="refused_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_answers",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        name="saved_answer_name_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingRules",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sending_rules",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                (
                    "hours_start",
                    models.TimeField(blank=True, null=True, verbose_name="from"),
                ),
                (
                    "hours_end",
                    models.TimeField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "weekdays",
                    models.PositiveSmallIntegerField(default=127, verbose_name="on"),
                ),
                ("late_minutes", models.PositiveIntegerField(default=60)),
                (
                    "limit_per_day",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True
                    ),
                ),
                ("resumes_next_day", models.BooleanField(default=False)),
                (
                    "failure_share",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=20,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(99),
                        ],
                    ),
                ),
                (
                    "failure_after",
                    models.PositiveIntegerField(
                        default=50,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "confirm_above_eur",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("100"), max_digits=12
                    ),
                ),
                ("confirm_above_recipients", models.PositiveIntegerField(default=5000)),
                (
                    "same_text_days",
                    models.PositiveSmallIntegerField(
                        blank=True, db_default=30, default=30, null=True
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours_end", None), ("hours_start", None)),
                            models.Q(
                                ("hours_end__isnull", False),
                                ("hours_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="rules_hours_both_or_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__range", (1, 127))),
                        name="rules_some_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("limit_per_day", None),
                            ("limit_per_day__gte", 0),
                            _connector="OR",
                        ),
                        name="rules_limit_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StopWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stop", "Ends messages"),
                            ("start", "Wants messages again"),
                            ("off", "Does not count"),
                        ],
                        max_length=8,
                    ),
                ),
                ("phrase", models.CharField(max_length=60)),
                ("plain", models.CharField(max_length=80)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stop_words",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "plain"), name="stop_word_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField(null=True)),
                ("channel", models.CharField(max_length=8)),
                ("country", models.CharField(max_length=2)),
                ("state", models.CharField(max_length=12)),
                ("messages", models.IntegerField()),
                ("parts", models.IntegerField()),
                ("cost", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign"], name="tally_campaign"),
                    models.Index(fields=["workspace", "day"], name="tally_day"),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "unclear"])),
                        fields=["workspace"],
                        name="tally_on_its_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        default="sms",
                        max_length=8,
                    ),
                ),
                ("latest", models.PositiveIntegerField(default=0, editable=False)),
                ("archived_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="templates",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("channel"),
                        django.db.models.functions.text.Lower("name"),
                        name="template_name_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("options", models.JSONField(blank=True, db_default={}, default=dict)),
                ("restored_from", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="messaging.template",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("template", "number"), name="template_version_unique"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="template_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="campaigns",
                to="messaging.templateversion",
            ),
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("nonce", models.CharField(blank=True, db_default="", max_length=128)),
                ("signed_at", models.DateTimeField(null=True)),
                ("times", models.PositiveIntegerField(db_default=1, default=1)),
                ("replays", models.PositiveIntegerField(db_default=0, default=0)),
                ("kind", models.CharField(max_length=24)),
                ("content_type", models.CharField(max_length=100)),
                ("body", models.BinaryField()),
                ("query", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("applied", "Applied"),
                            ("unmatched", "No message yet"),
                            ("ignored", "Nothing to do"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=200)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("subject", models.CharField(blank=True, db_default="", max_length=32)),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="accounts.connection",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="messaging.message",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "unmatched"])),
                        fields=["due_at", "id"],
                        name="event_open",
                    ),
                    models.Index(fields=["workspace", "-id"], name="event_latest"),
                    models.Index(
                        fields=["workspace", "kind", "state", "-id"], name="event_shelf"
                    ),
                    models.Index(
                        condition=models.Q(("subject", ""), _negated=True),
                        fields=["workspace", "subject", "-id"],
                        name="event_subject",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "digest"), name="event_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Caller",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asking", "Being asked"),
                            ("waiting", "Waits for the code"),
                            ("answered", "Being checked"),
                            ("verified", "Verified"),
                            ("failed", "Not verified"),
                        ],
                        default="asking",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=12)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "token",
                    models.CharField(
                        default=messaging.models.callers.new_token,
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callers",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "number"), name="caller_number_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallKeys",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="call_keys",
                        serialize=False,
                        to="messaging.message",
                    ),
                ),
                ("digits", models.CharField(max_length=64)),
                ("answer", models.CharField(blank=True, max_length=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_keys",
                        to="messaging.campaign",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["campaign", "answer", "-message"],
                        name="call_keys_answer",
                    ),
                    models.Index(
                        fields=["campaign", "-changed_at"], name="call_keys_changed"
                    ),
                    models.Index(
                        fields=["workspace", "-message"], name="call_keys_newest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Summary",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="summary",
                        serialize=False,
                        to="messaging.campaign",
                    ),
                ),
                ("figures", models.JSONField(default=dict)),
                ("version", models.PositiveSmallIntegerField(default=0)),
                ("computed_at", models.DateTimeField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField(null=True)),
                ("learnt_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked_at__isnull", False)),
                        fields=["asked_at"],
                        name="summary_asked",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                fields=["workspace", "-created_at"], name="campaign_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("state__in", ["preparing", "sending", "paused"])),
                fields=["state"],
                name="campaign_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("confirms_wish", ""), _negated=True),
                fields=["workspace", "-created_at"],
                name="campaign_confirming",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("state", "scheduled")),
                fields=["starts_at"],
                name="campaign_to_start",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("text"), "gin_trgm_ops"
                ),
                condition=models.Q(("kind", "single")),
                name="single_search",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                fields=["workspace", "finished_at"], name="campaign_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirms_wish", ""), ("kind", "single"), _connector="OR"
                ),
                name="campaign_confirms_singly",
            ),
        ),
        _triggers_of("0002_tally_triggers"),
        _triggers_of("0017_conversations"),
        _triggers_of("0022_day_tallies"),
    ]
