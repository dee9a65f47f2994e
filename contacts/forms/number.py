"""A form field for a phone number in any spelling."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts import phone as phones

ERROR = _(
    "This is not a valid phone number. Write it with the country code, "
    "for example +49 151 12345678."
)


class NumberField(forms.CharField):
    """Cleans to E.164, or to "" when it may be empty."""

    def __init__(self, *, country: str = "DE", **options: Any) -> None:
        options.setdefault("max_length", 40)
        super().__init__(**options)
        self.country = country
        self.widget.input_type = "tel"
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        number = phones.parse(text, country=self.country)
        if number is None:
            raise forms.ValidationError(ERROR, code="number")
        return number.e164
