"""Collect every translatable text into the German catalogue and compile it.

    python scripts/messages.py            update locale/de and compile it
    python scripts/messages.py --check    say what is missing or stale, write nothing

Babel does the work, so that no gettext tools are needed on the machine. Templates
go through Django's own translation of template tags into gettext calls. The files
carry no date of the run: an unchanged catalogue is written as the same bytes.

The German of django-allauth says "du" here and there. Those texts are collected too,
because ours come before those of an installed package.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path

import allauth
import django
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "N_": None,
    "translated": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """\
# German texts of Seven Dashboard; the terms stand in docs/glossary.md.
# Written by scripts/messages.py. Only the lines of msgstr are edited by hand."""
FIRST_DAY = datetime(2026, 11, 23, tzinfo=UTC)
PACKAGES = ("seven_dashboard", "accounts", "contacts", "messaging")

# Parts of allauth that people see here, and the words by which it says "du".
BORROWED = ("account/", "mfa/", "usersessions/", "templates/")
NOT_BORROWED = ("templates/idp/", "templates/socialaccount/", "templates/account/sign")
INFORMAL = re.compile(
    r"\b(du|dich|dir|dein\w*|gib|lass|wähle|habe Geduld|versuche es|kontaktiere"
    r"|bestätige|folge|klicke?)\b",
    re.IGNORECASE,
)

Found = tuple[str | tuple[str, ...], str | None, str, int]


@cache
def found_texts() -> tuple[Found, ...]:
    """Return (text or texts, context, file, line) of everything marked."""
    return tuple(_found_texts())


def _found_texts() -> Iterator[Found]:
    for path in source_files():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Its output holds gettext calls between words; only its indentation is
            # not Python's.
            found = templatize(text, origin=str(path))
            text = "\n".join(line.lstrip() for line in found.splitlines())
        place = str(path.relative_to(ROOT))
        lines = io.BytesIO(text.encode())
        for line, message, _comments, context in extract(
            "python", lines, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            # An empty text means the catalogue's header to gettext.
            if message:
                yield message, context, place, line


def borrowed_texts() -> Iterator[Found]:
    """Yield the texts of allauth whose German does not say "Sie"."""
    folder = Path(allauth.__file__).parent / "locale" / "de" / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as stream:
        for message in read_po(stream, locale="de"):
            places = [place for place, _line in message.locations]
            is_seen = any(
                place.startswith(BORROWED) and not place.startswith(NOT_BORROWED)
                for place in places
            )
            if message.id and is_seen and INFORMAL.search(str(message.string)):
                text = message.id if isinstance(message.id, str) else tuple(message.id)
                yield text, message.context, f"allauth/{places[0]}", 0


def source_files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts and "sandbox" not in path.parts:
                yield path
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield path


def template_catalogue() -> Catalog:
    fresh = empty_catalogue()
    for message, context, place, _line in chain(found_texts(), borrowed_texts()):
        fresh.add(message, locations=[(place, 0)], context=context)
    return fresh


def empty_catalogue() -> Catalog:
    return Catalog(
        locale="de",
        project="Seven Dashboard",
        version="1",
        header_comment=HEADER,
        msgid_bugs_address="see CONTRIBUTING.md",
        creation_date=FIRST_DAY,
        revision_date=FIRST_DAY,
        last_translator="Seven Dashboard",
        language_team="German",
        charset="utf-8",
        fuzzy=False,
    )


def german() -> Catalog:
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="de")


def updated() -> Catalog:
    """Return the texts of the source with the German that they have so far."""
    kept = german() if CATALOGUE.exists() else empty_catalogue()
    catalogue = template_catalogue()
    for message in catalogue:
        known = kept.get(message.id, message.context) if message.id else None
        if known and isinstance(known.id, str) == isinstance(message.id, str):
            message.string = known.string
    return catalogue


def missing_from(catalogue: Catalog) -> list[str]:
    def is_empty(value: object) -> bool:
        return not value or (isinstance(value, tuple) and not all(value))

    return [str(m.id) for m in catalogue if m.id and (is_empty(m.string) or m.fuzzy)]


def stale_texts() -> list[str]:
    """Return texts of the source that the catalogue lacks, and the reverse."""
    fresh = {(m.id, m.context) for m in template_catalogue() if m.id}
    kept = {(m.id, m.context) for m in german() if m.id}
    return sorted(str(text) for text, _context in fresh ^ kept)


def rendered(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return the bytes of the .po and of the .mo file."""
    words, compiled = io.BytesIO(), io.BytesIO()
    write_po(words, catalogue, width=88, sort_output=True, include_lineno=False)
    write_mo(compiled, catalogue)
    return words.getvalue(), compiled.getvalue()


def write(catalogue: Catalog) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    words, compiled = rendered(catalogue)
    CATALOGUE.write_bytes(words)
    CATALOGUE.with_suffix(".mo").write_bytes(compiled)


def problems() -> Iterator[str]:
    """Yield a line for everything that keeps the catalogue from being complete."""
    if not CATALOGUE.exists():
        yield "there is no German catalogue"
        return
    yield from (f"not in step with the source: {text}" for text in stale_texts())
    yield from (f"not in German: {text}" for text in missing_from(german()))
    files = (CATALOGUE, CATALOGUE.with_suffix(".mo"))
    kept = tuple(file.read_bytes() if file.exists() else b"" for file in files)
    if kept != rendered(updated()):
        yield "not as it would be written: run scripts/messages.py"


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    if "--check" in arguments:
        found = list(problems())
        sys.stderr.writelines(f"{problem}\n" for problem in found)
        return 1 if found else 0
    catalogue = updated()
    write(catalogue)
    missing = missing_from(catalogue)
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} without German\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
