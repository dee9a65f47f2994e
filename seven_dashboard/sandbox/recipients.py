"""From what a request names to the digits that get a message."""

from __future__ import annotations

import re

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.pricing import country_of
from seven_dashboard.sandbox.records import Contact

HOME_PREFIX = "49"
_MIN_DIGITS, _MAX_DIGITS = 8, 15
_SEPARATORS = str.maketrans("", "", " -/.()\t\u00a0")
_LETTER = re.compile(r"[^\W\d_]")


def normalize(text: str) -> str | None:
    """Return a number as digits with its country code, None when it is none.

    ``+``, ``00`` and separators are understood; a leading zero means Germany.
    """
    digits = text.translate(_SEPARATORS)
    if digits[:1] == "+":
        digits = digits[1:]
    elif digits[:2] == "00":
        digits = digits[2:]
    elif digits[:1] == "0":
        digits = HOME_PREFIX + digits[1:]
    if not (digits.isdecimal() and digits.isascii()):
        return None
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS or country_of(digits) is None:
        return None
    return digits


def expand(account: Account, entries: list[str]) -> list[str]:
    """Replace group and contact names by the mobile numbers behind them."""
    found: list[str] = []
    for entry in entries:
        if _LETTER.search(entry):
            found.extend(_named(account, entry) or [entry])
        else:
            found.append(entry)
    return found


def _named(account: Account, name: str) -> list[str]:
    wanted = name.casefold()
    groups = {g.id for g in account.groups.values() if g.name.casefold() == wanted}
    members = [c for c in account.contacts.values() if groups & set(c.groups)]
    if not groups:
        members = [c for c in account.contacts.values() if wanted in _names(c)]
    numbers = (contact.properties.get("mobile_number") for contact in members)
    return [number for number in numbers if number]


def _names(contact: Contact) -> set[str]:
    first = contact.properties.get("firstname") or ""
    last = contact.properties.get("lastname") or ""
    names = {first, last, f"{first} {last}", f"{last}, {first}"}
    return {name.strip().casefold() for name in names if name.strip()}
