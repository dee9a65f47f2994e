"""What is said, by whom."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Channel
from messaging import contents, text_checks
from messaging.forms.composer.channel import ChannelChoice
from messaging.rendering import MAX_TEXT
from messaging.selectors import variables
from seven_dashboard.errors import Refused


class MessageRoom(ChannelChoice):
    """Text and sender.

    While drafting, a text may be unfinished; its errors are shown and the draft is kept
    (``text_error``). Sender and label are refused, because they can only be wrong.
    """

    kept: ClassVar[tuple[str, ...]] = ("text", "sender", "label")

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "true"}),
    )
    sender = forms.CharField(
        label=_("Sender"),
        required=False,
        max_length=24,
        help_text=_(
            "Up to 11 letters and digits, or a number of up to 16 digits. "
            "Empty: the sender set in your seven.io account."
        ),
        widget=forms.TextInput(attrs={"list": "senders", "autocomplete": "off"}),
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=100,
        help_text=_("Groups the cost in the gateway's own statistics."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, workspace=workspace, **kwargs)
        self.text_error = ""

    def typed_text(self) -> str:
        """Return the text as typed so far."""
        return tidy(str(self["text"].value() or ""))[:MAX_TEXT]

    def clean_text(self) -> str:
        """Return the text as it is kept; what is wrong with it goes to text_error."""
        text = tidy(str(self.cleaned_data["text"]))
        known = variables.names(self.workspace, self.campaign)
        try:
            if text:
                contents.check_text(self.chosen_channel(), text, known=known)
        except Refused as refused:
            self.text_error = str(refused)
        return text

    def clean_sender(self) -> str:
        if self.chosen_channel() != Channel.SMS:
            return ""
        return checked(text_checks.check_sender, self.cleaned_data["sender"])

    def clean_label(self) -> str:
        return checked(text_checks.check_label, self.cleaned_data["label"])

    def require(self) -> None:
        super().require()
        if not self.cleaned_data.get("text"):
            self.text_error = str(_("Write a text first."))
        if self.text_error:
            self.add_error("text", self.text_error)


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").rstrip())


def checked(check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except Refused as refused:
        raise forms.ValidationError(str(refused), code=refused.code) from None
