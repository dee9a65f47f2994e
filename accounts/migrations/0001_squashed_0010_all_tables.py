"""Every table of accounts at once, for a new database.

Step by step, Django draws all models anew for each step, which takes half a minute.
The steps are the way of databases that are there already.
"""

from __future__ import annotations

import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.fields
import accounts.models.connections
import accounts.models.hooks
import accounts.models.users


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_polled_history"),
        ("accounts", "0003_keys_changed_at"),
        ("accounts", "0004_audit_subject"),
        ("accounts", "0005_own_number"),
        ("accounts", "0006_hooks"),
        ("accounts", "0007_grants_and_records"),
        ("accounts", "0008_numbers_and_subaccounts"),
        ("accounts", "0009_price_history"),
        ("accounts", "0010_alerts"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
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
                            ("low_balance", "Low balance"),
                            ("connection", "Connection lost"),
                            ("paused", "Campaign paused"),
                            ("hook", "Webhook missing"),
                            ("silent", "No events arrive"),
                            ("price", "Price changed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("path", models.CharField(blank=True, max_length=200)),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Workspace",
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
                (
                    "slug",
                    models.SlugField(
                        max_length=60, unique=True, verbose_name="short name"
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        default="DE", max_length=2, verbose_name="default country"
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Berlin", max_length=64, verbose_name="time zone"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("manager", "Manager"),
                            ("sender", "Sender"),
                            ("reader", "Reader"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="TaskRecord",
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
                ("name", models.CharField(max_length=120, unique=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("duration_ms", models.PositiveIntegerField(null=True)),
                ("report", models.JSONField(blank=True, default=dict)),
                ("failed_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="first name"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="last name"
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
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
                    "email",
                    models.EmailField(max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "language",
                    models.CharField(blank=True, max_length=8, verbose_name="language"),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="time zone"
                    ),
                ),
                (
                    "own_number",
                    models.CharField(
                        blank=True, max_length=16, verbose_name="own number"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_unique",
                    ),
                    models.UniqueConstraint(fields=("email",), name="user_email_exact"),
                ],
            },
            managers=[
                ("objects", accounts.models.users.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="AlertMail",
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
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=80)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="accounts.alert",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="alert_mail_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alert", "user"), name="alert_mail_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertRules",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="alert_rules",
                        serialize=False,
                        to="accounts.workspace",
                    ),
                ),
                (
                    "balance_below",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        default=Decimal("10"),
                        max_digits=12,
                        null=True,
                    ),
                ),
                (
                    "days_below",
                    models.PositiveIntegerField(
                        blank=True,
                        default=3,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertReader",
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
                ("seen_until", models.BigIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "user"), name="alert_reader_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertChoice",
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
                            ("low_balance", "Low balance"),
                            ("connection", "Connection lost"),
                            ("paused", "Campaign paused"),
                            ("hook", "Webhook missing"),
                            ("silent", "No events arrive"),
                            ("price", "Price changed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("in_app", models.BooleanField()),
                ("by_mail", models.BooleanField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "user", "kind"), name="alert_choice_unique"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="alert",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="accounts.workspace",
            ),
        ),
        migrations.CreateModel(
            name="AuditEntry",
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
                ("action", models.CharField(max_length=64)),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
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
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audit_entries",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "-id"], name="audit_newest"),
                    models.Index(
                        fields=["workspace", "subject", "-id"], name="audit_subject"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Connection",
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
                    "method",
                    models.CharField(
                        choices=[
                            ("key", "API key"),
                            ("oauth", "Permission by sign-in"),
                        ],
                        default="key",
                        max_length=8,
                    ),
                ),
                (
                    "api_key",
                    accounts.fields.EncryptedField(blank=True, verbose_name="API key"),
                ),
                ("api_key_last4", models.CharField(blank=True, max_length=4)),
                (
                    "signing_key",
                    accounts.fields.EncryptedField(
                        blank=True, verbose_name="signing key"
                    ),
                ),
                ("signing_key_last4", models.CharField(blank=True, max_length=4)),
                (
                    "subaccount_id",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="subaccount"
                    ),
                ),
                ("keys_changed_at", models.DateTimeField(null=True)),
                (
                    "webhook_token",
                    models.CharField(
                        default=accounts.models.connections.new_webhook_token,
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "rate_per_s",
                    models.DecimalField(
                        decimal_places=2,
                        default=10,
                        max_digits=7,
                        verbose_name="messages a second",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("connected", "Connected"), ("broken", "Broken")],
                        default="connected",
                        max_length=16,
                    ),
                ),
                ("broken_code", models.IntegerField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "balance",
                    models.DecimalField(decimal_places=4, max_digits=14, null=True),
                ),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("balance_at", models.DateTimeField(null=True)),
                ("last_event_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="accounts.connection",
                    ),
                ),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connection",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False)),
                        fields=("parent", "subaccount_id"),
                        name="connection_of_subaccount_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("subaccount_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="connection_names_its_subaccount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BalanceReading",
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
                ("amount", models.DecimalField(decimal_places=4, max_digits=14)),
                ("read_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="balance_readings",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "-read_at"], name="balance_newest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Errand",
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
                        choices=[
                            ("order", "Rent a number"),
                            ("give_up", "Give a number up"),
                            ("rename", "Rename a number"),
                            ("forward", "Change forwarding"),
                            ("create", "Add a subaccount"),
                            ("transfer", "Transfer credit"),
                            ("top_up", "Change the automatic top-up"),
                            ("delete", "Delete a subaccount"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(max_length=254)),
                ("subject_name", models.CharField(blank=True, max_length=120)),
                ("token", models.CharField(max_length=64)),
                ("values", models.JSONField(default=dict)),
                ("secret", accounts.fields.EncryptedField(blank=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("asking", "Being done"),
                            ("unclear", "Unclear"),
                            ("done", "Done"),
                            ("failed", "Not done"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
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
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="errands",
                        to="accounts.connection",
                    ),
                ),
                (
                    "settled_by",
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
                        related_name="errands",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["waiting", "asking", "unclear"])
                        ),
                        fields=["due_at"],
                        name="errand_due",
                    ),
                    models.Index(
                        fields=["workspace", "-created_at"], name="errand_newest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "token"), name="errand_token_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "asking", "unclear"])
                        ),
                        fields=("workspace", "kind", "subject"),
                        name="errand_open_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayHook",
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
                ("event_type", models.CharField(max_length=32)),
                ("event_filter", models.CharField(blank=True, max_length=64)),
                ("request_method", models.CharField(blank=True, max_length=8)),
                ("header_names", models.CharField(blank=True, max_length=400)),
                ("target", accounts.fields.EncryptedField()),
                ("is_ours", models.BooleanField(default=False)),
                ("is_enabled", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hooks",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "gateway_id"), name="hook_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                    "access_token",
                    accounts.fields.EncryptedField(verbose_name="access token"),
                ),
                (
                    "refresh_token",
                    accounts.fields.EncryptedField(
                        blank=True, verbose_name="refresh token"
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("scopes", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("granted_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField()),
                ("renew_at", models.DateTimeField()),
                ("renewing_since", models.DateTimeField(null=True)),
                ("in_doubt_since", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                ("account_id", models.CharField(blank=True, max_length=32)),
                ("alias", models.CharField(blank=True, max_length=120)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("company", models.CharField(blank=True, max_length=200)),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grant",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["renew_at"], name="grant_renew")],
            },
        ),
        migrations.CreateModel(
            name="HookCheck",
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
                    "code",
                    models.CharField(
                        default=accounts.models.hooks.new_check_code,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being sent"),
                            ("posted", "Sent"),
                            ("arrived", "Arrived"),
                            ("failed", "Failed"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("posted_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook_checks",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "-asked_at"], name="hook_check_newest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                    "email",
                    models.EmailField(max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("manager", "Manager"),
                            ("sender", "Sender"),
                            ("reader", "Reader"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
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
                        related_name="invitations",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("accepted_at", None)),
                        name="invitation_open_unique",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="workspace",
            name="members",
            field=models.ManyToManyField(
                related_name="workspaces",
                through="accounts.Membership",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="accounts.workspace",
            ),
        ),
        migrations.CreateModel(
            name="NumberOffer",
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
                ("number", models.CharField(max_length=24)),
                ("formatted", models.CharField(blank=True, max_length=40)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "monthly_charge",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "monthly_setup",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "annual_charge",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "annual_setup",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "sms_in",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "voice_in",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                ("has_sms", models.BooleanField(default=False)),
                ("has_a2p_sms", models.BooleanField(default=False)),
                ("has_voice", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="number_offers",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "country"], name="number_offer_country"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "number"), name="number_offer_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnNumber",
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
                ("number", models.CharField(max_length=24)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("friendly_name", models.CharField(blank=True, max_length=120)),
                ("interval", models.CharField(blank=True, max_length=16)),
                (
                    "charge",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "setup",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "sms_in",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "voice_in",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                ("has_sms", models.BooleanField(default=False)),
                ("has_a2p_sms", models.BooleanField(default=False)),
                ("has_voice", models.BooleanField(default=False)),
                ("sms_forward", models.JSONField(default=list)),
                ("email_forward", models.JSONField(default=list)),
                ("slack_forward", accounts.fields.EncryptedField(blank=True)),
                ("rented_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_numbers",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "number"), name="own_number_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Poll",
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
                            ("balance", "Balance"),
                            ("pricing", "Prices"),
                            ("analytics", "Analytics by day"),
                            ("breakdown", "Analytics by country, label and subaccount"),
                            ("hooks", "Webhooks"),
                            ("numbers", "Own numbers"),
                            ("offers", "Numbers to rent"),
                            ("subaccounts", "Subaccounts"),
                        ],
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("code", models.IntegerField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polls",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="poll_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "kind"), name="poll_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
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
                ("country_name", models.CharField(max_length=100)),
                ("prefix", models.CharField(blank=True, max_length=8)),
                ("mcc", models.CharField(blank=True, max_length=40)),
                ("mncs", models.CharField(blank=True, max_length=200)),
                ("network", models.CharField(blank=True, max_length=160)),
                ("amount", models.DecimalField(decimal_places=5, max_digits=10)),
                (
                    "previous_amount",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "connection",
                            "country",
                            "prefix",
                            "mcc",
                            "mncs",
                            "network",
                        ),
                        name="price_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceChange",
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
                ("country_name", models.CharField(max_length=100)),
                ("prefix", models.CharField(blank=True, max_length=8)),
                ("mcc", models.CharField(blank=True, max_length=40)),
                ("mncs", models.CharField(blank=True, max_length=200)),
                ("network", models.CharField(blank=True, max_length=160)),
                (
                    "before",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_changes",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["connection", "changed_at", "id"], name="price_time"
                    ),
                    models.Index(
                        fields=["connection", "country", "prefix", "changed_at"],
                        name="price_country_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceCheck",
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
                ("checked_at", models.DateTimeField()),
                ("prices", models.PositiveIntegerField()),
                ("changes", models.PositiveIntegerField(default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_checks",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "day"), name="price_check_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
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
                ("state_hash", models.CharField(max_length=64, unique=True)),
                ("verifier", accounts.fields.EncryptedField(verbose_name="verifier")),
                ("scopes", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subaccount",
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
                ("gateway_id", models.CharField(max_length=32)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("company", models.CharField(blank=True, max_length=120)),
                ("email", models.CharField(blank=True, max_length=254)),
                (
                    "balance",
                    models.DecimalField(decimal_places=4, default=0, max_digits=14),
                ),
                (
                    "total_usage",
                    models.DecimalField(decimal_places=4, default=0, max_digits=14),
                ),
                (
                    "topup_threshold",
                    models.DecimalField(decimal_places=4, max_digits=14, null=True),
                ),
                (
                    "topup_amount",
                    models.DecimalField(decimal_places=4, max_digits=14, null=True),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subaccounts",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "gateway_id"), name="subaccount_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Usage",
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
                    "dimension",
                    models.CharField(
                        choices=[
                            ("date", "Date"),
                            ("country", "Country"),
                            ("label", "Label"),
                            ("subaccount", "Subaccount"),
                        ],
                        max_length=16,
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.CharField(blank=True, max_length=120)),
                ("sms", models.PositiveIntegerField(default=0)),
                ("rcs", models.PositiveIntegerField(default=0)),
                ("voice", models.PositiveIntegerField(default=0)),
                ("hlr", models.PositiveIntegerField(default=0)),
                ("mnp", models.PositiveIntegerField(default=0)),
                ("inbound", models.PositiveIntegerField(default=0)),
                (
                    "cost",
                    models.DecimalField(decimal_places=4, default=0, max_digits=14),
                ),
                ("fetched_at", models.DateTimeField()),
                ("is_final", models.BooleanField(default=False)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage",
                        to="accounts.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "dimension", "day", "key"),
                        name="usage_unique",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["workspace", "-id"], name="alert_newest"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("workspace", "kind", "subject"),
                name="alert_open_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("workspace", "user"), name="membership_unique"
            ),
        ),
    ]
