from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.placeholders import NAME_MAX
from messaging.services.campaign_files import VALIDITY_MAX_DAYS

# The password is that of a link: beside it, browsers take any field for a user name.
_NO_LOGIN = {"autocomplete": "off"}


class CampaignFileForm(forms.Form):
    """A file that an SMS links to, and how long and for whom the link opens."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Up to five files with 2 MB together. The limit is ours; the gateway names "
            "none."
        ),
    )
    name = forms.CharField(
        label=_("Name in the text"),
        required=False,
        max_length=NAME_MAX,
        widget=forms.TextInput(attrs=_NO_LOGIN),
        help_text=_("Left empty, it is the name of the file."),
    )
    validity_days = forms.IntegerField(
        label=_("Days that the link works"),
        required=False,
        min_value=1,
        max_value=VALIDITY_MAX_DAYS,
        widget=forms.NumberInput(attrs=_NO_LOGIN),
    )
    password = forms.CharField(
        label=_("Password to open it"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
