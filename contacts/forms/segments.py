"""The builder of a segment: rows of a form that become a definition, and back.

Every row has a path, as in ``contacts.segments.definitions``; its fields are called
``c-<path>-field``, ``-op`` and ``-value``. ``row`` lists the paths in order, and a row
with ``c-<path>-match`` is a bracket. Nothing that was typed is lost by an act that only
adds or takes away a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.segments import definitions
from contacts.segments.catalog import Catalog, Field, Operator
from contacts.segments.checking import Checked
from contacts.segments.definitions import ALL, ANY, MATCHES, MAX_CONDITIONS
from contacts.segments.values import parts

Definition = dict[str, Any]
MATCH_LABELS = ((ALL, _("all of these")), (ANY, _("any of these")))


class SegmentForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What you will look for when you choose it for a campaign."),
    )


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to fill in behind an operator."""

    kind: str
    id: str
    values: list[str]
    options: list[tuple[str, str]]
    after: str

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as the page shows it."""

    path: str
    number: int
    field: str
    op: str
    operators: tuple[Operator, ...]
    inputs: list[Input]
    shown: str
    error: str = ""
    # The condition names a field that is gone: it stays as it was until it is removed.
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Bracket:
    """Conditions inside, of which all or any have to hold."""

    path: str
    match: str
    rows: list[Row | Bracket] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Builder:
    """The whole form; ``focus`` is the id of what the caret goes to."""

    root: Bracket
    count: int
    sections: list[tuple[str, list[Field]]]
    matches: Any = MATCH_LABELS
    focus: str = ""

    @property
    def is_full(self) -> bool:
        return self.count >= MAX_CONDITIONS

    def row(self, path: str) -> Row | None:
        """Return the condition at a place, or None."""
        return next((row for row in _rows(self.root) if row.path == path), None)


def blank() -> Definition:
    """Return a definition to begin with: one condition that is still to be chosen."""
    return {"match": ALL, "conditions": [_empty_row()]}


def readable(definition: object) -> Definition:
    """Return a kept definition to be changed, or a blank one for what is none."""
    try:
        definitions.parse(definition)
    except definitions.Malformed:
        return blank()
    assert isinstance(definition, dict)
    return definition if definition["conditions"] else blank()


def read(data: QueryDict) -> Definition:
    """Return the definition that a form holds, whether or not it is sound."""
    root: Definition = {"match": _match(data, ""), "conditions": []}
    brackets = {"": root}
    for path in data.getlist("row")[: MAX_CONDITIONS * 3]:
        parent, _dot, _last = path.rpartition(".")
        inside = brackets.get(parent)
        if inside is None or len(path) > 10:
            continue
        if f"c-{path}-match" in data:
            made: Definition = {"match": _match(data, path), "conditions": []}
            brackets[path] = made
        else:
            made = _row(data, path)
        inside["conditions"].append(made)
    return root


def acted(definition: Definition, act: str) -> tuple[Definition, str]:
    """Return the definition after an act, and the id of what gets the focus.

    ``add`` and ``add:<path>`` add a condition, ``bracket`` adds one in brackets,
    ``drop:<path>`` takes something away. Anything else changes nothing.
    """
    word, _colon, path = act.partition(":")
    rows = definition["conditions"]
    if word == "drop":
        return _dropped(definition, path)
    if _count(definition) >= MAX_CONDITIONS:
        return definition, ""
    if word == "bracket":
        rows.append({"match": ANY, "conditions": [_empty_row()]})
        return definition, f"c-{len(rows) - 1}.0-field"
    if word == "add":
        found = _at(definition, path) if path else definition
        if found is not None and "match" in found:
            found["conditions"].append(_empty_row())
            place = f"{path}." if path else ""
            return definition, f"c-{place}{len(found['conditions']) - 1}-field"
    return definition, ""


def build(
    definition: Mapping[str, Any],
    catalog: Catalog,
    *,
    checked: Checked | None = None,
    focus: str = "",
) -> Builder:
    """Return the page's view of a definition; with ``checked`` also what is wrong."""
    errors = checked.errors if checked else {}
    maker = _Maker(catalog, errors)
    root = maker.bracket(definition, "")
    return Builder(root, maker.count, catalog.sections(), focus=focus)


def _rows(bracket: Bracket) -> Iterator[Row]:
    for child in bracket.rows:
        if isinstance(child, Row):
            yield child
        else:
            yield from _rows(child)


class _Maker:
    def __init__(self, catalog: Catalog, errors: Mapping[str, str]) -> None:
        self.catalog = catalog
        self.errors = errors
        self.count = 0

    def bracket(self, raw: Mapping[str, Any], path: str) -> Bracket:
        rows: list[Row | Bracket] = []
        for at, child in enumerate(raw.get("conditions") or []):
            place = f"{path}.{at}" if path else str(at)
            is_bracket = "match" in child
            rows.append((self.bracket if is_bracket else self.row)(child, place))
        match = raw.get("match", ALL)
        return Bracket(path, match, rows, self.errors.get(path, ""))

    def row(self, raw: Mapping[str, Any], path: str) -> Row:
        self.count += 1
        name, op = str(raw.get("field") or ""), str(raw.get("op") or "")
        known = self.catalog.fields.get(name)
        operators = known.operators if known else ()
        operator = known.operator(op) if known else None
        if operator is None and operators:
            operator = operators[0]
        shown = _shown(operator)
        values = _values(raw.get("value"))
        if raw.get("shown", shown) != shown:
            # What was typed for another kind of question is no answer to this one.
            values = []
        return Row(
            path=path,
            number=self.count,
            field=name,
            op=operator.name if operator else op,
            operators=operators,
            inputs=_inputs(path, operator, values),
            shown=shown,
            error=self.errors.get(path, ""),
            is_gone=bool(name) and known is None,
        )


def _inputs(path: str, operator: Operator | None, values: list[str]) -> list[Input]:
    if operator is None:
        return []
    kinds = parts(operator.kind)
    found = []
    for at, kind in enumerate(kinds):
        is_many = kind.input == "choices"
        found.append(
            Input(
                kind=kind.input,
                id=f"c-{path}-value-{at}",
                values=values if is_many else values[at : at + 1],
                options=list(kind.options()),
                after=str(operator.after[at]) if at < len(operator.after) else "",
            )
        )
        _offer_chosen(found[-1], kind)
    return found


def _offer_chosen(made: Input, kind: Any) -> None:
    """Add what is chosen and not listed: a list of campaigns is not endless."""
    if not made.options:
        return
    listed = {value for value, _label in made.options}
    missing = [value for value in made.values if value and value not in listed]
    if missing:
        made.options.extend(kind.choices.found(missing).items())


def _shown(operator: Operator | None) -> str:
    return ",".join(kind.input for kind in parts(operator.kind)) if operator else ""


def _values(raw: Any) -> list[str]:
    rows = raw if isinstance(raw, list | tuple) else [] if raw is None else [raw]
    return [str(row) for row in rows]


def _empty_row() -> Definition:
    return {"field": "", "op": "", "value": None}


def _row(data: QueryDict, path: str) -> Definition:
    return {
        "field": data.get(f"c-{path}-field", ""),
        "op": data.get(f"c-{path}-op", ""),
        "value": data.getlist(f"c-{path}-value"),
        "shown": data.get(f"c-{path}-shown", ""),
    }


def _match(data: QueryDict, path: str) -> str:
    match = data.get(f"c-{path}-match", ALL)
    return match if match in MATCHES else ALL


def _count(definition: Definition) -> int:
    return sum(
        _count(child) if "match" in child else 1 for child in definition["conditions"]
    )


def _at(definition: Definition, path: str) -> Definition | None:
    found: Definition | None = definition
    for step in path.split("."):
        rows = (found or {}).get("conditions") or []
        is_there = step.isascii() and step.isdigit() and int(step) < len(rows)
        found = rows[int(step)] if is_there else None
    return found


def _dropped(definition: Definition, path: str) -> tuple[Definition, str]:
    parent, _dot, last = path.rpartition(".")
    inside = _at(definition, parent) if parent else definition
    if _at(definition, path) is None or inside is None:
        return definition, ""
    inside["conditions"].pop(int(last))
    if parent and not inside["conditions"]:
        # A bracket without conditions goes with its last one.
        return _dropped(definition, parent)
    # A form without a row would offer nothing to begin with.
    if not definition["conditions"]:
        definition["conditions"].append(_empty_row())
        return definition, "c-0-field"
    before = int(last) - 1
    place = f"{parent}." if parent else ""
    return definition, f"c-{place}{before}-drop" if before >= 0 else "segment-add"
