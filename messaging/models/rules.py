from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from messaging.hours import EVERY_DAY, Hours


class SendingRules(models.Model):
    """What holds for everything that a workspace sends; without a row, the defaults.

    Hours are the recipient's own: from ``hours_start`` to ``hours_end`` on
    ``weekdays``, or around the clock when both are null.
    """

    workspace = models.OneToOneField(
        Workspace,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="sending_rules",
    )
    hours_start = models.TimeField(_("from"), null=True, blank=True)
    hours_end = models.TimeField(_("until"), null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(_("on"), default=EVERY_DAY)
    # A start missed by more than that asks a person.
    late_minutes = models.PositiveIntegerField(default=60)
    # EUR a day of the workspace, whatever sends; null: no limit.
    limit_per_day = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    # Go on by itself on the day after a limit of the day; otherwise a person does.
    resumes_next_day = models.BooleanField(default=False)
    # Percent that may fail, judged after so many messages; null: never pause for it.
    failure_share = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    failure_after = models.PositiveIntegerField(
        default=50, validators=[MinValueValidator(1)]
    )
    # Above either, the number of recipients has to be typed before a launch.
    confirm_above_eur = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(100)
    )
    confirm_above_recipients = models.PositiveIntegerField(default=5_000)
    # The check names whom the same text has reached within so many days; null: never.
    same_text_days = models.PositiveSmallIntegerField(
        null=True, blank=True, default=30, db_default=30
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hours_start=None, hours_end=None)
                | models.Q(hours_start__isnull=False, hours_end__isnull=False),
                name="rules_hours_both_or_none",
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__range=(1, EVERY_DAY)),
                name="rules_some_weekday",
            ),
            models.CheckConstraint(
                condition=models.Q(limit_per_day=None) | models.Q(limit_per_day__gte=0),
                name="rules_limit_not_negative",
            ),
        ]

    @property
    def hours(self) -> Hours:
        return Hours(self.hours_start, self.hours_end, self.weekdays)


class CountryLimit(models.Model):
    """What may be spent on messages to one country, EUR; null: no limit.

    An empty ``country`` stands for each country that has no row of its own.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="country_limits"
    )
    country = models.CharField(max_length=2, blank=True)
    per_day = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    per_campaign = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "country"], name="country_limit_unique"
            ),
            models.CheckConstraint(
                condition=(models.Q(per_day=None) | models.Q(per_day__gte=0))
                & (models.Q(per_campaign=None) | models.Q(per_campaign__gte=0)),
                name="country_limit_not_negative",
            ),
        ]
