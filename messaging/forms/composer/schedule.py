"""When a campaign goes out: its start, how it is spread, and in which hours."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from messaging.forms.composer.rooms import Room
from messaging.forms.rules import check_hours, time_field
from messaging.forms.weekdays import WeekdaysField
from messaging.hours import EVERY_DAY
from messaging.models import AfterHours, Campaign, HoursKept, StartClock

SPREADS_MINUTES = (15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 2880)
# Fields that a browser sends several times.
MULTIPLE = ("weekdays",)


def _spread(minutes: int) -> str:
    if minutes % 60:
        words = ngettext("over %(n)d minute", "over %(n)d minutes", minutes)
        return words % {"n": minutes}
    hours = minutes // 60
    return ngettext("over %(n)d hour", "over %(n)d hours", hours) % {"n": hours}


class ScheduleRoom(Room):
    """Start, spread and hours; what is left empty is at once, as the rules say."""

    kept: ClassVar[tuple[str, ...]] = (
        "start_clock",
        "start_on",
        "start_time",
        "spread_minutes",
        "hours_kept",
        "hours_start",
        "hours_end",
        "weekdays",
        "after_hours",
    )

    start_clock = forms.ChoiceField(
        label=_("It starts"), choices=StartClock.choices, required=False
    )
    start_on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    start_time = time_field(label=_("Time"))
    spread_minutes = forms.TypedChoiceField(
        label=_("Spread evenly"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Time outside the sending hours does not count."),
    )
    hours_kept = forms.ChoiceField(
        label=_("Sending hours"), choices=HoursKept.choices, required=False
    )
    hours_start = time_field(label=_("From"))
    hours_end = time_field(label=_("Until"))
    weekdays = WeekdaysField(label=_("On these days"), required=False)
    after_hours = forms.ChoiceField(
        label=_("A recipient whose hours are over"),
        choices=AfterHours.choices,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start_clock"].help_text = _(
            "The workspace is in %(zone)s; a recipient's zone comes from the number."
        ) % {"zone": self.workspace.zone_name}
        field = self.fields["spread_minutes"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(0, _("no, as fast as it may be"))]
        field.choices += [(minutes, _spread(minutes)) for minutes in SPREADS_MINUTES]

    @property
    def has_schedule(self) -> bool:
        """Say whether anything differs from sending at once by the rules."""
        asked = (self["start_clock"].value(), str(self["spread_minutes"].value() or 0))
        usual = self["hours_kept"].value() in ("", None, HoursKept.WORKSPACE)
        return asked not in ((None, "0"), ("", "0")) or not usual

    def clean_hours_kept(self) -> str:
        return self.cleaned_data["hours_kept"] or HoursKept.WORKSPACE

    def clean_after_hours(self) -> str:
        return self.cleaned_data["after_hours"] or AfterHours.WAIT

    def clean_spread_minutes(self) -> int:
        return self.cleaned_data["spread_minutes"] or 0

    def clean_weekdays(self) -> int:
        return self.cleaned_data["weekdays"] or EVERY_DAY

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("hours_kept") != HoursKept.OWN:
            values |= {"hours_start": None, "hours_end": None, "weekdays": EVERY_DAY}
        elif not {"hours_start", "hours_end"} & set(self.errors):
            start, end = values["hours_start"], values["hours_end"]
            check_hours(self, start, end, field="hours_end")
        return values

    def require(self) -> None:
        """Ask for a day and a time where it is to start later."""
        super().require()
        if self.cleaned_data.get("start_clock"):
            for name in ("start_on", "start_time"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(
                        name, _("Say on which day and at what time it starts.")
                    )

    @classmethod
    def filled(cls, campaign: Campaign) -> dict[str, Any]:
        values = super().filled(campaign)
        if campaign.hours_kept != HoursKept.OWN:
            values["weekdays"] = EVERY_DAY
        return values
