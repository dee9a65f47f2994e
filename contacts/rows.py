"""Turns the cells of a file's row into the fields of a contact. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from contacts import columns, field_kinds
from contacts import phone as phones

# The room that the database gives each field, in characters.
LENGTHS = {
    "firstname": 100,
    "lastname": 100,
    "company": 150,
    "email": 254,
    "home_phone": 32,
    "address": 200,
    "postal_code": 20,
    "city": 100,
    "notes": 10_000,
}
MAX_CUSTOM_LENGTH = 500
# Why a row is refused.
NO_NUMBER = "no_number"
BAD_NUMBER = "bad_number"
SHORTENED_NUMBER = "shortened_number"
TOO_LONG = "too_long"
BAD_BIRTHDAY = "bad_birthday"
BAD_VALUE = "bad_value"
TOO_MANY_CELLS = "too_many_cells"
REASONS = (
    NO_NUMBER,
    BAD_NUMBER,
    SHORTENED_NUMBER,
    TOO_LONG,
    BAD_BIRTHDAY,
    BAD_VALUE,
    TOO_MANY_CELLS,
)


class Refusal(Exception):
    """The row cannot become a contact; ``reason`` is one of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kind(NamedTuple):
    """What the values of an own field are; ``choices`` are those of a choice."""

    kind: str = field_kinds.TEXT
    choices: tuple[str, ...] = ()


class OwnColumn(NamedTuple):
    """The column of an own field."""

    at: int
    slug: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """Which column goes where, worked out once for a whole file."""

    country: str
    # Columns beyond this one have no heading; 0: the file has no headings.
    width: int
    # Up to here columns are read, so shorter rows are filled up.
    least: int
    # The first that holds a valid number counts.
    phone_columns: tuple[int, ...]
    texts: tuple[tuple[int, int], ...]
    fields: tuple[str, ...]
    full_name: int | None
    birthday: int | None
    custom: tuple[OwnColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what ``clean`` returns, in order."""
        full = ("firstname", "lastname") if self.full_name is not None else ()
        birthday = ("birthday",) if self.birthday is not None else ()
        custom = ("custom",) if self.custom else ()
        return ("phone", "country", *self.fields, *full, *birthday, *custom)


def shape(
    mapping: Mapping[str, str],
    *,
    country: str,
    width: int,
    kinds: Mapping[str, Kind] | None = None,
) -> Shape:
    """Return the shape for a mapping of column positions (as text) to targets.

    ``kinds`` are those of own fields by their slug; one that is not there is a text.
    """
    targets = sorted((int(at), target) for at, target in mapping.items() if target)

    def first(wanted: str) -> int | None:
        return next((at for at, target in targets if target == wanted), None)

    has_parts = any(target in {"firstname", "lastname"} for _at, target in targets)
    texts = {target: at for at, target in reversed(targets) if target in LENGTHS}
    numbers = [
        (columns.NUMBERS.index(target), at)
        for at, target in targets
        if target in columns.NUMBERS
    ]
    custom = [
        (at, target.removeprefix(columns.CUSTOM))
        for at, target in targets
        if target.startswith(columns.CUSTOM)
    ]
    return Shape(
        country=country,
        width=width,
        least=max([width, *(at + 1 for at, _target in targets)]),
        phone_columns=tuple(at for _rank, at in sorted(numbers)),
        texts=tuple((at, LENGTHS[name]) for name, at in texts.items()),
        fields=tuple(texts),
        full_name=None if has_parts else first(columns.FULL_NAME),
        birthday=first("birthday"),
        custom=tuple(
            OwnColumn(at, slug, (kinds or {}).get(slug, Kind())) for at, slug in custom
        ),
    )


def clean(cells: list[str], shape: Shape) -> list[str]:
    """Return the values named by ``shape.names``; raise ``Refusal``.

    A birthday is an ISO day or empty, custom fields are one JSON object. The list of
    cells may be lengthened.
    """
    missing = shape.least - len(cells)
    if missing > 0:
        cells.extend([""] * missing)
    elif shape.width and any(map(str.strip, cells[shape.width :])):
        # Most often an unquoted separator: the columns behind it are shifted.
        raise Refusal(TOO_MANY_CELLS)
    number = _number(cells, shape)
    values = [number.e164, number.country]
    for at, most in shape.texts:
        text = cells[at].strip()
        if len(text) > most:
            raise Refusal(TOO_LONG)
        values.append(text)
    if shape.full_name is not None:
        values.extend(_split_name(cells[shape.full_name]))
    if shape.birthday is not None:
        values.append(_birthday(cells[shape.birthday].strip(), shape.country))
    if shape.custom:
        values.append(_custom(cells, shape.custom, shape.country))
    return values


def _number(cells: list[str], shape: Shape) -> phones.PhoneNumber:
    reason = NO_NUMBER
    for at in shape.phone_columns:
        raw = cells[at].strip()
        if not raw:
            continue
        number = phones.parse(raw, country=shape.country)
        if number:
            return number
        reason = SHORTENED_NUMBER if phones.is_shortened(raw) else BAD_NUMBER
    raise Refusal(reason)


def _split_name(text: str) -> tuple[str, str]:
    """Return first and last name: "Anna Schmidt" and "Schmidt, Anna" alike."""
    if "," in text:
        last, _comma, first = text.partition(",")
    else:
        first, _space, last = text.strip().rpartition(" ")
        if not first:
            first, last = last, ""
    first, last = first.strip(), last.strip()
    if max(len(first), len(last)) > LENGTHS["firstname"]:
        raise Refusal(TOO_LONG)
    return first, last


def _birthday(text: str, country: str) -> str:
    try:
        return field_kinds.day(text, country=country).isoformat() if text else ""
    except ValueError:
        raise Refusal(BAD_BIRTHDAY) from None


def _custom(cells: list[str], wanted: tuple[OwnColumn, ...], country: str) -> str:
    values = {}
    for at, slug, kind in wanted:
        # JSON in PostgreSQL cannot hold a zero byte.
        text = cells[at].replace("\0", "").strip()
        if len(text) > MAX_CUSTOM_LENGTH:
            raise Refusal(TOO_LONG)
        if text and kind.kind != field_kinds.TEXT:
            text = _typed(text, kind, country)
        if text:
            values[slug] = text
    return json.dumps(values, ensure_ascii=False) if values else "{}"


@lru_cache(maxsize=4_096)
def _typed(text: str, kind: Kind, country: str) -> str:
    try:
        return field_kinds.normal(
            text, kind=kind.kind, country=country, choices=kind.choices
        )
    except ValueError:
        raise Refusal(BAD_VALUE) from None
