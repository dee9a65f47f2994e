"""The forms of a template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import options
from messaging.forms.composer.channel import (
    RcsFields,
    SmsFields,
    VoiceFields,
    initial_of,
    options_of,
)
from messaging.forms.composer.keys import KeyFields
from messaging.models import Template, TemplateVersion
from messaging.options import Options
from messaging.rendering import MAX_TEXT
from messaging.services import templates
from seven_dashboard.errors import Refused

# Who it is from is said by each campaign.
_SENDERS = ("caller", "agent")


class TemplateForm(SmsFields, VoiceFields, KeyFields, RcsFields):
    """Name, text, and what the channel is told besides; the channel is chosen once."""

    name = forms.CharField(label=_("Name"), max_length=120)
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
        if template:
            initial = {"channel": template.channel, **kwargs.pop("initial", {})}
            kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.template = template
        if template:
            self.fields["channel"].disabled = True

    @classmethod
    def of_version(cls, version: TemplateVersion) -> dict[str, Any]:
        """Return a version as the fields show it."""
        template = version.template
        own = options.read(template.channel, version.options)
        values = {"name": template.name, "text": version.text, "seen": template.latest}
        return {**values, **initial_of(own)}

    def own(self) -> Options:
        """Return the options that were typed for the channel."""
        return options_of(self.chosen_channel(), self.cleaned_data)

    def clean_caller(self) -> str:
        return ""

    def clean_agent(self) -> str:
        return ""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return values
        try:
            values["text"] = templates.check(
                self.chosen_channel(), values["text"], self.own()
            )
        except Refused as refused:
            self.refuse(refused)
        return values

    def refuse(self, refused: Refused) -> None:
        """Put a sentence beside the field that it is about."""
        named = refused.field if refused.field in self.fields else None
        self.add_error(named, str(refused))
