"""A contact of ours and one of the gateway's as the same fields. Pure.

Both are mappings of our field names to texts, empty values left out; own fields are
``custom:slug``. Theirs keep the gateway's spelling; `reading` says what we would hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from contacts import columns, field_kinds, phone
from seven_dashboard.gateway.resources.contacts import GatewayContact

CUSTOM = columns.CUSTOM
COMPANY = "company"
AVATAR = "avatar"
PHONE = "phone"
# Our name to the gateway's.
GATEWAY_NAMES = {
    "firstname": "firstname",
    "lastname": "lastname",
    PHONE: "mobile_number",
    "home_phone": "home_number",
    "email": "email",
    "address": "address",
    "postal_code": "postal_code",
    "city": "city",
    "birthday": "birthday",
    "notes": "notes",
}
BUILT_IN = (*GATEWAY_NAMES, AVATAR)
# Names that a form to the gateway uses for something else.
_TAKEN = frozenset({*GATEWAY_NAMES.values(), AVATAR, "groups", "fullname", "id"})
# What fits into our columns. A text that is cut still helps; a number, an address of a
# picture or of a mailbox that is cut is wrong.
_CUT = {"firstname": 100, "lastname": 100, COMPANY: 150, "address": 200, "city": 100}
_WHOLE = {"home_phone": 32, "email": 254, "postal_code": 20, AVATAR: 500}


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of an own field are (``field_kinds``)."""

    kind: str = field_kinds.TEXT
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Theirs:
    """One contact of the gateway: its fields in the gateway's spelling."""

    id: int
    values: dict[str, str]
    groups: list[int]
    validation: str = ""


@dataclass(slots=True)
class Dictionary:
    """Which own field of ours is which property of the gateway's, and what it holds.

    ``names`` maps a field of ours (``custom:slug`` or ``company``) to the property;
    ``dropped`` are those whose field a person has deleted here.
    """

    country: str
    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    _fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fields = {name: ours for ours, name in self.names.items()}

    @property
    def fields(self) -> list[str]:
        """Return the names of all fields that are kept in step."""
        return [*BUILT_IN, *(name for name in self.names if name not in self.dropped)]

    def learn(self, properties: Iterable[str]) -> list[str]:
        """Find a field of ours for properties not seen before; return the new ones."""
        added = []
        for name in properties:
            if name in self._fields or name in _TAKEN:
                continue
            ours = self._field_for(name)
            self.names[ours], self._fields[name] = name, ours
            added.append(ours)
        return added

    def field_of(self, name: str) -> str:
        """Return our field for a property; "" for one that is not kept in step."""
        ours = self._fields.get(name, "")
        return "" if ours in self.dropped else ours

    def _field_for(self, name: str) -> str:
        if columns.guess([name]) == [COMPANY] and COMPANY not in self.names:
            return COMPANY
        base = columns.slug(name)
        found, count = f"{CUSTOM}{base}", 1
        while found in self.names:
            count += 1
            found = f"{CUSTOM}{base[: columns.MAX_SLUG - 4]}_{count}"
        return found


def theirs_of(contact: GatewayContact, words: Dictionary) -> Theirs:
    """Return a gateway contact by our field names; unknown properties are left out."""
    told = contact.properties
    values = {
        ours: str(value)
        for ours, name in GATEWAY_NAMES.items()
        if (value := getattr(told, name))
    }
    if contact.avatar:
        values[AVATAR] = contact.avatar
    for name, text in told.custom.items():
        ours = words.field_of(name)
        if ours and text:
            values[ours] = text
    return Theirs(
        contact.id, values, sorted(set(contact.groups)), contact.validation.state or ""
    )


def readings(values: Mapping[str, str], words: Dictionary) -> dict[str, str | None]:
    """Return each value as we would hold it, None for what we cannot hold."""
    return {name: reading(name, text, words) for name, text in values.items()}


def reading(name: str, text: str, words: Dictionary) -> str | None:
    """Return a value of the gateway's as we would hold it, or None."""
    text = text.strip()
    if name == PHONE:
        return _number(text, words.country)
    if name.startswith(CUSTOM):
        return _own(text, words.kinds.get(name, Kind()), words.country)
    if name in ("notes", "birthday"):
        return text
    text = " ".join(text.split())
    if name in _CUT:
        return text[: _CUT[name]].rstrip()
    return text if len(text) <= _WHOLE[name] else None


def form_of(
    values: Mapping[str, str], words: Dictionary
) -> tuple[dict[str, str], str | None]:
    """Return the properties, and the avatar, that a call to the gateway sends."""
    properties = {
        GATEWAY_NAMES.get(name) or words.names[name]: text
        for name, text in values.items()
        if name != AVATAR
    }
    return properties, values.get(AVATAR)


@lru_cache(maxsize=4096)
def _number(text: str, country: str) -> str | None:
    if not text:
        return ""
    found = None
    digits = text.replace(" ", "")
    if digits.isascii() and digits.isdigit() and not digits.startswith("0"):
        # The gateway's own spelling: the country code, without a plus. The home plan
        # comes second, for 41791234567 would be a fixed line in Germany, too.
        found = phone.parse(f"+{digits}", country=country)
    found = found or phone.parse(text, country=country)
    return found.e164 if found else None


def _own(text: str, kind: Kind, country: str) -> str | None:
    try:
        return field_kinds.normal(
            text, kind=kind.kind, country=country, choices=kind.choices
        )
    except ValueError:
        return None
