from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import zones


class PersonalForm(forms.Form):
    """How pages speak to a person."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        languages = list(settings.LANGUAGES)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("Like the browser")),
            *languages,
        ]
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            ("", _("Like the workspace")),
            *zones.choices(),
        ]
