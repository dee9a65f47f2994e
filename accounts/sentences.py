"""What is said about a connection in trouble."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Connection, Poll
from seven_dashboard.gateway.codes import CODES
from seven_dashboard.gateway.errors import (
    GatewayError,
    InvalidCredentials,
    MissingPermission,
    UnclearOutcome,
)

# The gateway's code for a key without a right; a token without its scope is the same.
NOT_ALLOWED: Final = 902
UNREADABLE: Final = _(
    "The stored keys cannot be read, because the encryption keys of this server "
    "(FIELD_KEYS) have changed. Enter the API key again."
)
GRANT_ENDED: Final = _(
    "seven.io has ended the permission of this connection, or it ran out. Connect the "
    "account again."
)
SCOPE_MISSING: Final = _(
    "This connection was not given the permission for this. Connect again and allow it."
)
TOKEN_REFUSED: Final = _(
    "seven.io refuses the permission of this connection. We try to renew it; check "
    "again in a moment."
)
NO_ANSWER: Final = gettext_noop(
    "The gateway does not answer as it should. We try again in a moment."
)
_REFUSED: Final = _("The gateway refuses the API key.")
_NOT_GIVEN: Final = _("seven.io was not given the permission. Nothing was changed.")
_NOT_NOW: Final = _(
    "The sign-in server of seven.io cannot do this at the moment. Nothing was changed. "
    "Try again later."
)
_OUR_REGISTRATION: Final = _(
    "seven.io does not let this server ask for a permission. Nothing was changed. "
    "Whoever runs it has to check SEVEN_OAUTH_CLIENT_ID, PUBLIC_URL and what is "
    "registered at seven.io."
)
_WHY_NOT: Final[dict[str, Promise]] = {
    "invalid_scope": _(
        "seven.io does not let this server ask for all of that. Nothing was changed. "
        "Tick less and try again."
    ),
    "unauthorized_client": _OUR_REGISTRATION,
    "unsupported_response_type": _OUR_REGISTRATION,
    "invalid_request": _OUR_REGISTRATION,
    "server_error": _NOT_NOW,
    "temporarily_unavailable": _NOT_NOW,
}
_BROKEN: Final[dict[int | None, Promise]] = {
    **{code: _(meaning.sentence) for code, meaning in CODES.items()},
    Connection.UNREADABLE: UNREADABLE,
    Connection.GRANT_ENDED: GRANT_ENDED,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands between a page and the gateway.

    `is_for_person` says that waiting does not help: keys or permission have to be
    renewed on the Connection page.
    """

    sentence: Promise | str
    is_for_person: bool = False


def of_error(error: GatewayError) -> Promise:
    """Return the client's sentence in the language of whoever reads it."""
    # The client marks its sentences for translation; the catalogue is ours.
    return _(error.sentence)


def trouble_of_error(error: GatewayError, connection: Connection) -> Trouble:
    """Say what an error means for a page that asked, in words for a person."""
    if isinstance(error, MissingPermission):
        return missing_right(connection)
    if isinstance(error, InvalidCredentials) and connection.is_by_oauth:
        return Trouble(TOKEN_REFUSED)
    return Trouble(
        of_error(error),
        is_for_person=error.concerns == "connection" and error.is_permanent,
    )


def of_reading(error: GatewayError) -> str:
    """Return the English sentence for a question that was not answered.

    Nothing was to be changed, so that there is nothing to check.
    """
    if isinstance(error, UnclearOutcome) and error.code is None:
        return NO_ANSWER
    return error.sentence


def trouble_of_reading(error: GatewayError, connection: Connection) -> Trouble:
    """Say what an error means for a page that only asked something."""
    trouble = trouble_of_error(error, connection)
    if isinstance(error, UnclearOutcome):
        return replace(trouble, sentence=_(of_reading(error)))
    return trouble


def missing_right(connection: Connection) -> Trouble:
    """Say that the key or the permission does not cover what was asked."""
    sentence = SCOPE_MISSING if connection.is_by_oauth else of_code(NOT_ALLOWED)
    return Trouble(sentence, is_for_person=True)


def of_poll(poll: Poll, connection: Connection) -> Promise | str:
    """Say why figures could not be fetched at the last try; "" if they were."""
    if not poll.error:
        return ""
    if poll.code == NOT_ALLOWED:
        return missing_right(connection).sentence
    # The client marks its sentences for translation; the row keeps the English one.
    return _(poll.error)


def of_code(code: int) -> Promise:
    """Return the sentence of a code of the gateway."""
    return _(CODES[code].sentence)


def of_connection(connection: Connection) -> Promise | str:
    """Say why the connection is broken and what to do; "" while it works."""
    if not connection.is_broken:
        return ""
    return _BROKEN.get(connection.broken_code, _REFUSED)


def of_no_permission(word: str) -> Promise:
    """Return what to tell a person who came back from seven.io without a permission.

    `word` names the error (RFC 6749, 4.1.2.1); what else an address may hold is not
    repeated.
    """
    return _WHY_NOT.get(word, _NOT_GIVEN)
