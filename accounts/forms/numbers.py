"""Forms of the pages about numbers."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import uuid4

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Errand, OwnNumber
from accounts.services.numbers import Targets

MOST_TARGETS: Final = 10
_SLACK: Final = re.compile(
    r"https://hooks\.slack(-gov)?\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]{8,300}"
)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f]")


def new_token() -> str:
    """Return what tells one filled-in form from another."""
    return uuid4().hex


class OnceForm(forms.Form):
    """A form that does its act once, however often it is sent."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=new_token)


class OrderForm(OnceForm):
    """The agreement to a number: the interval and the cost that were shown."""

    interval = forms.CharField(max_length=16, widget=forms.HiddenInput)
    cost = forms.DecimalField(
        max_digits=10, decimal_places=4, min_value=0, widget=forms.HiddenInput
    )
    agreed = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick this to agree to what the number costs.")
        },
    )


class RenameForm(OnceForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Shown here and at seven.io; nobody else sees it."),
    )

    def clean_name(self) -> str:
        return _UNSEEN.sub("", str(self.cleaned_data["name"])).strip()


class Lines(forms.CharField):
    """Several entries, one in each line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def entries(self, text: str) -> list[str]:
        """Return the entries without doubles; raise ValidationError for too many."""
        found = list(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))
        if len(found) > MOST_TARGETS:
            raise ValidationError(_("Ten at most."), code="too_many")
        return found


class ForwardForm(OnceForm):
    """Where incoming SMS go on to; what stays empty ends that way."""

    sms = Lines(
        label=gettext_lazy("By SMS to"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "One number in each line. Each SMS sent on may cost money."
        ),
    )
    email = Lines(
        label=gettext_lazy("By e-mail to"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("One address in each line."),
    )
    slack = Lines(
        label=gettext_lazy("To Slack"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy(
            "One webhook address in each line: https://hooks.slack.com/services/…"
        ),
    )

    def __init__(self, *args: Any, country: str = "DE", **options: Any):
        super().__init__(*args, **options)
        self.country = country

    @classmethod
    def of(cls, number: OwnNumber, asked: Errand | None) -> ForwardForm:
        """Return the form with where SMS go, or with what is being asked for.

        A form that shows less than was just saved would end it when it is sent again.
        """
        sms, email = number.sms_forward, number.email_forward
        slack = number.slack_addresses
        if asked is not None:
            sms, email = asked.values["sms"], asked.values["email"]
            slack = asked.slack_addresses
        return cls(
            initial={
                "sms": "\n".join(f"+{target}" for target in sms),
                "email": "\n".join(email),
                "slack": "\n".join(slack),
            }
        )

    def clean_sms(self) -> list[str]:
        return list(dict.fromkeys(map(self._number, self._entries("sms"))))

    def clean_email(self) -> list[str]:
        found = self._entries("email")
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("%(entry)s is no e-mail address.") % {"entry": address[:80]}
                ) from None
        return found

    def clean_slack(self) -> list[str]:
        found = self._entries("slack")
        if not all(_SLACK.fullmatch(address) for address in found):
            raise ValidationError(
                _(
                    "A Slack webhook address begins with "
                    "https://hooks.slack.com/services/."
                )
            )
        return found

    def targets(self) -> Targets:
        """Return what was entered."""
        values = self.cleaned_data
        return Targets(values["sms"], values["email"], values["slack"])

    def _entries(self, name: str) -> list[str]:
        field = self.fields[name]
        assert isinstance(field, Lines)
        return field.entries(str(self.cleaned_data[name]))

    def _number(self, entry: str) -> str:
        try:
            found = phonenumbers.parse(entry, self.country)
        except phonenumbers.NumberParseException:
            found = None
        if found is None or not phonenumbers.is_possible_number(found):
            raise ValidationError(
                _("%(entry)s is no phone number.") % {"entry": entry[:40]}
            )
        form = phonenumbers.PhoneNumberFormat.E164
        return phonenumbers.format_number(found, form).lstrip("+")


class GiveUpForm(OnceForm):
    """When a number ends; it is typed to confirm."""

    when = forms.ChoiceField(
        choices=[("end", ""), ("now", "")], widget=forms.RadioSelect, initial="end"
    )
    confirm_word = forms.CharField(max_length=40)

    def __init__(self, *args: Any, word: str, **options: Any):
        super().__init__(*args, **options)
        self.word = word

    def clean_confirm_word(self) -> str:
        typed = re.sub(r"[\s()/.-]", "", str(self.cleaned_data["confirm_word"]))
        if typed.lstrip("+") != self.word.lstrip("+"):
            raise ValidationError(_("Type %(word)s to confirm.") % {"word": self.word})
        return typed
