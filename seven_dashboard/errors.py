"""The one error that a service raises when it refuses what a person asked for."""

from __future__ import annotations

from django.utils.functional import Promise


class Refused(Exception):
    """A request that cannot be done, with a sentence for the person.

    ``field`` names the form field that the sentence belongs to, or is empty.
    ``code`` is a short stable word for logs, tests and JSON answers.
    """

    def __init__(
        self, sentence: str | Promise, *, code: str = "refused", field: str = ""
    ) -> None:
        super().__init__(code)
        self.sentence = sentence
        self.code = code
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)
