"""Forms of the pages about subaccounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.numbers import OnceForm
from accounts.services.subaccounts import LEAST, MOST_AT_ONCE


class CreateForm(OnceForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("First and last name of who is responsible for it."),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=200)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class TransferForm(OnceForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount in EUR"),
        min_value=LEAST,
        max_value=MOST_AT_ONCE,
        max_digits=7,
        decimal_places=2,
    )
    # What was shown before the last step, so that nothing else is moved.
    agreed = forms.DecimalField(
        max_digits=7, decimal_places=2, required=False, widget=forms.HiddenInput
    )

    def refuse_short(self) -> None:
        """Say that the account has less than that."""
        self.add_error("amount", _("The account does not have so much credit."))

    @property
    def is_agreed(self) -> bool:
        return bool(self.cleaned_data["agreed"] == self.cleaned_data["amount"])


class TopUpForm(OnceForm):
    threshold = forms.DecimalField(
        label=gettext_lazy("When the credit falls below (EUR)"),
        min_value=Decimal(0),
        max_value=MOST_AT_ONCE,
        max_digits=7,
        decimal_places=2,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Move so much each time (EUR)"),
        min_value=LEAST,
        max_value=MOST_AT_ONCE,
        max_digits=7,
        decimal_places=2,
    )

    def __init__(self, *args: Any, is_off: bool = False, **options: Any):
        """Off asks for no figures."""
        super().__init__(*args, **options)
        for name, amount in self.initial.items():
            if isinstance(amount, Decimal):
                self.initial[name] = amount.quantize(LEAST)
        for name in ("threshold", "amount") if is_off else ():
            self.fields[name].required = False
            self.fields[name].disabled = True


class DeleteForm(OnceForm):
    """The subaccount's id is typed to confirm, at the credit that was shown."""

    confirm_word = forms.CharField(max_length=40)
    agreed = forms.DecimalField(
        max_digits=14, decimal_places=4, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, word: str, **options: Any):
        super().__init__(*args, **options)
        self.word = word

    def clean_confirm_word(self) -> str:
        typed = str(self.cleaned_data["confirm_word"]).strip()
        if typed != self.word:
            raise ValidationError(_("Type %(word)s to confirm.") % {"word": self.word})
        return typed


class OpenWorkspaceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the workspace"), max_length=80)
