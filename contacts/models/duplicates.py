from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models.contacts import Contact
from contacts.models.work import Work


class Duplicate(models.Model):
    """Two contacts that may be one person, and why we think so.

    ``first`` has the lower id. A dismissed pair stays, so that it is never suggested
    again. ``found_at`` is the start of the search that has found it last.
    """

    class Reason(models.TextChoices):
        EMAIL = "email", _("Same e-mail address")
        FORM = "form", _("Same number, with and without a 9")
        NUMBER = "number", _("The mobile number of one is the home number of the other")
        BIRTHDAY = "birthday", _("Same name and birthday")
        ADDRESS = "address", _("Same name and address")
        COMPANY = "company", _("Same name and company")
        HOME = "home", _("Same name and home number")
        SPELLING = "spelling", _("Similar name, same birthday")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    first = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            # Doubles as the index of the first.
            models.UniqueConstraint(
                fields=["first", "second"], name="duplicate_pair_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")),
                name="duplicate_pair_ordered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "id"],
                name="duplicate_open",
                condition=models.Q(dismissed_at=None),
            )
        ]


class DuplicateSearch(Work):
    """A search through all contacts of a workspace for those that are there twice.

    ``bookmark`` counts the reasons that were searched for.
    """

    KIND = "duplicates"

    class Meta(Work.Meta):
        pass
