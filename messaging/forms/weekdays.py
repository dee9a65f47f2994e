"""Days of the week as check boxes, kept as bits of a number, Monday first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from messaging.hours import EVERY_DAY


class WeekdaysField(forms.TypedMultipleChoiceField):
    """At least one day; gives and takes the number of `SendingRules.weekdays`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[(day, name) for day, name in WEEKDAYS.items()],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )
        self.error_messages["required"] = _("Choose at least one day.")

    def prepare_value(self, value: Any) -> Any:
        """Return the days to tick for a number, or what was ticked already."""
        return days_of(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value)) or EVERY_DAY


def days_of(weekdays: int) -> list[int]:
    """Return the days, 0 being Monday, of a number of bits."""
    return [day for day in range(7) if weekdays >> day & 1]


def day_names(weekdays: int) -> str:
    """Return the short names of the days of a number of bits."""
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in days_of(weekdays))
