from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Alert, AlertRules
from accounts.selectors.alerts import Choice


class AlertChoicesForm(forms.Form):
    """Two boxes for each kind of alert."""

    in_app = forms.MultipleChoiceField(
        choices=Alert.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    by_mail = forms.MultipleChoiceField(
        choices=Alert.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def chosen(self) -> Mapping[str, Choice]:
        """Return the choice for every kind."""
        values = self.cleaned_data
        return {
            kind: Choice(kind in values["in_app"], kind in values["by_mail"])
            for kind in Alert.Kind.values
        }


class AlertRulesForm(forms.Form):
    balance_below = forms.DecimalField(
        label=_("Balance below (EUR)"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("Empty: not by the amount."),
    )
    days_below = forms.IntegerField(
        label=_("Lasts less than (days)"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("At the pace of the last seven days. Empty: not by days."),
    )

    @classmethod
    def of(cls, rules: AlertRules) -> AlertRulesForm:
        """Return the form filled with the rules."""
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})
