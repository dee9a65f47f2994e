from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class GroupDeleteForm(forms.Form):
    contacts = forms.ChoiceField(
        label=_("What becomes of its contacts?"),
        widget=forms.RadioSelect,
        initial="keep",
        choices=[
            ("keep", _("Keep the contacts")),
            ("delete", _("Delete the contacts as well, also from other groups")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["contacts"].required = False

    @property
    def is_with_contacts(self) -> bool:
        return bool(self.cleaned_data.get("contacts") == "delete")
