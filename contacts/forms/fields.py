"""Forms of own fields: one field, and its value on a contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import field_kinds, kind_guesses
from contacts.models import CustomField

ERRORS: dict[str, str | Promise] = {
    field_kinds.NUMBER: _("This is no number. Write digits only, such as 12.5."),
    field_kinds.DATE: _("This is no date. Write it as 2026-05-17 or 17.05.2026."),
    field_kinds.BOOLEAN: _("Choose yes or no."),
    field_kinds.CHOICE: _("Choose one of the list."),
    field_kinds.TEXT: _("This is too long. There is room for 500 characters."),
}


class FieldForm(forms.Form):
    label = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomField.Kind.choices)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line."),
    )
    yes_word = forms.CharField(
        label=_("Yes reads in messages as"), max_length=40, required=False
    )
    no_word = forms.CharField(
        label=_("No reads in messages as"), max_length=40, required=False
    )

    def __init__(
        self, *args: Any, instance: CustomField | None = None, **options: Any
    ) -> None:
        if instance:
            is_boolean = instance.kind == field_kinds.BOOLEAN
            words = instance.choices if is_boolean else ["", ""]
            options["initial"] = {
                "label": instance.label,
                "kind": instance.kind,
                "choices": "" if is_boolean else "\n".join(instance.choices),
                "yes_word": words[0] if words else "",
                "no_word": words[1] if len(words) > 1 else "",
            }
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == field_kinds.CHOICE:
            found = kind_guesses.choices_in(values.get("choices", "").splitlines())
            if not found:
                self.add_error("choices", _("Write down what one can choose."))
            elif len(found) > kind_guesses.MOST_CHOICES:
                self.add_error("choices", _("A list has room for 50 choices."))
            elif max(map(len, found)) > field_kinds.MAX_LENGTH:
                self.add_error("choices", str(ERRORS[field_kinds.TEXT]))
        return values

    def chosen(self) -> list[str]:
        """Return the choices, or the words for yes and no where both are given."""
        values = self.cleaned_data
        if values["kind"] == field_kinds.CHOICE:
            return kind_guesses.choices_in(values["choices"].splitlines())
        words = [values["yes_word"], values["no_word"]]
        return words if values["kind"] == field_kinds.BOOLEAN and all(words) else []


class OwnValueField(forms.CharField):
    """The value of an own field on a contact; cleans to its one stored form."""

    def __init__(self, own: CustomField, *, value: str, country: str) -> None:
        self.own, self.country = own, country
        shown = field_kinds.written(value, kind=own.kind, country=country)
        super().__init__(
            label=own.label,
            required=False,
            initial=shown,
            widget=_widget(own, value),
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text == self.initial and self.own.kind == field_kinds.CHOICE:
            # What was chosen before the list changed may stay.
            return text
        try:
            return field_kinds.normal(
                text,
                kind=self.own.kind,
                country=self.country,
                choices=self.own.choices,
            )
        except ValueError:
            words = str(ERRORS[self.own.kind])
            raise forms.ValidationError(words, code="bad_value") from None


def _widget(own: CustomField, value: str) -> forms.Widget:
    if own.kind == field_kinds.NUMBER:
        # Not type=number: that knows no 1.234,50.
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if own.kind == field_kinds.DATE and field_kinds.is_stored_day(value):
        return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    if own.kind == field_kinds.BOOLEAN:
        return forms.Select(choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))])
    if own.kind == field_kinds.CHOICE:
        known = dict.fromkeys([*own.choices, *([value] if value else [])])
        return forms.Select(choices=[("", "–"), *((one, one) for one in known)])
    return forms.TextInput()
