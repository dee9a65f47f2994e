from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models import Expression, F, Func, Value
from django.db.models.functions import (
    Cast,
    Coalesce,
    Left,
    Lower,
    Now,
    NullIf,
    Replace,
    Trim,
)
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.folding import folded

# Sorts after every letter.
NAMELESS = "\U0010fffd"


def _joined(*parts: Expression | F) -> Func:
    return Func(
        *parts,
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=models.TextField(),
    )


def _spaced(*names: str) -> Iterator[Expression | F]:
    """Return columns with blanks between them; "" is an empty one."""
    for at, name in enumerate(names):
        if at:
            yield Value(" ")
        if name:
            yield F(name)


def _own_values() -> Replace:
    """Return the values of own fields without their names: [ 4711 ,  XL ]."""
    values = Func(
        F("custom"),
        Value("$.*"),
        function="jsonb_path_query_array",
        output_field=models.JSONField(),
    )
    return Replace(
        Cast(values, models.TextField()),
        Value('"'),
        Value(" "),
        output_field=models.TextField(),
    )


class Contact(models.Model):
    """A person or firm that messages may go to; one row for each number.

    ``phone`` is E.164 with the plus sign, or empty. The numeric id orders
    keyset pages; ``uuid`` is what addresses show.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Every index below opens with the workspace: one more would only cost.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="contacts", db_index=False
    )
    phone = models.CharField(_("mobile number"), max_length=16, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    firstname = models.CharField(_("first name"), max_length=100, blank=True)
    lastname = models.CharField(_("last name"), max_length=100, blank=True)
    company = models.CharField(_("company"), max_length=150, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    home_phone = models.CharField(_("home number"), max_length=32, blank=True)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    # Address of a picture: kept for the gateway's address book, never fetched by us.
    avatar = models.CharField(
        _("picture"), max_length=500, blank=True, db_default="", default=""
    )
    # Slug of the column name to its text: {"kundennummer": "4711"}.
    custom = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())
    # Every word begins after a blank, which the index of trigrams makes use of.
    search_text = models.GeneratedField(
        expression=_joined(
            Value(" "),
            folded(_joined(*_spaced("firstname", "lastname", "company"))),
            Lower(_joined(*_spaced("", "phone", "email", ""), _own_values())),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    # Sorts as ``name`` is shown; who has none comes last, by number.
    name_key = models.GeneratedField(
        expression=folded(
            Left(
                Coalesce(
                    NullIf(Trim(_joined(*_spaced("firstname", "lastname"))), Value("")),
                    NullIf(F("company"), Value("")),
                    _joined(Value(NAMELESS), F("phone")),
                ),
                60,
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "phone"],
                condition=~models.Q(phone=""),
                name="contact_phone_unique",
            )
        ]
        indexes = [
            # Read backwards; ascending, because that grows at its end.
            models.Index(fields=["workspace", "id"], name="contact_newest"),
            models.Index(fields=["workspace", "name_key", "id"], name="contact_names"),
            GinIndex(
                OpClass(F("search_text"), "gin_trgm_ops"),
                # One more key for each row finds a rare country, and rows without a
                # number; an array because PostgreSQL indexes those without extensions.
                OpClass(
                    Func(
                        F("country"),
                        template="(ARRAY[%(expressions)s])",
                        output_field=ArrayField(models.CharField(max_length=2)),
                    ),
                    "array_ops",
                ),
                name="contact_search",
            ),
            # Rows lie by age, so that a few pages tell when theirs were changed.
            BrinIndex(
                fields=["created_at", "updated_at"],
                name="contact_times",
                pages_per_range=8,
                autosummarize=True,
            ),
            # The address book at the gateway holds people without a number, too.
            models.Index(
                fields=["workspace", "email"],
                name="contact_by_email",
                condition=models.Q(phone="") & ~models.Q(email=""),
            ),
        ]

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}".strip() or self.company
