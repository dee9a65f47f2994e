from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from messaging.stop_words import LANGUAGES


def every_language() -> list[str]:
    return list(LANGUAGES)


class StopRules(models.Model):
    """How a workspace hears STOP and START; without a row, the defaults.

    A confirmation is a message that costs money, so none goes out before somebody
    has switched it on.
    """

    workspace = models.OneToOneField(
        Workspace,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="stop_rules",
    )
    languages = ArrayField(models.CharField(max_length=2), default=every_language)
    confirms_stop = models.BooleanField(default=False)
    stop_text = models.CharField(_("text"), max_length=300, blank=True)
    confirms_start = models.BooleanField(default=False)
    start_text = models.CharField(_("text"), max_length=300, blank=True)
    # Whoever floods us with STOPs does not spend more than these.
    most_per_day = models.PositiveIntegerField(
        default=500, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )


class StopWord(models.Model):
    """A workspace's own word, or a usual one that it does not want to count."""

    class Kind(models.TextChoices):
        STOP = "stop", _("Ends messages")
        START = "start", _("Wants messages again")
        OFF = "off", _("Does not count")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="stop_words"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # As it was typed, and as it is compared (``stop_words.plain``).
    phrase = models.CharField(max_length=60)
    plain = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "plain"], name="stop_word_unique"
            )
        ]
