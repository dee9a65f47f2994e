from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace


class CustomField(models.Model):
    """A field that the workspace's contacts have besides the built-in ones.

    ``slug`` is the key in ``Contact.custom`` and the name of the variable in a
    message; ``label`` is the heading it came from. ``kind`` says what its values are
    (``contacts/field_kinds.py`` reads them); ``choices`` are those of a choice.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        DATE = "date", pgettext_lazy("kind of field", "Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("One of a list")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="custom_fields"
    )
    slug = models.CharField(max_length=40)
    label = models.CharField(_("name"), max_length=100)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "slug"], name="custom_field_unique"
            )
        ]

    def __str__(self) -> str:
        return self.label
