"""The short form of a contact: number, name, group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.forms.number import NumberField
from contacts.models import Group


class QuickAddForm(forms.Form):
    phone = NumberField(label=_("Mobile number"))
    firstname = forms.CharField(label=_("First name"), max_length=100, required=False)
    lastname = forms.CharField(label=_("Last name"), max_length=100, required=False)
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=_("Group"),
        required=False,
        empty_label=_("No group"),
    )

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        number, group = self.fields["phone"], self.fields["group"]
        assert isinstance(number, NumberField)
        assert isinstance(group, forms.ModelChoiceField)
        number.country = workspace.country
        number.widget.attrs["autofocus"] = True
        group.queryset = Group.objects.filter(workspace=workspace).order_by("name")
