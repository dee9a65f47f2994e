from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


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
    search_text = models.GeneratedField(
        expression=Lower(
            Concat(
                F("firstname"),
                Value(" "),
                F("lastname"),
                Value(" "),
                F("company"),
                Value(" "),
                F("phone"),
                Value(" "),
                F("email"),
            )
        ),
        output_field=models.TextField(),
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
            GinIndex(
                fields=["search_text"],
                name="contact_search",
                opclasses=["gin_trgm_ops"],
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
