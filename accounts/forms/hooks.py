from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import hook_words, targets

MAX_HEADERS: Final = 20
MAX_HEADER_LENGTH: Final = 500
# RFC 9110, 5.6.2.
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE: Final = re.compile(r"[\x20-\x7e]*")
# The gateway sets these itself; a second one would spoil the request or its proof.
_TAKEN: Final = frozenset(
    {
        *("host", "content-length", "content-type", "connection"),
        *("transfer-encoding", "x-signature", "x-timestamp", "x-nonce"),
    }
)


class HookForm(forms.Form):
    """A webhook: which events go where, and how."""

    target_url = forms.CharField(
        label=_("Address"),
        max_length=targets.MAX_LENGTH,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
        help_text=_("Where the gateway posts to. It must be on the internet."),
    )
    event_type = forms.ChoiceField(
        label=_("Events"), choices=list(hook_words.EVENTS.items())
    )
    event_filter = forms.CharField(
        label=_("Only for"),
        max_length=64,
        required=False,
        help_text=_(
            "Your own number (incoming SMS and calls) or the name of an agent (RCS). "
            "Empty means all of them."
        ),
    )
    request_method = forms.ChoiceField(
        label=_("Form"),
        choices=list(hook_words.METHODS.items()),
        help_text=_("How the receiver wants it."),
    )
    headers = forms.CharField(
        label=_("Headers"),
        required=False,
        max_length=MAX_HEADERS * MAX_HEADER_LENGTH,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "Authorization: Bearer …",
            }
        ),
        help_text=_(
            "One on each line, such as a password of the receiver. They go to the "
            "gateway and are not kept here."
        ),
    )

    def __init__(self, *args: Any, own_url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own_url = own_url

    def clean_target_url(self) -> str:
        url = str(self.cleaned_data["target_url"]).strip()
        # Our own address may be internal: the sandbox beside us posts there.
        flaw = None if url == self.own_url else targets.flaw(url)
        if flaw is not None:
            raise forms.ValidationError(str(flaw))
        return url

    def clean_event_filter(self) -> str:
        found = str(self.cleaned_data["event_filter"]).strip()
        # The gateway knows numbers as digits.
        digits = re.sub(r"[ ()/.+-]", "", found)
        return digits if digits.isdigit() else found

    def clean_headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in str(self.cleaned_data["headers"]).splitlines():
            if line.strip():
                name, value = _header(line)
                found[name] = value
        if len(found) > MAX_HEADERS:
            raise forms.ValidationError(
                gettext("At most %(most)s headers.") % {"most": MAX_HEADERS}
            )
        return found


def _header(line: str) -> tuple[str, str]:
    """Return name and value of a line; a refusal repeats the name alone."""
    name, colon, value = (part.strip() for part in line.partition(":"))
    if not colon or not _NAME.fullmatch(name):
        raise forms.ValidationError(gettext("Write each header as Name: value."))
    if name.lower() in _TAKEN:
        raise forms.ValidationError(
            gettext("The gateway sets the header %(name)s itself.") % {"name": name}
        )
    if len(value) > MAX_HEADER_LENGTH or not _VALUE.fullmatch(value):
        raise forms.ValidationError(
            gettext(
                "The header %(name)s is too long or holds signs that are not allowed."
            )
            % {"name": name}
        )
    return name, value
