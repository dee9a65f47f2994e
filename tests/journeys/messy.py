"""Files as people really have them, with what must become of every row.

Written against the description of the product and not against its reader: each row is
made together with its outcome, and no code of the product takes part.

    python -m tests.journeys.messy 10000 utf-16 contacts.csv
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HEADS = {
    "cp1252": ("Vorname", "Nachname", "Handy", "E-Mail", "Ort", "Kundennummer"),
    "utf-16": ("Vorname", "Name", "Mobilnummer", "Email", "Stadt", "Kundennummer"),
    "utf-8": ("First Name", "Surname", "Cell Phone", "Mail", "City", "Kundennummer"),
}
SEPARATORS = {"cp1252": ";", "utf-16": "\t", "utf-8": ","}
LINE_ENDS = {"cp1252": "\r\n", "utf-16": "\r\n", "utf-8": "\n"}
FIRST_NAMES = [
    "Jürgen",
    "Zoë",
    "Łukasz",
    'Anna "Anni"',
    "Mary-Jane",
    "O'Neil",
    "Måns",
    "Ayşe",
    "José María",
    "=cmd",
    "Δημήτρης",
    "王伟",
    "Lina 🎉",
    "Null",
    "Größe; groß, 'größer'",
]
LAST_NAMES = [
    "Müller",
    "Weiß",
    "Ñandú",
    "van der Berg",
    "D’Angelo",
    "Straße\nHinterhaus",
]
CITIES = ["Köln", "München", "Frankfurt, Main", "Halle (Saale)", "Łódź", "Åre", ""]
# Spellings of +49 151 and eight digits; a and b are the halves of the eight.
SPELLINGS: list[Callable[[str, str], str]] = [
    lambda a, b: f"+49151{a}{b}",
    lambda a, b: f"0049 151 {a} {b}",
    lambda a, b: f"0151/{a}{b}",
    lambda a, b: f"0151 - {a} - {b}",
    lambda a, b: f"(0151) {a}.{b}",
    lambda a, b: f"+49 (0) 151 {a}{b}",
    lambda a, b: f"+49(0)151/{a}-{b}",
    lambda a, b: f"49 151 {a}{b}",
    lambda a, b: f"151{a}{b}",
    lambda a, b: f"'0151{a}{b}",
    lambda a, b: f"  0151\N{NO-BREAK SPACE}{a}\N{NO-BREAK SPACE}{b} ",
    lambda a, b: f"49151{a}{b}.0",
    lambda a, b: f"4,9151{a}{b}E+12",
]
# Telephone books copy these along; they exist in Unicode only.
UNICODE_SPELLINGS: list[Callable[[str, str], str]] = [
    lambda a, b: f"\u202a+49 151 {a}{b}\u202c",
    lambda a, b: f"+49\u2009151\u2009{a}\u2011{b}",
    lambda a, b: f"\u200b0151{a}{b}",
]
NO_NUMBERS = [
    "",
    "   ",
    "n/a",
    "0151-CALLME",
    "4,91512E+12",
    "+49 151",
    "12345",
    "0000000000",
    "+999 12345678",
    "0151 2000 0000 0000 000",
    "anna@example.com",
    "-",
]


@dataclass
class Messy:
    """A file and what must come of it."""

    name: str
    content: bytes = b""
    # Text of the first name and customer number by number, E.164 with the plus.
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: int = 0
    duplicates: int = 0

    def text_to(self, number: str) -> str:
        """Return what ``TEMPLATE`` must become for this number."""
        firstname, customer = self.people[number]
        return f"Hallo {firstname}, Ihre Nummer ist {customer}."


TEMPLATE = "Hallo {{ firstname }}, Ihre Nummer ist {{ kundennummer }}."


def halves(at: int) -> tuple[str, str]:
    """Return eight digits for a position, none with an ending that is a fate."""
    number = f"{20_000_000 + at // 900 * 1000 + at % 900:08d}"
    return number[:4], number[4:]


def make(rows: int, encoding: str, *, seed: int = 7) -> Messy:
    """Make a file of about so many rows: a tenth refused, a tenth doubles."""
    chance = random.Random(f"{seed} {encoding}")
    made = Messy(f"kontakte-{encoding}.csv")
    spellings = SPELLINGS + (UNICODE_SPELLINGS if encoding != "cp1252" else [])
    lines: list[list[str]] = []
    for at in range(rows):
        kind = chance.random()
        if kind < 0.1:
            lines.append(person(chance, encoding, at, chance.choice(NO_NUMBERS)))
            made.refused += 1
            continue
        if kind < 0.2 and made.people:
            lines.append(double(chance, made, spellings, encoding))
            made.duplicates += 1
            continue
        digits = halves(at)
        # Every spelling occurs, whatever chance says.
        spell = spellings[at % len(spellings)]
        line = person(chance, encoding, at, spell(*digits))
        made.people[f"+49151{digits[0]}{digits[1]}"] = (line[0], line[5])
        lines.append(line)
    made.content = written(chance, lines, encoding)
    return made


def person(chance: random.Random, encoding: str, at: int, number: str) -> list[str]:
    first, last, city = (
        known_to(encoding, chance, words) for words in (FIRST_NAMES, LAST_NAMES, CITIES)
    )
    return [first, last, number, f"p{at}@example.com", city, f"K-{at:06d}"]


def known_to(encoding: str, chance: random.Random, words: list[str]) -> str:
    """Choose a word that can be written in this encoding."""
    while True:
        word = chance.choice(words)
        try:
            word.encode(encoding)
        except UnicodeEncodeError:
            continue
        return word


def double(
    chance: random.Random,
    made: Messy,
    spellings: list[Callable[[str, str], str]],
    encoding: str,
) -> list[str]:
    """Return a row for somebody who is in the file already, spelled another way."""
    number = chance.choice(list(made.people))
    first, customer = made.people[number]
    digits = number.removeprefix("+49151")
    line = person(chance, encoding, 0, chance.choice(spellings)(digits[:4], digits[4:]))
    return [first, *line[1:5], customer]


def written(chance: random.Random, lines: list[list[str]], encoding: str) -> bytes:
    separator, end = SEPARATORS[encoding], LINE_ENDS[encoding]
    out = [separator.join(HEADS[encoding])]
    for line in lines:
        out.append(separator.join(cell(chance, text, separator) for text in line))
        if chance.random() < 0.02:
            out.append("")
    # What a spreadsheet leaves behind below a table.
    out += [separator * (len(HEADS[encoding]) - 1)] * 3
    return (end.join(out) + end).encode(encoding)


def cell(chance: random.Random, text: str, separator: str) -> str:
    """Quote what must be quoted, and now and then what need not be."""
    must = any(mark in text for mark in (separator, '"', "\n", "\r", "'"))
    if must or text.strip() != text or chance.random() < 0.1:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def main(rows: str, encoding: str, path: str) -> None:
    made = make(int(rows), encoding)
    Path(path).write_bytes(made.content)
    sys.stdout.write(
        f"{len(made.people)} people, {made.refused} refused, "
        f"{made.duplicates} duplicates\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
