"""Words for what can be wrong with a file and with a row of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import rows
from contacts.models import Import

FILES: dict[str, str | Promise] = {
    "broken": _("Something went wrong. Please try again."),
    "empty": _("The file is empty. Choose a file with a table of contacts."),
    "empty_sheet": _("This sheet is empty. Choose another one."),
    "wrong_encoding": _(
        "The file cannot be read in this encoding. Choose another one, or “Detect”."
    ),
    "too_large": _(
        "The file is larger than %(most)s MB. Split it, or save it as CSV, "
        "which is smaller."
    ),
    "pdf": _(
        "This is a PDF document, whatever its name says. Save the table from your "
        "spreadsheet program as CSV or XLSX."
    ),
    "web_page": _(
        "This is a web page, whatever its name says. Open it in your spreadsheet "
        "program and save it as CSV or XLSX."
    ),
    "vcard": _(
        "This is a file of address cards (vCard), not a table. Export your contacts "
        "as CSV instead."
    ),
    "not_a_table": _(
        "This file holds no text that can be read as a table. Save the table from "
        "your spreadsheet program as CSV or XLSX."
    ),
    "archive": _(
        "This is an archive or another document, not a spreadsheet. Unpack it, or "
        "save the table as CSV or XLSX."
    ),
    "archive_bomb": _(
        "This spreadsheet unpacks to far more than an address list needs. Copy the "
        "contacts to a new file and save it as CSV."
    ),
    "spreadsheet_broken": _(
        "This spreadsheet cannot be opened. Open it in your spreadsheet program and "
        "save it again as XLSX or CSV."
    ),
    "spreadsheet_locked": _(
        "This spreadsheet is protected by a password. Save it without one."
    ),
    "spreadsheet_too_large": _(
        "This spreadsheet is too large to be opened here. Save it as CSV; a CSV file "
        "may have two million rows."
    ),
    "only_header": _("The file has column names but no rows under them."),
    "quote_not_closed": _(
        'The quotation mark (") in row %(line)s is never closed, so the rows after it '
        "cannot be told apart. Correct that row."
    ),
    "cell_too_long": _(
        "A cell in row %(line)s is far too long. Most often a quotation mark is never "
        "closed there. Correct that row."
    ),
    "too_many_rows": _("The file has more than two million rows. Split it."),
    "too_many_columns": _(
        "The file has more than 200 columns. Delete those that you do not need."
    ),
    "file_missing": _("The uploaded file is no longer there. Upload it again."),
    "cleaning_failed": _(
        "Something in the file could not be worked with. What was imported before "
        "stays."
    ),
    "database_refused": _(
        "The database refused a value of the file. What was imported before stays."
    ),
}
REASONS: dict[str, str | Promise] = {
    rows.NO_NUMBER: _("There is no number."),
    rows.BAD_NUMBER: _("The number is not valid."),
    rows.SHORTENED_NUMBER: _(
        "The spreadsheet program has shortened the number; its last digits are lost."
    ),
    rows.TOO_LONG: _("A value is too long."),
    rows.BAD_BIRTHDAY: _("The birthday is not a date."),
    rows.BAD_VALUE: _("A value does not fit the kind of its field."),
    rows.TOO_MANY_CELLS: _("The row has more cells than there are column names."),
}


# Names of Python's codecs, as `contacts.reading.encodings` gives them.
ENCODINGS: dict[str, str | Promise] = {
    "utf-8": _("UTF-8"),
    "utf-8-sig": _("UTF-8 with a mark"),
    "utf8_cp1252": _("UTF-8 and Windows, mixed"),
    "utf-16": _("UTF-16 (Unicode text)"),
    "cp1252": _("Windows, Western Europe"),
    "cp1250": _("Windows, Central Europe"),
    "cp1251": _("Windows, Cyrillic"),
    "cp1253": _("Windows, Greek"),
    "cp1254": _("Windows, Turkish"),
    "cp850": _("DOS, Western Europe"),
    "mac_roman": _("Macintosh"),
}
DELIMITERS: dict[str, str | Promise] = {
    ";": _("semicolons"),
    ",": _("commas"),
    "\t": _("tabs"),
    "|": _("vertical bars"),
}


def encoding(name: str) -> str:
    """Return an encoding as people call it."""
    if name.startswith("utf-16"):
        return str(ENCODINGS["utf-16"])
    return str(ENCODINGS.get(name, name))


def delimiter(mark: str) -> str:
    """Return what parts the cells, in the plural."""
    return str(DELIMITERS.get(mark, f"“{mark}”"))


def of_file(code: str, facts: Mapping[str, int] | None = None) -> str:
    """Return what is wrong with a file, and what to do, in the person's language."""
    return str(FILES[code]) % (facts or {}) if facts else str(FILES[code])


def of_failure(error: str) -> str:
    """Return the sentence of a failed import from its stored ``error``."""
    if not error.startswith("{"):
        return of_file(error)
    kept = json.loads(error)
    return of_file(kept["code"], kept["facts"])


def of_import(source: Import) -> str:
    """Return what has become of an import that is over."""
    told = {
        Import.State.FINISHED: _("%(name)s: the import is finished."),
        Import.State.FAILED: _("%(name)s: the import failed."),
        Import.State.CANCELLED: _("%(name)s: the import was cancelled."),
        Import.State.UNDONE: _("%(name)s: the import was undone."),
    }
    return str(told[Import.State(source.state)]) % {"name": source.filename}


def of_row(reason: str) -> str:
    """Return why a row was refused."""
    return str(REASONS[reason])
