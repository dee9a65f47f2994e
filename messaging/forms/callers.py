from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CallerForm(forms.Form):
    """A number that calls shall come from."""

    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        help_text=_("You need to be able to pick up there now: the gateway calls it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
