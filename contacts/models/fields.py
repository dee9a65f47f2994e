from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


class CustomField(models.Model):
    """A field that the workspace's contacts have besides the built-in ones.

    ``slug`` is the key in ``Contact.custom`` and the name of the variable in a
    message; ``label`` is the heading it came from.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="custom_fields"
    )
    slug = models.CharField(max_length=40)
    label = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "slug"], name="custom_field_unique"
            )
        ]

    def __str__(self) -> str:
        return self.label
