"""Which days a person wants to see, cut how, and whose figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import periods
from messaging.periods import Chosen, Cut
from messaging.selectors.analytics import Source

PRESETS: Final = {
    "7d": _("7 days"),
    "30d": _("30 days"),
    "90d": _("90 days"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "12m": _("12 months"),
    "year": _("This year"),
}
CUTS: Final = [
    (Cut.DAY, _("By day")),
    (Cut.WEEK, _("By week")),
    (Cut.MONTH, _("By month")),
]
SOURCES: Final = [
    (Source.ACCOUNT, _("Whole account")),
    (Source.HERE, _("Sent from here")),
]


def _day(label: object) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        required=False,
        label=str(label),
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write a day like 2026-11-25.")},
    )


class PeriodForm(forms.Form):
    """Days, read from the address: those of a preset, or from one day to another."""

    by = forms.ChoiceField(choices=CUTS, required=False, label=_("One bar for"))
    source = forms.ChoiceField(choices=SOURCES, required=False, label=_("Figures"))

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self._today = today
        # Their names in the address are words that Python keeps for itself.
        self.fields["from"] = _day(_("From"))
        self.fields["to"] = _day(_("Until"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        start, end = found.get("from"), found.get("to")
        if start and end and start > end:
            self.add_error("from", _("The first day is after the last one."))
        elif start and start > self._today:
            self.add_error("from", _("This day is still to come."))
        elif start and (self._today - start).days > periods.LONGEST_DAYS:
            self.add_error("from", _("Figures go back three years at most."))
        return found

    def chosen(self) -> Chosen:
        """Return the days; those of the last 30 where the wanted ones make no sense."""
        wanted = self.cleaned_data if self.is_valid() else {}
        cut = Cut(wanted["by"]) if wanted.get("by") else None
        start = wanted.get("from")
        if start is None:
            return periods.of_preset(self.data.get("period", ""), self._today, cut)
        end = min(wanted.get("to") or self._today, self._today)
        for preset in PRESETS:
            known = periods.of_preset(preset, self._today, cut)
            if (known.period.start, known.period.end) == (start, end):
                return known
        return periods.of_days(start, end, cut)


def source_wanted(data: Mapping[str, str]) -> Source | None:
    """Return whose figures an address asks for, None if it does not say."""
    value = data.get("source", "")
    return next((one for one in Source if one == value), None)
