"""Which column of a list of numbers is what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import countries
from contacts import columns
from contacts.reading.tables import Layout
from contacts.selectors import fields
from messaging.models import NumberList

MOST_NUMBERS = len(columns.NUMBERS)


class NumberColumnsForm(forms.Form):
    """A choice for each column, and the country of numbers without one."""

    country = forms.ChoiceField(label=_("Country of numbers without a country code"))

    def __init__(self, *args: Any, source: NumberList, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "country": source.country,
            **{f"column{at}": target for at, target in source.mapping.items()},
        }
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = list(countries.choices())
        self.layout = Layout(**source.layout)
        for at in range(self.layout.width):
            heading = self._heading(at)
            self.fields[f"column{at}"] = forms.ChoiceField(
                label=heading, required=False, choices=self._choices(at)
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column{at}"] for at in range(self.layout.width)]

    def mapping(self) -> dict[str, str]:
        """Return the target of each column by its position."""
        found = {}
        for at in range(self.layout.width):
            if target := self.cleaned_data[f"column{at}"]:
                found[str(at)] = target
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        seen: dict[str, str] = {}
        for name, target in values.items():
            if not name.startswith("column") or not target:
                continue
            if target in seen:
                self.add_error(name, _("Another column is that already."))
            seen[target] = name
        if not self.errors and not set(columns.NUMBERS) & set(seen):
            raise forms.ValidationError(
                _("Choose the column that holds the numbers."), code="no_phone"
            )
        return values

    def _heading(self, at: int) -> str:
        header = self.layout.header
        heading = header[at] if at < len(header) else ""
        return heading or _("Column %(number)s") % {"number": at + 1}

    def _choices(self, at: int) -> list[tuple[str, Any]]:
        own = columns.slug(self._heading(at))
        return [
            (columns.IGNORED, _("Leave out")),
            (columns.NUMBERS[0], _("Number")),
            (columns.NUMBERS[1], _("Second number, where the first is missing")),
            (columns.NUMBERS[2], _("Third number")),
            (f"{columns.CUSTOM}{own}", f"{{{{ {own} }}}}"),
            (columns.FULL_NAME, _("First and last name")),
            *((name, label) for name, label, _sample in fields.BUILT_IN[:3]),
            *((name, label) for name, label, _sample in fields.BUILT_IN[4:]),
        ]
