"""Forms of an import: the file, and what its columns mean."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contacts import columns, sentences
from contacts.models import Group, Import
from contacts.reading.tables import Layout
from contacts.selectors import fields

TARGET_LABELS: dict[str, str | Promise] = {
    "phone": _("Mobile number"),
    "firstname": _("First name"),
    "lastname": _("Last name"),
    columns.FULL_NAME: _("First and last name"),
    "company": _("Company"),
    "email": _("E-mail"),
    "home_phone": _("Home number"),
    "address": _("Street and number"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "birthday": _("Birthday"),
    "notes": _("Notes"),
}
# Where most of the gateway's customers are stands first.
_NEAR = ("DE", "AT", "CH")
COUNTRIES = [*_NEAR, *sorted(set(phonenumbers.SUPPORTED_REGIONS) - set(_NEAR))]
ACCEPTED = ".csv,.tsv,.txt,.tab,.xlsx,.xlsm,.xlsb,.xls,.ods"
COLUMN_PREFIX = "column-"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Choose a file or drop it here"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose a file with a table of contacts."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            facts = {"most": settings.IMPORT_MAX_BYTES >> 20}
            raise forms.ValidationError(sentences.of_file("too_large", facts))
        return file


class ColumnsForm(forms.Form):
    """Where each column goes, and what happens on a match."""

    has_header = forms.BooleanField(
        label=_("The file has column names"), required=False
    )
    country = forms.ChoiceField(
        label=_("Country of numbers without a country code"),
        choices=[
            (code, f"{code} (+{phonenumbers.country_code_for_region(code)})")
            for code in COUNTRIES
        ],
    )
    policy = forms.ChoiceField(
        label=_("When a number is in the contacts already"),
        choices=Import.Policy.choices,
    )
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=_("Add everyone to a group"),
        required=False,
        empty_label=_("No group"),
    )
    new_group = forms.CharField(
        label=_("or to a new group"), max_length=100, required=False
    )

    def __init__(self, *args: Any, source: Import, **options: Any) -> None:
        layout = Layout(**source.layout)
        first_group = source.groups.first()
        options["initial"] = {
            "has_header": layout.has_header,
            "country": source.country,
            "policy": source.policy,
            "group": first_group.pk if first_group else None,
        }
        super().__init__(*args, **options)
        group = self.fields["group"]
        assert isinstance(group, forms.ModelChoiceField)
        group.queryset = Group.objects.filter(workspace=source.workspace)
        self._column_names = [f"{COLUMN_PREFIX}{at}" for at in range(layout.width)]
        own = fields.custom(source.workspace)
        for at, name in enumerate(self._column_names):
            heading = layout.header[at] if at < len(layout.header) else ""
            self.fields[name] = forms.ChoiceField(
                label=heading or format_lazy("{} {}", _("Column"), at + 1),
                required=False,
                initial=source.mapping.get(str(at), ""),
                choices=_targets(source, heading, at, own),
            )

    def column_fields(self) -> list[forms.BoundField]:
        """Return the bound fields of the columns, in the file's order."""
        return [self[name] for name in self._column_names]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        used: set[str] = set()
        for name in self._column_names:
            target = values.get(name, "")
            # Several columns may hold numbers: the first valid one counts.
            if target and target != "phone" and target in used:
                self.add_error(name, _("Another column goes there already."))
            used.add(target)
        return values

    def mapping(self) -> dict[str, str]:
        return {
            name.removeprefix(COLUMN_PREFIX): self.cleaned_data[name]
            for name in self._column_names
            if self.cleaned_data[name]
        }


def _targets(
    source: Import, heading: str, at: int, own: list[Any]
) -> list[tuple[str, str | Promise]]:
    """Return where a column can go: nowhere, a field, an own field, a new one."""
    choices: list[tuple[str, str | Promise]] = [("", _("Do not import"))]
    choices += TARGET_LABELS.items()
    choices += [(f"{columns.CUSTOM}{field.slug}", field.label) for field in own]
    known = {value for value, _label in choices}
    new = source.mapping.get(str(at), "")
    if not new.startswith(columns.CUSTOM):
        new = f"{columns.CUSTOM}{columns.slug(heading)}" if heading.strip() else ""
    if new and new not in known:
        label = format_lazy("{}: {}", _("New field"), heading)
        choices.append((new, label))
    return choices
