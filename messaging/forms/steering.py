"""What a person says to a campaign that is written: go, go on, this is settled."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class LaunchForm(forms.Form):
    """Agreement to a cost, and a typed word where it is high.

    ``fingerprint`` names the draft and audience that the person has seen.
    """

    cost_agreed = forms.DecimalField(
        label=_("Sending stops at (EUR)"),
        min_value=0,
        max_digits=14,
        decimal_places=4,
        help_text=_("The campaign pauses before it would cost more."),
    )
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirm_word = forms.CharField(required=False, max_length=40)

    def show_again(self, *, fingerprint: str, cost_bound: Decimal | None) -> None:
        """Let the next try be about what is shown now."""
        data = cast(QueryDict, self.data).copy()
        data["fingerprint"] = fingerprint
        data["cost_agreed"] = "" if cost_bound is None else str(cost_bound)
        data["confirm_word"] = ""
        self.data = data


class ResumeForm(forms.Form):
    cost_agreed = forms.DecimalField(
        label=_("Stop at (EUR)"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=4,
    )


class SettleForm(forms.Form):
    decision = forms.ChoiceField(choices=[("sent", ""), ("send_again", "")])


class SettleAllForm(SettleForm):
    """``seen`` is the number of messages that the person has decided about."""

    seen = forms.IntegerField(min_value=1)
