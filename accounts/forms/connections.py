from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import scopes

_KEY = {"autocomplete": "off", "spellcheck": "false"}


class ConnectForm(forms.Form):
    """The keys of a gateway account. Nothing typed here is ever shown again."""

    api_key = forms.CharField(
        label=_("API key"),
        max_length=255,
        widget=forms.PasswordInput(attrs=_KEY),
        help_text=_("You make one in your account at seven.io."),
    )
    signing_key = forms.CharField(
        label=_("Signing key"),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs=_KEY),
        help_text=_(
            "Signs every request to the gateway, and proves that delivery reports and "
            "replies come from there."
        ),
    )
    remove_signing_key = forms.BooleanField(
        label=_("Remove the stored signing key"), required=False
    )

    def __init__(self, *args: Any, has_signing_key: bool = False, **options: Any):
        super().__init__(*args, **options)
        if has_signing_key:
            self.fields["signing_key"].help_text = _(
                "Leave empty to keep the stored signing key."
            )
        else:
            del self.fields["remove_signing_key"]

    def wanted_signing_key(self) -> str | None:
        """Return the new signing key, "" to remove it, None to keep the stored one."""
        if self.cleaned_data.get("remove_signing_key"):
            return ""
        return self.cleaned_data["signing_key"].strip() or None


class PermitForm(forms.Form):
    """What a permission by sign-in is to cover, besides what is always needed."""

    uses = forms.MultipleChoiceField(
        label=_("Allow this dashboard to"),
        choices=scopes.CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sending SMS and seeing the account are always part of it."),
    )


class SigningKeyForm(forms.Form):
    """The signing key alone, for a connection that stays as it is."""

    signing_key = forms.CharField(
        label=_("Signing key"),
        max_length=255,
        widget=forms.PasswordInput(attrs=_KEY),
        help_text=_("You find it in your account at seven.io, beside the API keys."),
    )


class RateForm(forms.Form):
    rate_per_s = forms.DecimalField(
        label=_("Messages a second"),
        min_value=Decimal("0.1"),
        max_value=Decimal(10_000),
        max_digits=7,
        decimal_places=2,
        help_text=_("A gateway account sends 10 a second unless agreed otherwise."),
    )
