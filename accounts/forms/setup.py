from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.models import User


class PasswordField(forms.CharField):
    """A new password; its rules are checked by the form, which knows the person."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        options.setdefault("label", _("Password"))
        options.setdefault("help_text", _("At least 8 characters, not a common word."))
        super().__init__(widget=widget, strip=False, max_length=128, **options)


class NewPersonForm(forms.Form):
    """Name and password of somebody new, whose address is known elsewhere."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = PasswordField()

    def __init__(self, *args: Any, email: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._email = email

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        person = User(
            email=values.get("email", self._email),
            first_name=values.get("name", "")[:150],
        )
        if values.get("password"):
            try:
                password_validation.validate_password(values["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return values


class SetupForm(NewPersonForm):
    """The first person and the first workspace of a server."""

    workspace_name = forms.CharField(
        label=_("Name of your company or team"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones.choices, initial="Europe/Berlin"
    )

    field_order = ("name", "email", "password", "workspace_name", "time_zone")
