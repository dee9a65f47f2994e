from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

KEPT: Final = {
    7: _("a week"),
    30: _("30 days"),
    90: _("90 days"),
    365: _("a year"),
    730: _("two years"),
}


class KeepForm(forms.Form):
    """How long events are kept."""

    days_kept = forms.TypedChoiceField(
        label=_("Keep events for"),
        choices=list(KEPT.items()),
        coerce=int,
        help_text=_("Events hold numbers and texts of people. Older ones are deleted."),
    )
