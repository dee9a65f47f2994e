from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import StopRules, StopWord
from messaging.stop_words import LANGUAGES

MAX_TEXT = 300
LANGUAGE_NAMES = {
    "de": _("German"),
    "en": _("English"),
    "fr": _("French"),
    "es": _("Spanish"),
    "it": _("Italian"),
    "pl": _("Polish"),
    "tr": _("Turkish"),
    "nl": _("Dutch"),
}


def _text_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
    )


class StopRulesForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("Languages whose usual words count"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("STOP itself counts in every language, whatever is chosen here."),
    )
    confirms_stop = forms.BooleanField(
        label=_("Confirm a STOP with one last message"), required=False
    )
    stop_text = _text_field(
        _("For example: You will get no more messages from us. START brings them back.")
    )
    confirms_start = forms.BooleanField(label=_("Confirm a START"), required=False)
    start_text = _text_field(
        _("For example: Welcome back! Write STOP whenever you want no more messages.")
    )
    most_per_day = forms.IntegerField(
        label=_("Confirmations in 24 hours at most"),
        min_value=1,
        max_value=100_000,
        help_text=_("Each costs as any message does. A number gets one in 24 hours."),
    )

    @classmethod
    def of(cls, rules: StopRules) -> StopRulesForm:
        """Return the form filled with the rules."""
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for switch, text in (
            ("confirms_stop", "stop_text"),
            ("confirms_start", "start_text"),
        ):
            if values.get(switch) and not values.get(text) and text not in self.errors:
                self.add_error(text, _("Write what the confirmation says."))
        return values


class StopWordForm(forms.Form):
    phrase = forms.CharField(label=_("Word or short phrase"), max_length=60)
    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=[
            (StopWord.Kind.STOP, StopWord.Kind.STOP.label),
            (StopWord.Kind.START, StopWord.Kind.START.label),
        ],
        initial=StopWord.Kind.STOP,
    )
