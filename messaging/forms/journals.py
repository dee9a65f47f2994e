from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import phone
from messaging.journal_filters import LIMITS, STATES, USUAL_LIMIT, Wanted

_DAY = {"type": "date"}


class JournalForm(forms.Form):
    """The filters of one journal; none of them is needed."""

    id = forms.CharField(label=gettext_lazy("Id at the gateway"), required=False)
    to = forms.CharField(
        label=gettext_lazy("To"), required=False, max_length=40, strip=True
    )
    date_from = forms.DateField(
        label=gettext_lazy("From day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
    )
    date_to = forms.DateField(
        label=gettext_lazy("Until day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
    )
    state = forms.CharField(label=gettext_lazy("State"), required=False, max_length=20)
    limit = forms.TypedChoiceField(
        label=gettext_lazy("Entries on a page"),
        required=False,
        coerce=int,
        choices=[(n, str(n)) for n in LIMITS],
    )
    missing = forms.BooleanField(
        label=gettext_lazy("Only what is missing here"), required=False
    )

    def __init__(self, *args: Any, journal: str, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        words = [(word, word) for word in STATES.get(journal, ())]
        if words:
            every = ("", gettext_lazy("Any state"))
            self.fields["state"].widget = forms.Select(choices=[every, *words])

    def clean_id(self) -> str:
        text = str(self.cleaned_data["id"]).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 20):
            raise forms.ValidationError(
                _("An id is digits alone, like 77214067982. Copy it from an entry.")
            )
        return text

    def clean_to(self) -> str:
        """Return the number as the gateway spells it, digits alone."""
        text = str(self.cleaned_data["to"])
        if not text:
            return ""
        number = phone.parse(text, country=self.country)
        digits = number.e164[1:] if number else "".join(filter(str.isdigit, text))
        if not digits.isascii() or not 3 <= len(digits) <= 16:
            raise forms.ValidationError(
                _("Write a whole number, like +49 170 1234567.")
            )
        return digits

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("date_from"), values.get("date_to")
        if first and last and first > last:
            self.add_error(
                "date_to", _("The last day is before the first. Swap the two.")
            )
        return values

    def wanted(self) -> Wanted:
        """Return the cleaned filters."""
        values = dict(self.cleaned_data)
        values["limit"] = values["limit"] or USUAL_LIMIT
        is_missing = values.pop("missing")
        return Wanted(**values, is_missing=is_missing)
