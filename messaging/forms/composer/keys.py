"""What a pressed key means in a campaign of calls: a field for each key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import keys
from messaging.forms.composer.rooms import Room
from messaging.keys import Meanings


class KeyFields(Room):
    """The keys of a telephone, each with room for what it means."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in keys.KEYS:
            self.fields[keys.field_of(key)] = forms.CharField(
                label=_("Key %(key)s") % {"key": key},
                required=False,
                max_length=keys.MEANING_MAX,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def key_rows(self) -> list[tuple[str, forms.BoundField]]:
        """Return each key with its field, for the page."""
        return [(key, self[keys.field_of(key)]) for key in keys.KEYS]

    def has_keys(self) -> bool:
        """Say that a key means something, or that what was typed is wrong."""
        return any(field.value() or field.errors for _key, field in self.key_rows())


def names() -> list[str]:
    """Return the names of all fields of keys."""
    return [keys.field_of(key) for key in keys.KEYS]


def meanings_of(values: Mapping[str, Any]) -> Meanings:
    """Return the meanings out of what was cleaned or typed."""
    typed = ((key, str(values.get(keys.field_of(key)) or "")) for key in keys.KEYS)
    return keys.ordered(typed)


def initial_of(meanings: Meanings) -> dict[str, str]:
    """Return meanings as the fields show them."""
    return {keys.field_of(key): meaning for key, meaning in meanings}
