"""The fields and operators that definitions may name. Pure.

An operator's ``make`` turns a checked value into a question to the database; nothing
else ever does, so a definition can ask nothing that is not in a catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contacts.segments.moments import Moment
from contacts.segments.values import Kind, Nothing

if TYPE_CHECKING:
    from django.db.models import Q
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Operator:
    """``label`` stands in a list of operators, ``phrase`` in a sentence.

    In the phrase ``%(field)s`` is the field, ``%(value)s`` the value; of a pair also
    ``%(first)s`` and ``%(second)s``. ``words`` stand before, between and after the
    inputs of the form.
    """

    name: str
    label: str | Promise
    phrase: str | Promise
    make: Callable[[Moment, Any], Q]
    kind: Kind = field(default_factory=Nothing)
    after: tuple[str | Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """Something that contacts can be told apart by."""

    name: str
    label: str | Promise
    section: str | Promise
    operators: tuple[Operator, ...]

    def operator(self, name: str) -> Operator | None:
        """Return one of its operators, or None."""
        return next((one for one in self.operators if one.name == name), None)


class Catalog:
    """Every field that segments of one workspace may use, in order."""

    def __init__(self, fields: Iterable[Field], *, country: str) -> None:
        self.fields: Mapping[str, Field] = {one.name: one for one in fields}
        # How dates and numbers are read.
        self.country = country

    def sections(self) -> list[tuple[str, list[Field]]]:
        """Return the fields under their headings."""
        found: dict[str, list[Field]] = {}
        for one in self.fields.values():
            found.setdefault(str(one.section), []).append(one)
        return list(found.items())
