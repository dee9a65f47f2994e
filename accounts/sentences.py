"""What is said about a connection in trouble."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection
from seven_dashboard.gateway.codes import CODES
from seven_dashboard.gateway.errors import GatewayError

UNREADABLE: Final = _(
    "The stored keys cannot be read, because the encryption keys of this server "
    "(FIELD_KEYS) have changed. Enter the API key again."
)
_REFUSED: Final = _("The gateway refuses the API key.")
_BROKEN: Final[dict[int | None, Promise]] = {
    **{code: _(meaning.sentence) for code, meaning in CODES.items()},
    Connection.UNREADABLE: UNREADABLE,
}


def of_error(error: GatewayError) -> Promise:
    """Return the client's sentence in the language of whoever reads it."""
    # The client marks its sentences for translation; the catalogue is ours.
    return _(error.sentence)


def of_connection(connection: Connection) -> Promise | str:
    """Say why the connection is broken and what to do; "" while it works."""
    if not connection.is_broken:
        return ""
    return _BROKEN.get(connection.broken_code, _REFUSED)
