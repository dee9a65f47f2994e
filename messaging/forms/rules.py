"""What a manager says about everything that a workspace sends."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import countries
from messaging.forms.weekdays import WeekdaysField
from messaging.models import SendingRules

DAY_MINUTES = 24 * 60


def time_field(**options: Any) -> forms.TimeField:
    """Return a field for a time of day, to the minute."""
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(required=False, widget=widget, **options)


def check_hours(
    form: forms.Form, start: time | None, end: time | None, *, field: str
) -> None:
    """Add an error where only one end of the hours is given, or both are the same."""
    if (start is None) != (end is None):
        form.add_error(field, _("Give both times, or neither for the whole day."))
    elif start is not None and start == end:
        form.add_error(
            field, _("These hours have no length. For the whole day leave both empty.")
        )


def amount_field(**options: Any) -> forms.DecimalField:
    """Return a field for EUR."""
    return forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, **options)


class RulesForm(forms.Form):
    hours_start = time_field(label=_("From"))
    hours_end = time_field(
        label=_("Until"),
        help_text=_("Empty: at any hour. 22:00 to 06:00 goes past midnight."),
    )
    weekdays = WeekdaysField(label=_("On these days"))
    late_minutes = forms.IntegerField(
        label=_("A planned start may be late by (minutes)"),
        min_value=1,
        max_value=DAY_MINUTES,
        help_text=_(
            "If it was missed by more, as when the machine was off, the campaign is "
            "held and somebody is asked."
        ),
    )
    limit_per_day = amount_field(
        label=_("Spending limit a day (EUR)"),
        required=False,
        help_text=_("Of all messages together. Empty: no limit."),
    )
    resumes_next_day = forms.BooleanField(
        label=_("Go on by itself the next day"),
        required=False,
        help_text=_(
            "After a limit of the day was reached. Otherwise somebody has to go on."
        ),
    )
    failure_share = forms.IntegerField(
        label=_("Pause when so many fail (percent)"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Refused or not delivered. Empty: never pause for it."),
    )
    failure_after = forms.IntegerField(
        label=_("but not before so many messages"), min_value=1, max_value=1_000_000
    )
    confirm_above_eur = amount_field(
        label=_("Typed confirmation above (EUR)"),
        help_text=_("Before a campaign starts, its number of recipients is typed."),
    )
    confirm_above_recipients = forms.IntegerField(
        label=_("or above so many recipients"), min_value=0, max_value=10_000_000
    )

    same_text_days = forms.IntegerField(
        label=_("Warn of the same text within (days)"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_(
            "The check before a start names whom a campaign with the same text has "
            "reached. Empty: it does not look."
        ),
    )

    @classmethod
    def of(cls, rules: SendingRules) -> RulesForm:
        """Return the form filled with the rules."""
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not {"hours_start", "hours_end"} & set(self.errors):
            start, end = values["hours_start"], values["hours_end"]
            check_hours(self, start, end, field="hours_end")
        return values


class CountryLimitForm(forms.Form):
    """The limit of one country, or of each that has none of its own."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    per_day = amount_field(label=_("A day (EUR)"), required=False)
    per_campaign = amount_field(label=_("A campaign (EUR)"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", _("Every other country")), *countries.choices()]

    def amounts(self) -> tuple[Decimal | None, Decimal | None]:
        return self.cleaned_data["per_day"], self.cleaned_data["per_campaign"]
