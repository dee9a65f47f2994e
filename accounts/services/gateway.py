"""The one place that hands out clients of the gateway."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.addresses import is_real_gateway
from accounts.fields import UnreadableSecret
from accounts.models import Connection
from seven_dashboard.errors import Refused
from seven_dashboard.gateway import transport
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.transport import Repeats

MAX_KEPT_CLIENTS = 256
# How long a call may take on a page that a person waits for.
WAITED_FOR_S = 8.0
# Calls beside those of the sending floor that need not wait for it.
SPARE_CALLS = 4

_clients: dict[str, SevenClient] = {}
_lock = Lock()


def refuse_real_in_debug() -> None:
    """Raise Refused when a DEBUG server is about to spend real money."""
    if settings.DEBUG and is_real_gateway() and not settings.SEVEN_ALLOW_REAL_IN_DEBUG:
        raise Refused(
            _(
                "This is a development server, so it does not talk to the real "
                "gateway. Set SEVEN_ALLOW_REAL_IN_DEBUG=1 to allow it."
            ),
            code="real_gateway_in_debug",
        )


def client_for(connection: Connection, *, is_waited_for: bool = False) -> SevenClient:
    """Return the client of a connection, one for each process and key; thread-safe.

    Where a person waits for the page, it gives up sooner and repeats nothing.

    Raises Refused for the real gateway on a DEBUG server (code
    `real_gateway_in_debug`) and for a key that cannot be read (`unreadable_secret`).
    """
    refuse_real_in_debug()
    try:
        api_key = connection.api_key.reveal()
        signing_key = connection.signing_key.reveal()
    except UnreadableSecret:
        raise Refused(sentences.UNREADABLE, code="unreadable_secret") from None
    name = _fingerprint(
        api_key, signing_key, connection.subaccount_id, str(is_waited_for)
    )
    with _lock:
        client = _clients.get(name)
        if client is None:
            if len(_clients) >= MAX_KEPT_CLIENTS:
                _clients.clear()
            client = _clients[name] = SevenClient(
                base_url=settings.SEVEN_BASE_URL,
                api_key=api_key,
                signing_key=signing_key or None,
                account_id=connection.subaccount_id or None,
                timeout_s=WAITED_FOR_S if is_waited_for else settings.GATEWAY_TIMEOUT_S,
                session=_session(os.getpid()),
                repeats=Repeats(attempts=1) if is_waited_for else None,
            )
    return client


def impatient_client(*, api_key: str, signing_key: str = "") -> SevenClient:
    """Return a client for a check of a key that a person waits for, without repeats.

    Raises Refused like `client_for`, and for a key that is not one word.
    """
    refuse_real_in_debug()
    try:
        return SevenClient(
            base_url=settings.SEVEN_BASE_URL,
            api_key=api_key,
            signing_key=signing_key or None,
            timeout_s=WAITED_FOR_S,
            repeats=Repeats(attempts=1),
        )
    except ValueError:
        raise Refused(
            _("A key is one word of letters, digits and signs, without spaces."),
            code="malformed_key",
            field="api_key",
        ) from None


@lru_cache(maxsize=1)
def _session(process_id: int) -> transport.Session:
    # A pool of connections must not be shared with a forked process.
    return transport.new_session(pool_size=settings.SENDING_THREADS + SPARE_CALLS)


def _fingerprint(*parts: str) -> str:
    facts = (str(os.getpid()), settings.SEVEN_BASE_URL, *parts)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
