"""What is written in a conversation: an answer, a note, until when it rests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging import snoozing
from messaging.forms.composer import tidy
from messaging.rendering import MAX_TEXT
from messaging.services.conversations import MAX_NOTE
from messaging.ways import Way
from seven_dashboard.errors import Refused


class ReplyForm(forms.Form):
    """An answer; an empty one is no error, as nobody has pressed the button yet."""

    text = forms.CharField(
        label=_("Your answer"),
        required=False,
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
    )
    # One of `ways`; any other word means the first of them.
    way = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, ways: list[Way], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ways = {way.word: way for way in ways}

    def clean_text(self) -> str:
        return tidy(str(self.cleaned_data["text"]))

    @property
    def chosen(self) -> Way:
        """The way that was chosen, or the one that the person used last."""
        word = str(self.data.get("way", ""))
        return self.ways.get(word) or next(iter(self.ways.values()))

    def refuse(self, refused: Refused) -> None:
        """Put a service's sentence beside the field that it is about."""
        self.add_error("text" if refused.field == "text" else None, str(refused))


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": _("Write the note first.")},
    )


class SnoozeForm(forms.Form):
    """A word of `snoozing`, or a time."""

    word = forms.ChoiceField(choices=list(snoozing.WORDS.items()), required=False)
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages={"invalid": _("This is no date with a time.")},
    )

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        word = values.get("word")
        if word:
            values["until"] = snoozing.until(str(word), timezone.localtime())
        if not values.get("until") and not self.errors:
            raise forms.ValidationError(_("Choose until when."))
        return values


class SavedAnswerForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("How the team finds it, like “Opening hours”."),
    )
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
    )

    def refuse(self, refused: Refused) -> None:
        """Put a service's sentence beside the field that it is about."""
        self.add_error(
            refused.field if refused.field in self.fields else None, str(refused)
        )
