"""The form of what the columns of an imported file become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts import columns, field_kinds
from contacts.forms.imports import Choices, HowForm
from contacts.models import CustomField, Import
from contacts.reading.tables import Layout
from contacts.selectors import fields

NUMBERS: dict[str, str | Promise] = {
    "phone": _("Mobile number"),
    "phone_2": _("Second number"),
    "phone_3": _("Third number"),
}
BUILT_IN: dict[str, str | Promise] = {
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
TARGET_LABELS = NUMBERS | BUILT_IN
NEW = "new"
COLUMN_PREFIX, NAME_PREFIX, KIND_PREFIX = "column-", "name-", "kind-"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file on the page, with what it may become."""

    heading: str | Promise
    samples: Sequence[str]
    target: forms.BoundField
    name: forms.BoundField
    kind: forms.BoundField

    @property
    def is_new(self) -> bool:
        return bool(self.target.value() == NEW)


class ColumnsForm(HowForm):
    """Where each column goes, own fields made on the way, and how to import.

    ``kinds`` are the guessed kinds of the columns by their position, ``samples`` some
    of their cells.
    """

    def __init__(
        self,
        *args: Any,
        source: Import,
        kinds: Sequence[str] = (),
        samples: Sequence[Sequence[str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, source=source, **options)
        layout = Layout(**source.layout)
        self._own = fields.custom(source.workspace)
        self._samples = samples
        self._headings: list[str | Promise] = []
        choices = _targets(self._own)
        for at in range(layout.width):
            heading = layout.header[at] if at < len(layout.header) else ""
            self._headings.append(heading or format_lazy("{} {}", _("Column"), at + 1))
        self._slugs = [columns.slug(str(heading)) for heading in self._headings]
        for at in range(layout.width):
            kind = kinds[at] if at < len(kinds) else field_kinds.TEXT
            self._add_column(source, at, choices, kind)

    def _add_column(self, source: Import, at: int, choices: Choices, kind: str) -> None:
        heading = self._headings[at]
        target = source.mapping.get(str(at), "")
        new: Mapping[str, Any] = {}
        if target.startswith(columns.CUSTOM):
            slug = target.removeprefix(columns.CUSTOM)
            new = source.new_fields.get(slug, {})
            if slug not in {field.slug for field in self._own}:
                target = NEW
        self.fields[f"{COLUMN_PREFIX}{at}"] = forms.ChoiceField(
            label=format_lazy("{}", heading),
            required=False,
            initial=target,
            choices=choices,
        )
        self.fields[f"{NAME_PREFIX}{at}"] = forms.CharField(
            label=format_lazy("{}: {}", heading, _("name of the new field")),
            required=False,
            max_length=100,
            initial=new.get("label", self._name_of_new(at)),
        )
        self.fields[f"{KIND_PREFIX}{at}"] = forms.ChoiceField(
            label=format_lazy("{}: {}", heading, _("kind of the new field")),
            required=False,
            initial=new.get("kind", kind),
            choices=CustomField.Kind.choices,
        )

    def _name_of_new(self, at: int) -> str:
        """Return the heading; one that came before gets a number, as its slug does."""
        heading = str(self._headings[at])
        again = self._slugs[:at].count(self._slugs[at])
        return f"{heading[:95]} {again + 1}" if again else heading[:100]

    def columns(self) -> Iterator[Column]:
        """Yield the columns in the file's order."""
        for at, heading in enumerate(self._headings):
            yield Column(
                heading,
                self._samples[at] if at < len(self._samples) else (),
                self[f"{COLUMN_PREFIX}{at}"],
                self[f"{NAME_PREFIX}{at}"],
                self[f"{KIND_PREFIX}{at}"],
            )

    def has_number(self) -> bool:
        """Tell whether a column is chosen to be the number."""
        return any(column.target.value() in NUMBERS for column in self.columns())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        used: Counter[str] = Counter()
        for at in range(len(self._headings)):
            target = values.get(f"{COLUMN_PREFIX}{at}", "")
            if target == NEW:
                target = self._new_target(at)
            if target and used[target]:
                self.add_error(
                    f"{COLUMN_PREFIX}{at}", _("Another column goes there already.")
                )
            used[target] += 1
        if not used.keys() & NUMBERS.keys():
            self.add_error(None, _("Choose the column that holds the mobile numbers."))
        own = {f"{columns.CUSTOM}{field.slug}" for field in self._own}
        new = {target for target in used if target.startswith(columns.CUSTOM)} - own
        if len(own) + len(new) > fields.MAX_CUSTOM_FIELDS:
            self.add_error(
                None,
                _(
                    "A workspace has room for 100 own fields. Leave out columns that "
                    "you do not need."
                ),
            )
        return values

    def _new_target(self, at: int) -> str:
        name = self.cleaned_data.get(f"{NAME_PREFIX}{at}", "").strip()
        return f"{columns.CUSTOM}{columns.slug(name or str(self._headings[at]))}"

    def mapping(self) -> dict[str, str]:
        """Return the target of each column that has one."""
        found = {}
        for at in range(len(self._headings)):
            target = self.cleaned_data[f"{COLUMN_PREFIX}{at}"]
            if target:
                found[str(at)] = self._new_target(at) if target == NEW else target
        return _numbers_in_order(found)

    def new_fields(self) -> dict[str, dict[str, Any]]:
        """Return label, kind and column of each own field to be made, by its slug."""
        own = {field.slug for field in self._own}
        found = {}
        for at, heading in enumerate(self._headings):
            slug = self._new_target(at).removeprefix(columns.CUSTOM)
            if self.cleaned_data[f"{COLUMN_PREFIX}{at}"] == NEW and slug not in own:
                found[slug] = {
                    "label": self.cleaned_data[f"{NAME_PREFIX}{at}"]
                    or str(heading)[:100],
                    "kind": self.cleaned_data[f"{KIND_PREFIX}{at}"] or field_kinds.TEXT,
                    "column": at,
                }
        return found


def _targets(own: Sequence[CustomField]) -> Choices:
    """Return where a column can go: nowhere, a field, an own field, a new one."""
    choices: Choices = [
        ("", _("Do not import")),
        (_("Number: the first valid one counts"), list(NUMBERS.items())),
        (_("Contact"), list(BUILT_IN.items())),
    ]
    if own:
        known = [(f"{columns.CUSTOM}{field.slug}", field.label) for field in own]
        choices.append((_("Own fields"), known))
    choices.append((NEW, pgettext_lazy("column of a file", "A new field")))
    return choices


def _numbers_in_order(mapping: dict[str, str]) -> dict[str, str]:
    """Let the numbers count from the first: a second one alone is the first."""
    chosen = {target: at for at, target in mapping.items() if target in NUMBERS}
    ranked = [chosen[target] for target in NUMBERS if target in chosen]
    return mapping | dict(zip(ranked, NUMBERS, strict=False))
