"""What an act on many contacts needs to know: a group, a value, a reason, a word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import field_kinds
from contacts.columns import CUSTOM
from contacts.forms.fields import ERRORS
from contacts.models import Channel, Contact, CustomField
from contacts.selectors import fields, groups
from contacts.services.contacts import FIELDS
from contacts.services.opt_out_rows import MAX_REASON


class ActForm(forms.Form):
    """The base of all: what the act is done in, and nothing to ask."""

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace

    def options(self) -> dict[str, Any]:
        """Return what `services.bulk_jobs.start` takes besides the contacts."""
        return {}


class RemoveForm(ActForm):
    group = forms.ChoiceField(label=_("Group"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.groups = {str(g.id): g for g in groups.all(self.workspace)}
        names = [(key, group.name) for key, group in self.groups.items()]
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a group")), *names]

    def options(self) -> dict[str, Any]:
        return {"group": self.groups[self.cleaned_data["group"]]}


class AddForm(RemoveForm):
    new_group = forms.CharField(label=_("or a new group"), max_length=100)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].required = self.fields["new_group"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values["group"] and not values["new_group"].strip():
            self.add_error("group", _("Choose a group, or write down a new one."))
        return values

    def options(self) -> dict[str, Any]:
        if self.cleaned_data["new_group"].strip():
            return {"new_group": self.cleaned_data["new_group"]}
        return super().options()


class SetForm(ActForm):
    field = forms.ChoiceField(label=_("Field"))
    value = forms.CharField(
        label=_("Value"),
        required=False,
        help_text=_("For all of them. Leave it empty to clear the field."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = {f"{CUSTOM}{f.slug}": f for f in fields.custom(self.workspace)}
        built_in = [
            (name, capfirst(str(_column(name).verbose_name))) for name in FIELDS
        ]
        own = [(key, field.label) for key, field in self.own.items()]
        choice = self.fields["field"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [*built_in, (_("Own fields"), own)] if own else built_in
        self.names = dict([*built_in, *own])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        name, value = values.get("field"), values.get("value", "")
        if name and value:
            own = self.own.get(name)
            country = self.workspace.country
            try:
                values["value"] = (
                    _own(value, own, country)
                    if own
                    else _built_in(name, value, country)
                )
            except ValidationError as error:
                self.add_error("value", error)
        return values

    def options(self) -> dict[str, Any]:
        name = self.cleaned_data["field"]
        value = self.cleaned_data["value"]
        return {"field": name, "label": self.names[name], "value": value}


class OptOutForm(ActForm):
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("All channels")), *Channel.choices],
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        required=False,
        help_text=_("How you know that they want no messages. Kept as proof."),
    )

    def options(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("channel", "reason")}


class DeleteForm(ActForm):
    confirm_word = forms.CharField(required=False)
    # The word that has to be typed; "" when none has to.
    word = ""

    def clean_confirm_word(self) -> str:
        typed = str(self.cleaned_data["confirm_word"]).strip()
        if self.word and typed.casefold() != self.word.casefold():
            raise ValidationError(_("Type %(word)s to confirm.") % {"word": self.word})
        return typed


def _own(value: str, field: CustomField, country: str) -> str:
    try:
        return field_kinds.normal(
            value, kind=field.kind, country=country, choices=field.choices
        )
    except ValueError:
        raise ValidationError(str(ERRORS[field.kind])) from None


def _built_in(name: str, value: str, country: str) -> str:
    if name == "birthday":
        try:
            return field_kinds.day(value, country=country).isoformat()
        except ValueError:
            raise ValidationError(str(ERRORS[field_kinds.DATE])) from None
    return str(_column(name).clean(value, None))


def _column(name: str) -> Field[Any, Any]:
    field = Contact._meta.get_field(name)
    assert isinstance(field, Field)
    return field
