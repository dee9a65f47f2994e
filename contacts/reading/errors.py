from __future__ import annotations


class Unreadable(Exception):
    """The file is no table that can be imported.

    ``code`` is one of ``CODES``; ``facts`` are the numbers for its sentence, which
    ``contacts.sentences`` has.
    """

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        if code not in CODES:
            raise ValueError(code)
        self.code = code
        self.facts = facts


CODES = frozenset(
    {
        "empty",
        "empty_sheet",
        "wrong_encoding",
        "too_large",
        "pdf",
        "web_page",
        "vcard",
        "not_a_table",
        "archive",
        "archive_bomb",
        "spreadsheet_broken",
        "spreadsheet_locked",
        "spreadsheet_too_large",
        "only_header",
        "quote_not_closed",
        "cell_too_long",
        "too_many_rows",
        "too_many_columns",
    }
)
