"""What the columns of a file mean, guessed from their headings. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Fields that a column can go to besides a workspace's own ones (``custom:slug``).
FULL_NAME = "fullname"
CUSTOM = "custom:"
IGNORED = ""
# The number is the first valid one of these.
NUMBERS = ("phone", "phone_2", "phone_3")
TARGETS = (
    *NUMBERS,
    "firstname",
    "lastname",
    FULL_NAME,
    "company",
    "email",
    "home_phone",
    "address",
    "postal_code",
    "city",
    "birthday",
    "notes",
)
MAX_SLUG = 40
# Names of a contact's own columns: as a variable, an own field of such a name would
# give the column's value or hide it.
RESERVED = frozenset((*TARGETS, "country")) - set(NUMBERS[1:])
_HEADINGS = {
    "mobile": "handy handynummer handynr mobil mobilnummer mobilnr mobiltelefon "
    "mobile mobilephone mobilenumber mobileno cell cellphone cellnumber msisdn gsm "
    "smsnummer sms handyprivat mobilprivat handygeschaeftlich mobilgeschaeftlich "
    "handydienstlich mobildienstlich diensthandy firmenhandy telefonmobil telmobil "
    "mobiltel workmobile",
    "phone": "phone phonenumber phoneno telefon telefonnummer telefonnr tel telnr "
    "telno telephone rufnummer nummer nr number recipient empfaenger empfaengernummer "
    "telefongeschaeftlich telefondienstlich telefonarbeit telgeschaeftlich "
    "teldienstlich workphone businessphone primaryphone otherphone weitererufnummer "
    "weiterestelefon phonevalue",
    "home_phone": "festnetz festnetznummer festnetzprivat telefonprivat "
    "telefonfestnetz telprivat telfestnetz homephone hometelephone homenumber "
    "landline privatnummer",
    "firstname": "vorname vornamen firstname givenname forename first rufname",
    "lastname": "nachname lastname surname familyname familienname zuname last",
    FULL_NAME: "name fullname displayname kontakt kontaktname contact contactname "
    "ansprechpartner vorundnachname vornamenachname",
    "company": "firma firmenname company companyname unternehmen organisation "
    "organization betrieb verein",
    "email": "email emailadresse emailaddress mail mailadresse",
    "address": "adresse address strasse str street streetaddress anschrift address1 "
    "strasseundhausnummer strassehausnummer strassehausnr strassenr streetandnumber",
    "postal_code": "plz postleitzahl zip zipcode postalcode postcode",
    "city": "ort stadt city town wohnort",
    "birthday": "geburtstag geburtsdatum gebdatum geboren birthday birthdate "
    "dateofbirth dob geburtstdatum",
    "notes": "notiz notizen bemerkung bemerkungen kommentar kommentare anmerkung "
    "anmerkungen note notes comment comments",
}
# The last two columns of our own list of refused rows, when it comes back.
_OF_REFUSED_ROWS = ({"row", "reason"}, {"zeile", "grund"})
# What our exports say besides a contact's own fields (`selectors.export_columns`), in
# English and German: it is kept elsewhere and does not come back as fields.
_OF_EXPORTS = frozenset(
    (
        "in groups",
        "in gruppen",
        "opted out of",
        "abgemeldet von",
        "added here on",
        "hier angelegt am",
        "changed here on",
        "hier geaendert am",
    )
)
_OF_LOOKUPS = ("lookup ", "nummernabfrage ")
_KNOWN = {
    heading: field for field, text in _HEADINGS.items() for heading in text.split()
}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def plain(text: str) -> str:
    """Return a heading in lower-case ASCII letters, digits and single spaces."""
    # Composed first, because some systems write an umlaut as letter and dots.
    lower = unicodedata.normalize("NFC", text).casefold().replace("ss", "ss")
    latin = unicodedata.normalize("NFKD", lower.translate(_GERMAN))
    ascii_only = latin.encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", ascii_only))


def slug(heading: str) -> str:
    """Return the variable name of a heading: "Kunden-Nr." gives ``kunden_nr``."""
    name = plain(heading).replace(" ", "_")[:MAX_SLUG].strip("_")
    if name in RESERVED:
        return f"{name}_2"
    return f"field_{name}"[:MAX_SLUG] if not name or name[0].isdigit() else name


def count_known(cells: Iterable[str]) -> int:
    """Return how many cells are headings that we know."""
    return sum(1 for cell in cells if _meaning(cell))


def guess(header: Sequence[str]) -> list[str]:
    """Return the target of each column: a field, ``custom:slug`` or "".

    Every field is used once; of several numbers a mobile one counts first, a plain
    "Telefon" if that is empty or wrong. A heading that is nothing known becomes a
    field of the workspace's own.
    """
    meanings = [_meaning(cell) for cell in header]
    numbers = _ranked_numbers(meanings)
    has_part_of_name = "firstname" in meanings and "lastname" not in meanings
    found: list[str] = []
    for at, (cell, meaning) in enumerate(zip(header, meanings, strict=True)):
        target = meaning
        if meaning in {"mobile", "phone"}:
            found.append(numbers.get(at, IGNORED))
            continue
        if meaning == FULL_NAME and has_part_of_name:
            # "Vorname; Name" is how German lists say first and last name.
            target = "lastname"
        found.append(_unused(target, found) if target else _own_field(cell, found))
    if {plain(cell) for cell in header[-2:]} in _OF_REFUSED_ROWS:
        found[-2:] = [IGNORED, IGNORED]
    return found


def guess_by_content(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the targets of columns without headings, by what they hold."""
    found: list[str] = []
    for column in range(width):
        cells = [row[column] for row in rows if len(row) > column and row[column]]
        if "phone" not in found and _mostly(cells, looks_like_number):
            found.append("phone")
        elif "email" not in found and _mostly(cells, lambda cell: "@" in cell):
            found.append("email")
        else:
            found.append(IGNORED)
    return found


def looks_like_number(cell: str) -> bool:
    """Tell whether a cell could be a phone number, without a numbering plan."""
    digits = sum(character.isdigit() for character in cell)
    return digits >= 7 and re.fullmatch(r"[\s\d+()/.\-'eE,]+", cell.strip()) is not None


def _meaning(cell: str) -> str:
    if len(cell) > 60:
        return ""
    heading = plain(cell).replace(" ", "")
    if heading in _KNOWN:
        return _KNOWN[heading]
    # "Telefon 2", "Phone 1 - Value": a number again, but "Adresse 2" is another thing.
    again = _KNOWN.get(re.sub(r"\d", "", heading), "")
    return again if again in {"mobile", "phone", "home_phone"} else ""


def _ranked_numbers(meanings: Sequence[str]) -> dict[int, str]:
    """Return the target of each number column by its position, mobile ones first."""
    ranked = [
        at
        for wanted in ("mobile", "phone")
        for at, meaning in enumerate(meanings)
        if meaning == wanted
    ]
    return dict(zip(ranked, NUMBERS, strict=False))


def _unused(target: str, found: list[str]) -> str:
    return IGNORED if target in found else target


def _own_field(cell: str, found: list[str]) -> str:
    heading = plain(cell)
    if not cell.strip() or heading in _OF_EXPORTS or heading.startswith(_OF_LOOKUPS):
        return IGNORED
    base, count = slug(cell), 1
    name = base
    while f"{CUSTOM}{name}" in found:
        count += 1
        name = f"{base[: MAX_SLUG - 4]}_{count}"
    return f"{CUSTOM}{name}"


def _mostly(cells: Sequence[str], is_so: object) -> bool:
    assert callable(is_so)
    return bool(cells) and sum(map(is_so, cells)) * 10 >= len(cells) * 8
