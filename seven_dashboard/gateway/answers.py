"""What the gateway answered, read from its bytes: JSON, plain lines, or a bare code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from seven_dashboard.gateway.codes import ACCEPTED, CODES
from seven_dashboard.gateway.errors import (
    GatewayError,
    InvalidRequest,
    UnclearOutcome,
    error_for_code,
)
from seven_dashboard.gateway.parsing import (
    JsonInvalid,
    filled_text,
    flag_or_none,
    load_json,
    text,
)

M = TypeVar("M", bound=BaseModel)

# These come instead of any answer, whatever was asked for (900 to 903 today, 300 once).
_GATE_CODES: Final = frozenset({300, 900, 901, 902, 903})
_BARE_CODE: Final = re.compile(r"[0-9]{1,3}")
_WORD: Final = re.compile(r"[a-z_]{1,40}")
_MAX_DETAIL: Final = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold one answer: `data` is a JSON value, or the text if it was none."""

    operation: str
    data: Any = field(repr=False)

    @property
    def bare_code(self) -> int | None:
        """Return the code, if the answer is nothing but one."""
        return _bare_code(self.data)

    @property
    def lines(self) -> list[str]:
        """Return the lines of a plain text answer, none for a list or an object."""
        if isinstance(self.data, list | dict | bool):
            return []
        return [line.strip() for line in str(self.data).strip().split("\n")]

    def refuse(self) -> NoReturn:
        """Raise the error for a bare code, or UnclearOutcome for anything else."""
        code = self.bare_code
        if code is None or code == ACCEPTED:
            raise UnclearOutcome(operation=self.operation)
        raise error_for_code(code, operation=self.operation)

    def mapping(self) -> Mapping[str, Any]:
        """Return the JSON object, or raise what the answer means instead."""
        if not isinstance(self.data, dict):
            self.refuse()
        return self.data

    def rows(self) -> list[Any]:
        """Return the JSON list, or raise what the answer means instead."""
        if isinstance(self.data, dict):
            self.fail_if_refused()
        if not isinstance(self.data, list):
            self.refuse()
        return self.data

    def fail_if_refused(self) -> None:
        """Raise for an object that says `success: false`, with its own wording."""
        if not isinstance(self.data, dict):
            return
        if flag_or_none(self.data.get("success")) is False:
            raise self.refusal()

    def refusal(self) -> GatewayError:
        """Return the error for an object that says it failed."""
        detail = detail_of(self.data)
        for name in ("code", "error", "error_code"):
            code = _bare_code(self.data.get(name))
            if code is not None and code in CODES and code != ACCEPTED:
                return error_for_code(code, detail=detail, operation=self.operation)
        return InvalidRequest(detail=detail, operation=self.operation)

    def parse(self, kind: type[M], value: object) -> M:
        """Return `value` as a model; raise UnclearOutcome for another shape."""
        try:
            return kind.model_validate(value)
        except ValidationError:
            # A page that shows local variables must not show tokens.
            del value
        raise UnclearOutcome(operation=self.operation)

    def one(self, kind: type[M]) -> M:
        """Return the object as a model; raise what the answer means instead."""
        self.fail_if_refused()
        return self.parse(kind, self.mapping())

    def many(self, kind: type[M]) -> list[M]:
        """Return the list as models; raise what the answer means instead."""
        return [self.parse(kind, row) for row in self.rows()]


def read_answer(body: bytes, *, operation: str) -> Answer | GatewayError:
    """Read the body of a successful HTTP answer; return the error it may be.

    The declared content type does not matter: a bare code comes as either.
    """
    try:
        data = load_json(body)
    except JsonInvalid:
        data = _plain_text(body)
    if data is None or data == "":
        return UnclearOutcome(operation=operation)
    code = _bare_code(data)
    if code in _GATE_CODES:
        return error_for_code(code, operation=operation)
    return Answer(operation, data)


def refusal_detail(body: bytes) -> str:
    """Return the gateway's own wording out of an error body, if it has one."""
    try:
        return detail_of(load_json(body))
    except JsonInvalid:
        return ""


def refusal_word(body: bytes) -> str:
    """Return the name that an error body gives to its error, as OAuth servers do."""
    try:
        return word_of(load_json(body))
    except JsonInvalid:
        return ""


def word_of(data: object) -> str:
    """Return the name of an error, "" for anything but one word."""
    word = data.get("error") if isinstance(data, Mapping) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def detail_of(data: object) -> str:
    """Return the wording of an error object, whatever the member is called."""
    if not isinstance(data, Mapping):
        return ""
    names = (
        "error_message",
        "error_description",
        "message",
        "description",
        "error_text",
        "error",
    )
    for name in names:
        wording = filled_text(data.get(name))
        if wording:
            return wording[:_MAX_DETAIL]
    return ""


def _plain_text(body: bytes) -> str | None:
    try:
        plain = body.decode().strip()
    except UnicodeDecodeError:
        return None
    # A page of a proxy or a broken JSON text is not an answer of the gateway.
    return None if plain[:1] in ("<", "{", "[") else text(plain)


def _bare_code(data: object) -> int | None:
    if isinstance(data, bool) or not isinstance(data, int | str):
        return None
    spelled = str(data).strip()
    return int(spelled) if _BARE_CODE.fullmatch(spelled) else None
