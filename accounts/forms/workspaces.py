from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import countries, zones


class WorkspaceForm(forms.Form):
    """What a workspace is called and where it is at home."""

    name = forms.CharField(label=_("Name"), max_length=80)
    country = forms.ChoiceField(
        label=_("Default country"),
        choices=countries.choices,
        initial="DE",
        help_text=_("Numbers without a country code belong here."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones.choices,
        initial="Europe/Berlin",
        help_text=_("For members who have not chosen their own."),
    )
