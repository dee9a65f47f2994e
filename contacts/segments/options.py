"""Values that are chosen from a list: one of some things, or several. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _

from contacts.segments import raw_texts
from contacts.segments.values import Unreadable
from seven_dashboard.formatting import number_text

MAX_CHOSEN = 50


class Options(Protocol):
    """Things to choose from: a list for a form, and any of them by its value."""

    def listed(self) -> Sequence[tuple[str, str]]:
        """Return value and label of those that are offered."""

    def found(self, values: Sequence[str]) -> Mapping[str, str]:
        """Return the labels of those values that exist."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Options that are the same for everybody."""

    pairs: tuple[tuple[str, Any], ...]

    def listed(self) -> Sequence[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.pairs]

    def found(self, values: Sequence[str]) -> Mapping[str, str]:
        labels = dict(self.listed())
        return {value: labels[value] for value in values if value in labels}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some things."""

    choices: Options
    gone: Any
    input: ClassVar[str] = "choice"

    def read(self, raw: Any, *, country: str) -> str:
        value = raw_texts.text(raw)
        if not value:
            raise Unreadable(_("Choose one."))
        if value not in self.choices.found([value]):
            raise Unreadable(str(self.gone))
        return value

    def say(self, value: Any) -> str:
        return self.choices.found([value]).get(value, "?")

    def options(self) -> Sequence[tuple[str, str]]:
        return self.choices.listed()


@dataclass(frozen=True, slots=True)
class Choices:
    """One or more of some things."""

    choices: Options
    gone: Any
    input: ClassVar[str] = "choices"

    def read(self, raw: Any, *, country: str) -> list[str]:
        rows = raw if isinstance(raw, list | tuple) else [raw]
        values = list(
            dict.fromkeys(text for row in rows if (text := raw_texts.text(row)))
        )
        if not values:
            raise Unreadable(_("Choose at least one."))
        if len(values) > MAX_CHOSEN:
            raise Unreadable(
                _("Choose up to %(most)s.") % {"most": number_text(MAX_CHOSEN)}
            )
        if len(self.choices.found(values)) < len(values):
            raise Unreadable(str(self.gone))
        return values

    def say(self, value: Any) -> str:
        found = self.choices.found(value)
        return ", ".join(found.get(one, "?") for one in value)

    def options(self) -> Sequence[tuple[str, str]]:
        return self.choices.listed()
