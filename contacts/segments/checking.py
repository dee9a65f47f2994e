"""Holds a definition against a catalog: what is wrong where, and what it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts.segments import definitions
from contacts.segments.catalog import Catalog, Operator
from contacts.segments.definitions import ALL, Branch, Condition, Malformed
from contacts.segments.values import Pair, Unreadable


@dataclass(frozen=True, slots=True)
class Line:
    """A condition that is understood: its operator and the value as it is kept."""

    operator: Operator
    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A definition held against a catalog.

    ``errors`` are sentences by the path of a condition, "" for the whole; with any of
    them the definition must not be used, not even what is left of it.
    """

    tree: Branch | None
    lines: Mapping[str, Line] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """Return the definition as it is kept; only of a sound one."""
        assert self.tree is not None and self.is_sound
        return self._json(self.tree)

    def _json(self, branch: Branch) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        for child in branch.children:
            if isinstance(child, Branch):
                rows.append(self._json(child))
                continue
            row = {"field": child.field, "op": child.op}
            value = self.lines[child.path].value
            rows.append(row if value is None else {**row, "value": value})
        return {"match": branch.match, "conditions": rows}

    def sentence(self) -> str:
        """Return the whole in words: "City is “Berlin” and not in group Staff"."""
        return self._say(self.tree) if self.tree else self.errors.get("", "")

    def _say(self, branch: Branch) -> str:
        parts = []
        for child in branch.children:
            if isinstance(child, Branch):
                words = self._say(child)
                parts.append(f"({words})" if len(child.children) > 1 else words)
            elif line := self.lines.get(child.path):
                parts.append(line.words)
            else:
                error = self.errors.get(child.path, "")
                parts.append(_("[broken: %(error)s]") % {"error": error})
        glue = (
            pgettext("between two conditions", "and")
            if branch.match == ALL
            else pgettext("between two conditions", "or")
        )
        return f" {glue} ".join(parts)


def check(raw: object, catalog: Catalog) -> Checked:
    """Return what a definition says, and what is wrong with it."""
    try:
        tree = definitions.parse(raw)
    except Malformed:
        return Checked(None, errors={"": _("This segment cannot be read.")})
    lines: dict[str, Line] = {}
    errors = _empty(tree)
    for condition in definitions.conditions(tree):
        try:
            lines[condition.path] = _line(condition, catalog)
        except Unreadable as error:
            errors[condition.path] = str(error)
    return Checked(tree, lines, errors)


def _empty(branch: Branch) -> dict[str, str]:
    """Name branches without a condition: would they hold for everybody or nobody?"""
    found = {}
    if not branch.children:
        found[branch.path] = _("Add a condition.")
    for child in branch.children:
        if isinstance(child, Branch):
            found |= _empty(child)
    return found


def _line(condition: Condition, catalog: Catalog) -> Line:
    if not condition.field:
        raise Unreadable(_("Choose a field."))
    known = catalog.fields.get(condition.field)
    if known is None:
        name = condition.field.removeprefix("custom:")
        raise Unreadable(_("There is no field “%(name)s” any more.") % {"name": name})
    operator = known.operator(condition.op)
    if operator is None:
        raise Unreadable(
            _("This cannot be asked of “%(name)s”.") % {"name": known.label}
        )
    value = operator.kind.read(condition.value, country=catalog.country)
    words = {"field": str(known.label), "value": operator.kind.say(value)}
    if isinstance(operator.kind, Pair):
        words["first"] = operator.kind.first.say(value[0])
        words["second"] = operator.kind.second.say(value[1])
    return Line(operator, value, str(operator.phrase) % words)
