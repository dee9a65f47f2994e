"""Every table of contacts at once, for a new database.

Step by step, Django draws all models anew for each step, which takes half a minute.
The steps are the way of databases that are there already.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


def _triggers_of(name: str) -> migrations.RunSQL:
    """Return the SQL that a migration on the long way runs, written down once."""
    known = import_module(f"contacts.migrations.{name}")
    return migrations.RunSQL(known.FORWARD, known.BACKWARD)


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("contacts", "0001_initial"),
        ("contacts", "0002_member_count_trigger"),
        ("contacts", "0003_import_claims"),
        ("contacts", "0004_lean_indexes"),
        ("contacts", "0005_facts_consent_segments"),
        ("contacts", "0006_consent_history"),
        ("contacts", "0007_import_wizard"),
        ("contacts", "0008_opt_out_lists"),
        ("contacts", "0009_merges_duplicates"),
        ("contacts", "0010_consent_filters"),
        ("contacts", "0011_lookups"),
        ("contacts", "0012_bulk_and_exports"),
        ("contacts", "0013_lookup_counts"),
        ("contacts", "0014_import_journal"),
        ("contacts", "0015_lookup_subject"),
        ("contacts", "0016_sync"),
        ("contacts", "0017_lists_at_size"),
        ("contacts", "0018_segment_estimates"),
        ("contacts", "0019_merges_by_uuid"),
        ("contacts", "0020_breakdowns"),
        ("contacts", "0021_group_goes_too"),
        ("contacts", "0022_confirmed_opt_outs"),
        ("contacts", "0023_forget_names"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0010_all_tables"),
        ("accounts", "__first__"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="BulkJob",
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
                ("criteria", models.JSONField(default=dict)),
                ("uuids", models.JSONField(default=list)),
                ("newest_id", models.BigIntegerField(default=0)),
                ("chosen_by", models.JSONField(default=dict)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("add", "Add to group"),
                            ("remove", "Remove from group"),
                            ("set", "Set a field"),
                            ("opt_out", "Opt out"),
                            ("delete", "Delete"),
                        ],
                        max_length=8,
                    ),
                ),
                ("changed", models.PositiveBigIntegerField(default=0)),
                ("takes_group", models.BooleanField(default=False)),
                ("subject", models.CharField(blank=True, max_length=100)),
                ("field", models.CharField(blank=True, max_length=60)),
                ("value", models.TextField(blank=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                ("is_forgotten", models.BooleanField(default=False)),
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
            },
        ),
        migrations.CreateModel(
            name="BulkChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "job_id",
                        "target_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("target_id", models.BigIntegerField()),
                ("before", models.JSONField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="contacts.bulkjob",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
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
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=16, verbose_name="mobile number"
                    ),
                ),
                (
                    "country",
                    models.CharField(blank=True, max_length=2, verbose_name="country"),
                ),
                (
                    "firstname",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="first name"
                    ),
                ),
                (
                    "lastname",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="last name"
                    ),
                ),
                (
                    "company",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="company"
                    ),
                ),
                (
                    "email",
                    models.CharField(
                        blank=True, max_length=254, verbose_name="e-mail address"
                    ),
                ),
                (
                    "home_phone",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="home number"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="street and number"
                    ),
                ),
                (
                    "postal_code",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="postal code"
                    ),
                ),
                (
                    "city",
                    models.CharField(blank=True, max_length=100, verbose_name="city"),
                ),
                (
                    "birthday",
                    models.DateField(blank=True, null=True, verbose_name="birthday"),
                ),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                (
                    "avatar",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=500,
                        verbose_name="picture",
                    ),
                ),
                ("custom", models.JSONField(blank=True, default=dict)),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Value(" "),
                            django.db.models.functions.text.Replace(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Replace(
                                        django.db.models.functions.text.Replace(
                                            models.Func(
                                                models.Func(
                                                    django.db.models.functions.text.Lower(
                                                        models.Func(
                                                            models.F("firstname"),
                                                            models.Value(" "),
                                                            models.F("lastname"),
                                                            models.Value(" "),
                                                            models.F("company"),
                                                            arg_joiner=" || ",
                                                            output_field=models.TextField(),
                                                            template="(%(expressions)s)",
                                                        )
                                                    ),
                                                    function="normalize",
                                                    output_field=models.TextField(),
                                                    template="%(function)s(%(expressions)s, NFD)",
                                                ),
                                                models.Value(
                                                    "[\\u0300-\\u036f]",
                                                    output_field=models.CharField(),
                                                ),
                                                models.Value(
                                                    "", output_field=models.CharField()
                                                ),
                                                models.Value(
                                                    "g", output_field=models.CharField()
                                                ),
                                                function="regexp_replace",
                                                output_field=models.TextField(),
                                            ),
                                            models.Value("ß"),
                                            models.Value("ss"),
                                            output_field=models.TextField(),
                                        ),
                                        models.Value("ł"),
                                        models.Value("l"),
                                        output_field=models.TextField(),
                                    ),
                                    models.Value("ø"),
                                    models.Value("o"),
                                    output_field=models.TextField(),
                                ),
                                models.Value("ı"),
                                models.Value("i"),
                                output_field=models.TextField(),
                            ),
                            django.db.models.functions.text.Lower(
                                models.Func(
                                    models.Value(" "),
                                    models.F("phone"),
                                    models.Value(" "),
                                    models.F("email"),
                                    models.Value(" "),
                                    django.db.models.functions.text.Replace(
                                        django.db.models.functions.comparison.Cast(
                                            models.Func(
                                                models.F("custom"),
                                                models.Value("$.*"),
                                                function="jsonb_path_query_array",
                                                output_field=models.JSONField(),
                                            ),
                                            models.TextField(),
                                        ),
                                        models.Value('"'),
                                        models.Value(" "),
                                        output_field=models.TextField(),
                                    ),
                                    arg_joiner=" || ",
                                    output_field=models.TextField(),
                                    template="(%(expressions)s)",
                                )
                            ),
                            arg_joiner=" || ",
                            output_field=models.TextField(),
                            template="(%(expressions)s)",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "name_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Replace(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Replace(
                                        models.Func(
                                            models.Func(
                                                django.db.models.functions.text.Lower(
                                                    django.db.models.functions.text.Left(
                                                        django.db.models.functions.comparison.Coalesce(
                                                            django.db.models.functions.comparison.NullIf(
                                                                django.db.models.functions.text.Trim(
                                                                    models.Func(
                                                                        models.F(
                                                                            "firstname"
                                                                        ),
                                                                        models.Value(
                                                                            " "
                                                                        ),
                                                                        models.F(
                                                                            "lastname"
                                                                        ),
                                                                        arg_joiner=" || ",
                                                                        output_field=models.TextField(),
                                                                        template="(%(expressions)s)",
                                                                    )
                                                                ),
                                                                models.Value(""),
                                                            ),
                                                            django.db.models.functions.comparison.NullIf(
                                                                models.F("company"),
                                                                models.Value(""),
                                                            ),
                                                            models.Func(
                                                                models.Value(
                                                                    "\U0010fffd"
                                                                ),
                                                                models.F("phone"),
                                                                arg_joiner=" || ",
                                                                output_field=models.TextField(),
                                                                template="(%(expressions)s)",
                                                            ),
                                                        ),
                                                        60,
                                                    )
                                                ),
                                                function="normalize",
                                                output_field=models.TextField(),
                                                template="%(function)s(%(expressions)s, NFD)",
                                            ),
                                            models.Value(
                                                "[\\u0300-\\u036f]",
                                                output_field=models.CharField(),
                                            ),
                                            models.Value(
                                                "", output_field=models.CharField()
                                            ),
                                            models.Value(
                                                "g", output_field=models.CharField()
                                            ),
                                            function="regexp_replace",
                                            output_field=models.TextField(),
                                        ),
                                        models.Value("ß"),
                                        models.Value("ss"),
                                        output_field=models.TextField(),
                                    ),
                                    models.Value("ł"),
                                    models.Value("l"),
                                    output_field=models.TextField(),
                                ),
                                models.Value("ø"),
                                models.Value("o"),
                                output_field=models.TextField(),
                            ),
                            models.Value("ı"),
                            models.Value("i"),
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "id"], name="contact_newest"),
                    models.Index(
                        fields=["workspace", "name_key", "id"], name="contact_names"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            models.F("search_text"), "gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            models.Func(
                                models.F("country"),
                                output_field=django.contrib.postgres.fields.ArrayField(
                                    base_field=models.CharField(max_length=2), size=None
                                ),
                                template="(ARRAY[%(expressions)s])",
                            ),
                            "array_ops",
                        ),
                        name="contact_search",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True,
                        fields=["created_at", "updated_at"],
                        name="contact_times",
                        pages_per_range=8,
                    ),
                    models.Index(
                        condition=models.Q(
                            ("phone", ""), models.Q(("email", ""), _negated=True)
                        ),
                        fields=["workspace", "email"],
                        name="contact_by_email",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=("workspace", "phone"),
                        name="contact_phone_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
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
                ("slug", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("boolean", "Yes or no"),
                            ("choice", "One of a list"),
                        ],
                        default="text",
                        max_length=8,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custom_fields",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "slug"), name="custom_field_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Duplicate",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("email", "Same e-mail address"),
                            (
                                "number",
                                "The mobile number of one is the home number of the other",
                            ),
                            ("birthday", "Same name and birthday"),
                            ("address", "Same name and address"),
                            ("company", "Same name and company"),
                            ("home", "Same name and home number"),
                            ("spelling", "Similar name, same birthday"),
                        ],
                        max_length=8,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contacts.contact",
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
                        condition=models.Q(("dismissed_at", None)),
                        fields=["workspace", "id"],
                        name="duplicate_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="duplicate_pair_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="duplicate_pair_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateSearch",
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
                        name="duplicatesearch_newest",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="duplicatesearch_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                ("criteria", models.JSONField(default=dict)),
                ("uuids", models.JSONField(default=list)),
                ("newest_id", models.BigIntegerField(default=0)),
                ("chosen_by", models.JSONField(default=dict)),
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
                ("columns", models.JSONField(default=list)),
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
                        fields=["workspace", "-created_at"], name="export_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="export_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldWork",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("remove", "Delete the field"),
                            ("convert", "Change the kind"),
                        ],
                        max_length=8,
                    ),
                ),
                ("slug", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=100)),
                (
                    "new_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("boolean", "Yes or no"),
                            ("choice", "One of a list"),
                        ],
                        max_length=8,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list)),
                ("misfits", models.JSONField(blank=True, default=list)),
                ("misfit_count", models.PositiveIntegerField(default=0)),
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
                    "field",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="works",
                        to="contacts.customfield",
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
                        fields=["workspace", "-created_at"], name="fieldwork_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="fieldwork_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerNumber",
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
                ("phone", models.CharField(max_length=16, verbose_name="number")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_numbers",
                        to="contacts.contact",
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
                        fields=("workspace", "phone"), name="former_number_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
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
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "member_count",
                    models.PositiveIntegerField(default=0, editable=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="bulkjob",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contacts.group",
            ),
        ),
        migrations.CreateModel(
            name="GroupMembership",
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
                    "added_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="contacts.contact",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="contacts.group",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group", "contact"), name="group_contact_unique"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="group",
            name="contacts",
            field=models.ManyToManyField(
                related_name="groups",
                through="contacts.GroupMembership",
                to="contacts.contact",
            ),
        ),
        migrations.CreateModel(
            name="Import",
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
                ("file", models.FileField(max_length=200, upload_to="imports/")),
                ("filename", models.CharField(max_length=200)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                ("layout", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("new_fields", models.JSONField(blank=True, default=dict)),
                ("is_remembered", models.BooleanField(default=False)),
                ("sheets", models.JSONField(blank=True, default=list)),
                ("sheet", models.PositiveSmallIntegerField(default=0)),
                ("country", models.CharField(default="DE", max_length=2)),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("update", "Update with the values of the file"),
                            ("fill", "Fill in only what is empty"),
                            ("skip", "Leave as it is"),
                        ],
                        default="update",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting for columns"),
                            ("ready", "Waiting to start"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="uploaded",
                        max_length=16,
                    ),
                ),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "breakdowns",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                ("rows_estimated", models.PositiveBigIntegerField(default=0)),
                ("bookmark", models.PositiveBigIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
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
                    "groups",
                    models.ManyToManyField(related_name="imports", to="contacts.group"),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imports",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "-created_at"], name="import_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="import_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportCheck",
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
                ("key", models.CharField(max_length=64)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("reasons", models.JSONField(default=dict)),
                ("refusals", models.JSONField(default=list)),
                ("runs", models.JSONField(default=list)),
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="contacts.import",
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
                        fields=["workspace", "-created_at"], name="importcheck_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="importcheck_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source_id",
                        "phone",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("phone", models.CharField(max_length=16)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="numbers",
                        to="contacts.import",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportMemory",
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
                ("key", models.CharField(max_length=64)),
                ("targets", models.JSONField(default=dict)),
                ("country", models.CharField(max_length=2)),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("update", "Update with the values of the file"),
                            ("fill", "Fill in only what is empty"),
                            ("skip", "Leave as it is"),
                        ],
                        max_length=8,
                    ),
                ),
                ("used_at", models.DateTimeField(auto_now=True)),
                (
                    "groups",
                    models.ManyToManyField(related_name="+", to="contacts.group"),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_memories",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "key"), name="import_memory_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRefusal",
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
                        to="contacts.import",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "row_number"), name="refusal_row_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportUndo",
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
                ("deleted", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("restored", models.PositiveIntegerField(default=0)),
                ("edited", models.PositiveIntegerField(default=0)),
                ("left_groups", models.PositiveIntegerField(default=0)),
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
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undo",
                        to="contacts.import",
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
                        fields=["workspace", "-created_at"], name="importundo_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="importundo_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lookup",
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
                ("criteria", models.JSONField(default=dict)),
                ("phone", models.CharField(blank=True, max_length=16)),
                ("subject", models.CharField(blank=True, max_length=100)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("format", "Format"),
                                ("hlr", "Reachability (HLR)"),
                                ("mnp", "Network (MNP)"),
                                ("cnam", "Caller name (CNAM)"),
                                ("rcs", "RCS capability"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                    ),
                ),
                ("max_age_days", models.PositiveSmallIntegerField(default=30)),
                (
                    "cap",
                    models.DecimalField(decimal_places=4, max_digits=10, null=True),
                ),
                ("launch_key", models.UUIDField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting to start"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("paused", "Paused"),
                        ],
                        default="ready",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("numbers", models.PositiveIntegerField(default=0)),
                ("reused", models.PositiveIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("unclear", models.PositiveIntegerField(default=0)),
                ("held", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "doubtful",
                    models.DecimalField(
                        decimal_places=5, default=Decimal("0"), max_digits=10
                    ),
                ),
                (
                    "spent",
                    models.DecimalField(
                        decimal_places=5, default=Decimal("0"), max_digits=10
                    ),
                ),
                ("tally", models.JSONField(default=dict)),
                ("is_planned", models.BooleanField(default=False)),
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
                        fields=["workspace", "-created_at"], name="lookup_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="lookup_unfinished",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "launch_key"), name="lookup_launched_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupAsk",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("format", "Format"),
                            ("hlr", "Reachability (HLR)"),
                            ("mnp", "Network (MNP)"),
                            ("cnam", "Caller name (CNAM)"),
                            ("rcs", "RCS capability"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("asking", "Asking"),
                            ("unclear", "Unclear"),
                            ("answered", "Answered"),
                            ("reused", "Answer was there already"),
                            ("held", "Unclear in another lookup"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "price",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("code", models.PositiveSmallIntegerField(null=True)),
                (
                    "lookup",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="contacts.lookup",
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
                        condition=models.Q(
                            ("state__in", ["waiting", "asking", "unclear"])
                        ),
                        fields=["lookup", "state", "id"],
                        name="lookup_ask_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asking", "unclear"])),
                        fields=("workspace", "phone", "kind"),
                        name="lookup_ask_open_once",
                    ),
                    models.UniqueConstraint(
                        fields=("lookup", "phone", "kind"), name="lookup_ask_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupPrice",
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
                            ("format", "Format"),
                            ("hlr", "Reachability (HLR)"),
                            ("mnp", "Network (MNP)"),
                            ("cnam", "Caller name (CNAM)"),
                            ("rcs", "RCS capability"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "seen_eur",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "set_eur",
                    models.DecimalField(decimal_places=5, max_digits=10, null=True),
                ),
                ("set_at", models.DateTimeField(null=True)),
                (
                    "set_by",
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
                        fields=("workspace", "kind"), name="lookup_price_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen_eur__gte", 0), ("seen_eur", None), _connector="OR"
                        ),
                        name="lookup_price_seen_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("set_eur__gte", 0), ("set_eur", None), _connector="OR"
                        ),
                        name="lookup_price_set_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
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
                ("kept_uuid", models.UUIDField()),
                ("removed_uuid", models.UUIDField()),
                ("removed_name", models.CharField(blank=True, max_length=201)),
                ("removed", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("trail", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
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
                        related_name="merges",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "kept_uuid"], name="merge_kept"),
                    models.Index(
                        fields=["workspace", "removed_uuid"], name="merge_removed"
                    ),
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["created_at"],
                        name="merge_remembered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberFact",
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
                ("network_type", models.CharField(blank=True, max_length=24)),
                ("carrier", models.CharField(blank=True, max_length=100)),
                ("format_at", models.DateTimeField(null=True)),
                ("network", models.CharField(blank=True, max_length=100)),
                ("mccmnc", models.CharField(blank=True, max_length=8)),
                ("is_ported", models.BooleanField(null=True)),
                ("mnp_at", models.DateTimeField(null=True)),
                ("reachable", models.CharField(blank=True, max_length=16)),
                ("validity", models.CharField(blank=True, max_length=16)),
                ("roaming", models.CharField(blank=True, max_length=24)),
                ("hlr_at", models.DateTimeField(null=True)),
                ("caller_name", models.CharField(blank=True, max_length=100)),
                ("cnam_at", models.DateTimeField(null=True)),
                (
                    "rcs_capabilities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        size=None,
                    ),
                ),
                ("has_rcs", models.BooleanField(db_default=False, default=False)),
                ("rcs_at", models.DateTimeField(null=True)),
                ("stale_at", models.DateTimeField(null=True)),
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
                        condition=models.Q(
                            ("format_at__isnull", False),
                            ("mnp_at__isnull", False),
                            _connector="OR",
                        ),
                        fields=["workspace", "network_type"],
                        name="number_fact_type",
                    ),
                    models.Index(
                        condition=models.Q(("hlr_at__isnull", False)),
                        fields=["workspace", "reachable"],
                        name="number_fact_reachable",
                    ),
                    models.Index(
                        condition=models.Q(("mnp_at__isnull", False)),
                        fields=["workspace", "network"],
                        name="number_fact_network",
                    ),
                    models.Index(
                        condition=models.Q(("rcs_at__isnull", False)),
                        fields=["workspace", "has_rcs"],
                        name="number_fact_rcs",
                    ),
                    models.Index(
                        condition=models.Q(("validity", "not_valid")),
                        fields=["workspace"],
                        name="number_fact_invalid",
                    ),
                    models.Index(
                        fields=["workspace", "stale_at"], name="number_fact_stale"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "phone"), name="number_fact_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
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
                ("phone", models.CharField(max_length=16, verbose_name="number")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "Added by hand"),
                            ("import", "Imported"),
                            ("reply", "Reply"),
                            ("merge", "Carried over from a merged contact"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "is_confirmed",
                    models.BooleanField(
                        db_default=False, default=False, editable=False
                    ),
                ),
                (
                    "added_by",
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
                        related_name="opt_outs",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "-id"], name="opt_out_newest"),
                    models.Index(
                        fields=["workspace", "source", "-id"], name="opt_out_by_source"
                    ),
                    models.Index(
                        fields=["workspace", "channel", "-id"],
                        name="opt_out_by_channel",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["phone"],
                        name="opt_out_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "phone", "channel"), name="opt_out_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOutList",
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
                ("file", models.FileField(max_length=200, upload_to="opt-out-lists/")),
                ("filename", models.CharField(max_length=200)),
                ("layout", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("country", models.CharField(default="DE", max_length=2)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                ("added", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
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
                        fields=["workspace", "-created_at"], name="optoutlist_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="optoutlist_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOutRefusal",
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
                        to="contacts.optoutlist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "row_number"), name="opt_out_refusal_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
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
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("definition", models.JSONField(default=dict)),
                (
                    "member_count",
                    models.PositiveIntegerField(editable=False, null=True),
                ),
                ("is_estimated", models.BooleanField(default=False, editable=False)),
                ("counted_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                        related_name="segments",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        name="segment_name_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncGroup",
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
                ("remote_id", models.BigIntegerField(null=True)),
                ("remote_name", models.CharField(blank=True, max_length=250)),
                ("remote_count", models.PositiveIntegerField(default=0)),
                ("base_name", models.CharField(blank=True, max_length=250)),
                ("base_remote_name", models.CharField(blank=True, max_length=250)),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("off", "Not synced"),
                            ("pull", "From seven.io to here"),
                            ("push", "From here to seven.io"),
                            ("both", "Both ways"),
                        ],
                        default="off",
                        max_length=4,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("seen", "Only at seven.io"),
                            ("linked", "Linked"),
                            ("deleted_here", "Deleted here"),
                            ("deleted_there", "Deleted at seven.io"),
                        ],
                        default="seen",
                        max_length=16,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sync_groups",
                        to="contacts.group",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sync_groups",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("remote_id__isnull", False)),
                        fields=("workspace", "remote_id"),
                        name="sync_group_remote_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("group__isnull", False)),
                        fields=("group",),
                        name="sync_group_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncLink",
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
                ("contact_was", models.BigIntegerField(null=True)),
                ("remote_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("linked", "Linked"),
                            ("creating", "To be created at seven.io"),
                            ("duplicate", "There twice at seven.io"),
                            ("deleted_here", "Deleted here"),
                            ("deleted_there", "Deleted at seven.io"),
                            ("unlinked", "Synced no more"),
                        ],
                        default="linked",
                        max_length=16,
                    ),
                ),
                ("base_ours", models.JSONField(null=True)),
                ("base_theirs", models.JSONField(null=True)),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("conflict", models.JSONField(default=dict)),
                ("validation", models.CharField(blank=True, default="", max_length=16)),
                (
                    "todo",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing"),
                            ("create", "create"),
                            ("update", "update"),
                            ("delete", "delete"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("attempted_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("refused", models.CharField(blank=True, default="", max_length=64)),
                ("is_edited", models.BooleanField(default=False)),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sync_links",
                        to="contacts.contact",
                    ),
                ),
                (
                    "twin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sync_twins",
                        to="contacts.contact",
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
                        condition=models.Q(("todo", ""), _negated=True),
                        fields=["workspace", "id"],
                        name="sync_link_todo",
                    ),
                    models.Index(
                        condition=models.Q(("conflict", {}), _negated=True),
                        fields=["workspace", "id"],
                        name="sync_link_conflict",
                    ),
                    models.Index(
                        condition=models.Q(("state", "linked"), _negated=True),
                        fields=["workspace", "state", "id"],
                        name="sync_link_unusual",
                    ),
                    models.Index(
                        condition=models.Q(("error", ""), _negated=True),
                        fields=["workspace", "id"],
                        name="sync_link_refused",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("remote_id__isnull", False)),
                        fields=("workspace", "remote_id"),
                        name="sync_link_remote_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False)),
                        fields=("contact",),
                        name="sync_link_contact_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
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
                ("is_preview", models.BooleanField(default=False)),
                ("is_short", models.BooleanField(default=False)),
                ("is_released", models.BooleanField(default=False)),
                ("braked", models.JSONField(default=dict)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("groups", "Groups"),
                            ("list", "Contacts at seven.io"),
                            ("ours", "New contacts here"),
                            ("push", "Changes for seven.io"),
                            ("deletions", "Deletions"),
                        ],
                        default="groups",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("last_id", models.BigIntegerField(default=0)),
                ("is_ordered", models.BooleanField(default=True)),
                ("rounds", models.PositiveSmallIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
                ("tally", models.JSONField(default=dict)),
                ("samples", models.JSONField(default=dict)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
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
                        fields=["workspace", "-created_at"], name="syncrun_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="syncrun_unfinished",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=("workspace",),
                        name="sync_run_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncSetup",
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
                    "ungrouped",
                    models.CharField(
                        choices=[
                            ("off", "Not synced"),
                            ("pull", "From seven.io to here"),
                            ("push", "From here to seven.io"),
                            ("both", "Both ways"),
                        ],
                        default="off",
                        max_length=4,
                        verbose_name="contacts in no group",
                    ),
                ),
                (
                    "on_conflict",
                    models.CharField(
                        choices=[
                            ("ask", "Ask"),
                            ("ours", "Ours counts"),
                            ("theirs", "seven.io counts"),
                        ],
                        default="ask",
                        max_length=6,
                        verbose_name="both sides changed the same field",
                    ),
                ),
                (
                    "on_deleted_here",
                    models.CharField(
                        choices=[
                            ("ask", "Ask"),
                            ("delete", "Delete on the other side too"),
                            ("keep", "Keep on the other side, sync no more"),
                        ],
                        default="ask",
                        max_length=6,
                        verbose_name="deleted here",
                    ),
                ),
                (
                    "on_deleted_there",
                    models.CharField(
                        choices=[
                            ("ask", "Ask"),
                            ("delete", "Delete on the other side too"),
                            ("keep", "Keep on the other side, sync no more"),
                        ],
                        default="ask",
                        max_length=6,
                        verbose_name="deleted at seven.io",
                    ),
                ),
                (
                    "sends_own_fields",
                    models.BooleanField(
                        default=False,
                        verbose_name="send own fields that seven.io does not know yet",
                    ),
                ),
                ("own_names", models.JSONField(default=dict)),
                (
                    "is_automatic",
                    models.BooleanField(default=False, verbose_name="sync by itself"),
                ),
                (
                    "every_minutes",
                    models.PositiveSmallIntegerField(default=60, verbose_name="every"),
                ),
                ("approved", models.CharField(blank=True, max_length=64)),
                ("approved_at", models.DateTimeField(null=True)),
                ("listed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sync_setup",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_automatic", True)),
                        fields=["due_at"],
                        name="sync_setup_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkUndo",
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
                ("restored", models.PositiveBigIntegerField(default=0)),
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
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undo",
                        to="contacts.bulkjob",
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
                        fields=["workspace", "-created_at"], name="bulkundo_newest"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "running"])),
                        fields=["heartbeat_at"],
                        name="bulkundo_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentEvent",
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
                ("phone", models.CharField(max_length=16, verbose_name="number")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("sms", "SMS"), ("voice", "Voice"), ("rcs", "RCS")],
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opt_out", "Opted out"),
                            ("opt_in", "Opted in again"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "Added by hand"),
                            ("import", "Imported"),
                            ("reply", "Reply"),
                            ("merge", "Carried over from a merged contact"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                ("evidence", models.CharField(blank=True, max_length=500)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
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
                        fields=["workspace", "phone", "-id"], name="consent_of_number"
                    ),
                    models.Index(fields=["workspace", "-id"], name="consent_newest"),
                    models.Index(
                        fields=["workspace", "channel", "-id"],
                        name="consent_by_channel",
                    ),
                    models.Index(
                        fields=["workspace", "source", "-id"], name="consent_by_source"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["phone"],
                        name="consent_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(
                fields=["workspace", "-created_at"], name="bulkjob_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(
                condition=models.Q(("state__in", ["ready", "running"])),
                fields=["heartbeat_at"],
                name="bulkjob_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(
                condition=models.Q(("is_forgotten", False)),
                fields=["finished_at"],
                name="bulkjob_remembered",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("name"),
                name="group_name_unique",
            ),
        ),
        _triggers_of("0002_member_count_trigger"),
    ]
