from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.forms.number import NumberField
from contacts.models import Channel


class OptOutForm(forms.Form):
    phone = NumberField(label=_("Number"))
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("All channels")), *Channel.choices],
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        number = self.fields["phone"]
        assert isinstance(number, NumberField)
        number.country = workspace.country
