"""The errors of the gateway client.

Whoever catches one asks three questions: does waiting help (`is_permanent`), is it
certain that nothing was sent (`is_certainly_unsent`), and what does it concern
(`concerns`). No error carries a key, a request or an HTTP library's exception.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from seven_dashboard.gateway.codes import (
    CODES,
    Concern,
    Meaning,
    gettext_noop,
    meaning_of,
)

__all__ = [
    "CODES",
    "AddressNotAllowed",
    "ApplicationRejected",
    "DuplicateSend",
    "GatewayError",
    "GatewayUnavailable",
    "GrantRejected",
    "InsufficientCredit",
    "InvalidArgument",
    "InvalidCredentials",
    "InvalidRecipient",
    "InvalidRequest",
    "Meaning",
    "MissingPermission",
    "NotFound",
    "RecipientLimitReached",
    "SignatureRejected",
    "Throttled",
    "UnclearOutcome",
    "error_for_code",
    "error_for_status",
    "meaning_of",
]


class GatewayError(Exception):
    """A call to the gateway that did not do what was asked.

    `detail` is the gateway's own wording, if it gave one: for a page, not for a log,
    because it may name a number. `word` is its name for the error (`invalid_grant`),
    if it has one. `operation` is the operationId of the specification.
    """

    default: ClassVar[Meaning] = meaning_of(None)

    def __init__(
        self,
        *,
        code: int | None = None,
        meaning: Meaning | None = None,
        http_status: int | None = None,
        retry_after_s: float | None = None,
        detail: str = "",
        word: str = "",
        operation: str = "",
    ) -> None:
        super().__init__()
        self.code = code
        self.meaning = meaning or self.default
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        self.detail = detail
        self.word = word
        self.operation = operation

    @property
    def is_permanent(self) -> bool:
        """Say that waiting does not help."""
        return self.meaning.permanent

    @property
    def is_certainly_unsent(self) -> bool:
        """Say that nothing was sent and nothing charged, for sure."""
        return self.meaning.certain_unsent

    @property
    def concerns(self) -> Concern:
        """Say whether the row, the campaign or the connection is in trouble."""
        return self.meaning.concerns

    @property
    def sentence(self) -> str:
        """Return plain English for a person; the caller translates it."""
        return self.meaning.sentence

    def __str__(self) -> str:
        facts = [self.operation, f"code {self.code}" if self.code is not None else ""]
        if self.http_status is not None:
            facts.append(f"HTTP {self.http_status}")
        known = ", ".join(fact for fact in facts if fact)
        return f"{self.sentence} ({known})" if known else self.sentence

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders in Celery; keyword-only arguments do not pickle.
        return (_rebuilt, (type(self), {name: getattr(self, name) for name in _FACTS}))


_FACTS: Final = (
    "code",
    "meaning",
    "http_status",
    "retry_after_s",
    "detail",
    "word",
    "operation",
)


def _rebuilt(kind: type[GatewayError], facts: dict[str, Any]) -> GatewayError:
    return kind(**facts)


class InvalidRequest(GatewayError):
    """The gateway refused what was asked."""

    default = Meaning(
        True, True, "campaign", gettext_noop("The gateway refused the request.")
    )


class InvalidRecipient(InvalidRequest):
    """The number is not one that can be written to."""

    default = CODES[202]


class DuplicateSend(InvalidRequest):
    """The same text went to the same number within 180 s."""

    default = CODES[402]


class RecipientLimitReached(InvalidRequest):
    """The number got as many messages today as it may get."""

    default = CODES[403]


class NotFound(InvalidRequest):
    """There is no such thing at the gateway."""

    default = Meaning(
        True, True, "row", gettext_noop("The gateway does not know this entry.")
    )


class InvalidArgument(InvalidRequest, ValueError):
    """What was to be asked cannot be written as a request; nothing was tried."""

    default = Meaning(
        True, True, "row", gettext_noop("This cannot be sent to the gateway as it is.")
    )


class InsufficientCredit(GatewayError):
    """The account cannot pay for it."""

    default = CODES[500]


class InvalidCredentials(GatewayError):
    """The key or token is wrong."""

    default = CODES[900]


class SignatureRejected(GatewayError):
    """The signature is wrong, stale, or missing where the key demands one."""

    default = CODES[901]


class MissingPermission(GatewayError):
    """The key or token lacks the right."""

    default = CODES[902]


class AddressNotAllowed(GatewayError):
    """The key is bound to other addresses than ours."""

    default = CODES[903]


class GrantRejected(GatewayError):
    """The OAuth code or refresh token no longer holds; a person has to connect."""

    default = Meaning(
        True,
        True,
        "connection",
        gettext_noop("The gateway ended the permission. Connect the account again."),
    )


class ApplicationRejected(GatewayError):
    """The authorisation server does not take this server for an application of it."""

    default = Meaning(
        True,
        True,
        "connection",
        gettext_noop(
            "seven.io does not know this server as an application. Check "
            "SEVEN_OAUTH_CLIENT_ID and its secret."
        ),
    )


class Throttled(GatewayError):
    """The gateway asks us to slow down; nothing was taken in."""

    default = Meaning(
        False,
        True,
        "connection",
        gettext_noop("The gateway asks us to slow down. We go on in a moment."),
    )


class GatewayUnavailable(GatewayError):
    """The gateway was not reached, or said it is not available: nothing was sent."""

    default = Meaning(
        False,
        True,
        "connection",
        gettext_noop("The gateway is not reachable. We try again in a moment."),
    )


class UnclearOutcome(GatewayError):
    """The request left us and no clear answer came: it may have been carried out."""

    default = Meaning(
        False,
        False,
        "row",
        gettext_noop("The gateway gave no clear answer, so we check what it did."),
    )


_WRONG_ADDRESS: Final = Meaning(
    True,
    True,
    "connection",
    gettext_noop("There is no gateway at this address. Check the address."),
)

_BY_CODE: Final[dict[int, type[GatewayError]]] = {
    11: UnclearOutcome,
    202: InvalidRecipient,
    300: InvalidCredentials,
    402: DuplicateSend,
    403: RecipientLimitReached,
    500: InsufficientCredit,
    600: UnclearOutcome,
    700: UnclearOutcome,
    900: InvalidCredentials,
    901: SignatureRejected,
    902: MissingPermission,
    903: AddressNotAllowed,
}

_BY_STATUS: Final[dict[int, type[GatewayError]]] = {
    401: InvalidCredentials,
    403: MissingPermission,
    404: NotFound,
    405: NotFound,
    408: UnclearOutcome,
    429: Throttled,
    503: GatewayUnavailable,
}


def error_for_code(code: int, *, detail: str = "", operation: str = "") -> GatewayError:
    """Return the error for a code in the gateway's answer, 100 and 101 excepted.

    A code without an entry in CODES is an UnclearOutcome.
    """
    kind = _BY_CODE.get(code, InvalidRequest if code in CODES else UnclearOutcome)
    return kind(code=code, meaning=meaning_of(code), detail=detail, operation=operation)


def error_for_status(
    status: int,
    *,
    retry_after_s: float | None = None,
    detail: str = "",
    word: str = "",
    operation: str = "",
) -> GatewayError:
    """Return the error for an HTTP status outside 200 to 299.

    A status of 400 to 499 says that the request was not taken in; every other one,
    503 excepted, leaves open what happened. A 404 in other words than the gateway's,
    or for a path that always exists, says that the base URL is wrong.
    """
    if status in (404, 405) and (not detail or operation.endswith("Dispatch")):
        return NotFound(
            meaning=_WRONG_ADDRESS,
            http_status=status,
            detail=detail,
            word=word,
            operation=operation,
        )
    fallback = InvalidRequest if 400 <= status < 500 else UnclearOutcome
    return _BY_STATUS.get(status, fallback)(
        http_status=status,
        retry_after_s=retry_after_s,
        detail=detail,
        word=word,
        operation=operation,
    )
