"""The form of one contact, with the workspace's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.forms.fields import OwnValueField
from contacts.forms.number import NumberField
from contacts.models import Contact, CustomField
from contacts.selectors.fields import value_text
from contacts.services import contacts
from seven_dashboard import seen
from seven_dashboard.formatting import phone_parts

CUSTOM_PREFIX = contacts.OWN


if TYPE_CHECKING:
    _ContactForm = forms.ModelForm[Contact]
else:
    # Django's forms take type parameters only in its stubs.
    _ContactForm = forms.ModelForm


class ContactForm(_ContactForm):
    phone = NumberField(
        label=_("Mobile number"),
        required=False,
        help_text=_("Any spelling; it is kept in international form."),
    )

    class Meta:
        model = Contact
        fields = [
            "firstname",
            "lastname",
            "company",
            "phone",
            "email",
            "home_phone",
            "address",
            "postal_code",
            "city",
            "birthday",
            "notes",
        ]
        widgets = {
            "email": forms.EmailInput,
            "birthday": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(
        self,
        *args: Any,
        workspace: Workspace,
        custom_fields: Iterable[CustomField] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        number = self.fields["phone"]
        assert isinstance(number, NumberField)
        number.country = workspace.country
        if self.instance.phone:
            self.initial["phone"] = phone_parts(self.instance.phone)[0]
        for custom in custom_fields:
            self.fields[CUSTOM_PREFIX + custom.slug] = OwnValueField(
                custom,
                value=str(self.instance.custom.get(custom.slug, "")),
                country=workspace.country,
            )

    def own_fields(self) -> list[forms.BoundField]:
        """Return the workspace's own fields, bound."""
        return [self[name] for name in self.fields if name.startswith(CUSTOM_PREFIX)]

    def overtaken(self, error: seen.Overtaken) -> None:
        """Say beside each field what somebody else has made of it meanwhile."""
        words = {}
        for name, value in error.now.items():
            field = self.fields.get(name)
            if name == "phone" and value:
                words[name] = phone_parts(str(value))[0]
            elif isinstance(field, OwnValueField):
                words[name] = value_text(str(value or ""), field.own.kind)
        seen.mark(self, error, words)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        told = ("phone", "firstname", "lastname", "company")
        if not self.errors and not any(values.get(name) for name in told):
            raise forms.ValidationError(
                _("Fill in a number or a name."), code="nothing_told"
            )
        return values

    def custom_values(self) -> dict[str, str]:
        """Return the cleaned own fields by slug; empty ones are taken away."""
        return {
            name.removeprefix(CUSTOM_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(CUSTOM_PREFIX)
        }

    def built_in_values(self) -> dict[str, Any]:
        """Return the cleaned built-in fields but the number."""
        return {
            name: self.cleaned_data[name]
            for name in self._meta.fields or []
            if name != "phone"
        }

    def validate_unique(self) -> None:
        """Leave uniqueness to the service, which names the other contact."""

    def validate_constraints(self) -> None:
        """Leave constraints to the service, which names the other contact."""
