"""The forms of a template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Channel
from messaging.models import Template
from messaging.rendering import MAX_TEXT
from messaging.services import templates
from seven_dashboard.errors import Refused


class TemplateForm(forms.Form):
    """Name and text; the channel is chosen once."""

    name = forms.CharField(label=_("Name"), max_length=120)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, initial=Channel.SMS
    )
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, template: Template | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        if template:
            del self.fields["channel"]

    def clean_text(self) -> str:
        channel = self.template.channel if self.template else self.data.get("channel")
        if channel not in Channel.values:
            channel = Channel.SMS
        try:
            return templates.check(str(channel), self.cleaned_data["text"])
        except Refused as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from None
