from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.fields import CustomField
from contacts.models.work import Work


class FieldWork(Work):
    """A change that touches an own field's value in every contact.

    The field itself may be gone already, so its name is kept here. ``misfits`` are
    some of the values that stood in the way of another kind.
    """

    class Act(models.TextChoices):
        REMOVE = "remove", _("Delete the field")
        CONVERT = "convert", _("Change the kind")

    KIND = "field"
    GIVES_UP = False

    act = models.CharField(max_length=8, choices=Act.choices)
    field = models.ForeignKey(
        CustomField, null=True, on_delete=models.SET_NULL, related_name="works"
    )
    slug = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    new_kind = models.CharField(
        max_length=8, blank=True, choices=CustomField.Kind.choices
    )
    choices = models.JSONField(default=list, blank=True)
    misfits = models.JSONField(default=list, blank=True)
    misfit_count = models.PositiveIntegerField(default=0)

    class Meta(Work.Meta):
        pass

    @property
    def words(self) -> dict[str, str]:
        """What yes and no become in a field that gets to be a text."""
        if self.new_kind != CustomField.Kind.TEXT:
            return {}
        return dict(zip(("1", "0"), self.choices, strict=False))

    @property
    def choices_kept(self) -> list[str]:
        """The choices that the field has when all is done."""
        return [] if self.words else list(self.choices)
