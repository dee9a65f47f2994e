"""Numbers that are written in two forms, both of the same person. Pure.

Argentina puts a 9 before its mobiles where a call or message comes from abroad, and
lists and networks leave it out. The numbering plan gives no mobile the digits of a
landline, but both kinds share their areas and blocks: of +54 11 2345 6789 nothing tells
whether it is a landline or a mobile without its 9 (``phonenumbers`` has exactly the
same numbers as fixed lines and, with the 9, as mobiles). So neither form can stand for
the other: with a 9 a landline cannot be called, without it a mobile may not get
messages from abroad. Each number keeps the form it came in, and counts as both.

Brazil put a 9 before its mobiles until 2016. Those that began with a 7 (the radios of a
network) are valid without it as well, and have two forms like Argentina's. The old form
of all others is valid no longer: ``phone.parse`` gives today's, but for one that begins
with a 9. That is refused, because it looks like a number of today that lacks a digit;
only of a network's word (``of_today``) we know that it is whole.
"""

from __future__ import annotations

import re

from contacts import phone as phones

_ARGENTINA = re.compile(r"\+54(9?)([1-36]\d{9})")
_BRAZIL = re.compile(r"\+55(\d\d)(9?)([6-9]\d{7})")
_TWO_FORMED = "7"
CODES = ("+54", "+55")
# How a number in a search box may begin, and how it begins in its other form.
_BEGINNINGS = (
    (re.compile(r"\+549(?=\d)"), "+54"),
    (re.compile(r"\+54(?=[1-36])"), "+549"),
    (re.compile(r"\+55(\d\d)(?=[6-9])"), r"+55\g<1>9"),
)
# Numbers with two forms lie in this range of any index of numbers, and few others do:
# a statement asks for it first, and costs a moment where there are none.
RANGE = ("+54", "+56")


def twin(e164: str) -> str:
    """Return the other form of a number that has two today, or ""."""
    other = _other(e164)
    is_old = other.startswith("+55") and other[-8] != _TWO_FORMED
    return "" if is_old else other


def of_today(e164: str) -> str:
    """Return a number that a network tells in the form that it has today."""
    found = _BRAZIL.fullmatch(e164)
    is_old = found is not None and not found[2] and found[3][0] != _TWO_FORMED
    return _other(e164) if is_old else e164


def forms(number: str) -> list[str]:
    """Return a number (E.164) and how else it may stand in our rows, or in old ones."""
    other = _other(number)
    return [number, other] if other else [number]


def _other(e164: str) -> str:
    if e164[:3] not in CODES:
        return ""
    if found := _ARGENTINA.fullmatch(e164):
        return f"+54{'' if found[1] else '9'}{found[2]}"
    if found := _BRAZIL.fullmatch(e164):
        return f"+55{found[1]}{'' if found[2] else '9'}{found[3]}"
    return ""


def twin_sql(phone: str) -> str:
    """Return the other form of a column that has two, as SQL; otherwise NULL.

    Without a percent sign, which would be a parameter.
    """
    rest = f"right({phone}, 10)"
    area, local = f"substr({phone}, 4, 2)", f"right({phone}, 8)"
    return (
        f"CASE WHEN {phone} < '{RANGE[0]}' OR {phone} >= '{RANGE[1]}' THEN NULL"
        f" WHEN {phone} ~ '^[+]549[1-36][0-9]{{9}}$' THEN '+54' || {rest}"
        f" WHEN {phone} ~ '^[+]54[1-36][0-9]{{9}}$' THEN '+549' || {rest}"
        f" WHEN {phone} ~ '^[+]55[0-9]{{2}}97[0-9]{{7}}$'"
        f" THEN '+55' || {area} || {local}"
        f" WHEN {phone} ~ '^[+]55[0-9]{{2}}7[0-9]{{7}}$'"
        f" THEN '+55' || {area} || '9' || {local} END"
    )


def search_forms(raw: str, *, country: str) -> list[str]:
    """Return what to look for in stored numbers; nothing when ``raw`` is no number.

    One text for most numbers and parts of numbers, several where a whole number or the
    beginning of one is written in another way than it is kept.
    """
    digits = phones.search_digits(raw, country=country)
    if not digits:
        return []
    whole = phones.parse(raw, country=country)
    wanted = [digits, *(forms(whole.e164) if whole else ())]
    wanted += [
        pattern.sub(other, digits, count=1)
        for pattern, other in _BEGINNINGS
        if pattern.match(digits)
    ]
    found: list[str] = []
    for text in sorted(dict.fromkeys(wanted), key=len):
        # What holds another one is found with it.
        if not any(shorter in text for shorter in found):
            found.append(text)
    return found
