"""Two days whose prices are compared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MONTH = timedelta(days=30)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"])


class CompareForm(forms.Form):
    """The days, both among those on which prices are known."""

    def __init__(self, data: Any, *, since: date, today: date) -> None:
        self.since, self.today = since, today
        usual = {"from": max(since, today - MONTH), "to": today}
        super().__init__({**usual, **{k: data[k] for k in usual if k in data}})
        # Their names in the address are words that Python keeps for itself.
        self.fields["from"] = _day(_("Prices of"))
        self.fields["to"] = _day(_("compared with those of"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        start, end = found.get("from"), found.get("to")
        if start and end and start > end:
            self.add_error("from", _("The first day is after the last one."))
        elif start and start < self.since:
            self.add_error("from", _("Prices of this day are not known here."))
        elif end and end > self.today:
            self.add_error("to", _("This day is still to come."))
        return found
