from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Channel
from messaging import option_checks
from messaging.forms.composer import tidy
from messaging.forms.composer.channel import FallbackFields, options_of
from messaging.rendering import MAX_TEXT
from seven_dashboard.errors import Refused

_OPTIONS = (
    "deliver_at",
    "ringtime_s",
    "fallback",
    "fallback_text",
    "fallback_sender",
)


class QuickSendForm(FallbackFields):
    """A text for one person; a number too when there is no contact to write to."""

    recipient = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        help_text=_("Any spelling, like 0171 1234567 or +49 171 1234567."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=Channel.choices,
        initial=Channel.SMS,
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": _("Write a text first.")},
    )
    sender = forms.CharField(
        label=_("Sender"),
        required=False,
        max_length=100,
        help_text=_(
            "Empty: the sender set in your seven.io account. A call comes from a "
            "number, RCS from an agent."
        ),
        widget=forms.TextInput(attrs={"list": "senders", "autocomplete": "off"}),
    )
    ringtime_s = forms.IntegerField(
        label=_("Let it ring for (seconds)"),
        required=False,
        min_value=option_checks.RINGTIME_MIN_S,
        max_value=option_checks.RINGTIME_MAX_S,
    )
    deliver_at = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        help_text=_("Empty: at once. Until then it can be withdrawn."),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(self, *args: Any, with_recipient: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not with_recipient:
            del self.fields["recipient"]

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Channel.SMS

    def typed_options(self) -> list[forms.BoundField]:
        """Return the options that hold something, those of other channels too.

        Who goes back from the cost to the text finds all that was typed.
        """
        return [self[name] for name in _OPTIONS if self[name].value()]

    def chosen(self) -> dict[str, Any]:
        """Return the channel and the options, for the service."""
        channel = self.cleaned_data["channel"]
        return {
            "channel": channel,
            "options": options_of(channel, self.cleaned_data),
        }

    def clean_text(self) -> str:
        return tidy(str(self.cleaned_data["text"]))

    def refuse(self, refused: Refused) -> None:
        """Put a service's sentence beside the field that it is about."""
        named = refused.field if refused.field in self.fields else None
        self.add_error(named, str(refused))
