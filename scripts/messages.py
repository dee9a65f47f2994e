"""Collect every translatable text into the German catalogue and compile it.

    python scripts/messages.py            update locale/de and compile it
    python scripts/messages.py --check    fail when a text is missing or stale

Babel does the work, so that no gettext tools are needed on the machine. Templates
go through Django's own translation of template tags into gettext calls.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

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
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PACKAGES = ("seven_dashboard", "accounts", "contacts", "messaging")

Found = tuple[str | tuple[str, ...], str | None, str, int]


def found_texts() -> Iterator[Found]:
    """Yield (text or texts, context, file, line) of everything marked."""
    for path in source_files():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # Its output holds gettext calls between words; only its indentation is
            # not Python's.
            found = templatize(text, origin=str(path))
            text = "\n".join(line.lstrip() for line in found.splitlines())
        place = str(path.relative_to(ROOT))
        lines = io.BytesIO(text.encode())
        for line, message, _comments, context in extract(
            "python", lines, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            yield message, context, place, line


def source_files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts and "sandbox" not in path.parts:
                yield path
    yield from sorted((ROOT / "templates").rglob("*.html"))


def template_catalogue() -> Catalog:
    fresh = Catalog(project="Seven Dashboard", charset="utf-8")
    for message, context, place, _line in found_texts():
        if isinstance(message, str) and not message:
            continue
        fresh.add(message, locations=[(place, 0)], context=context)
    return fresh


def german() -> Catalog:
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="de")


def updated() -> Catalog:
    fresh = template_catalogue()
    if not CATALOGUE.exists():
        catalogue = Catalog(locale="de", project="Seven Dashboard", charset="utf-8")
    else:
        catalogue = german()
    # Fuzzy guesses would show a wrong German text; an empty one is found by the check.
    catalogue.update(fresh, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
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


def write(catalogue: Catalog) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as stream:
        write_po(
            stream,
            catalogue,
            width=88,
            sort_output=True,
            omit_header=False,
            include_lineno=False,
        )
    with CATALOGUE.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    if "--check" in arguments:
        problems = stale_texts() + missing_from(german())
        for problem in problems:
            sys.stderr.write(f"not in German: {problem}\n")
        return 1 if problems else 0
    catalogue = updated()
    write(catalogue)
    missing = missing_from(catalogue)
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} without German\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
