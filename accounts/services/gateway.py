"""The one place that hands out clients of the gateway."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.fields import UnreadableSecret
from accounts.models import Connection, Grant
from accounts.services import grants, real_money
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


def client_for(connection: Connection, *, is_waited_for: bool = False) -> SevenClient:
    """Return the client of a connection, one for each process and key; thread-safe.

    Where a person waits for the page, it gives up sooner and repeats nothing. With
    OAuth it holds the access token of now, which is renewed first if need be: who
    keeps a client for long asks `token_version`.

    Raises Refused for the real gateway on a DEBUG server (code
    `real_gateway_in_debug`), for a key that cannot be read (`unreadable_secret`), and
    for a permission that has ended or cannot be renewed now (`grants.usable`).
    """
    real_money.refuse_in_debug()
    try:
        timeout_s = WAITED_FOR_S if is_waited_for else None
        keys = _keys(connection.key_holder, timeout_s=timeout_s)
    except UnreadableSecret:
        raise Refused(sentences.UNREADABLE, code="unreadable_secret") from None
    name = _fingerprint(*keys, connection.subaccount_id, str(is_waited_for))
    with _lock:
        client = _clients.get(name)
        if client is None:
            if len(_clients) >= MAX_KEPT_CLIENTS:
                _clients.clear()
            client = _clients[name] = SevenClient(
                base_url=settings.SEVEN_BASE_URL,
                api_key=keys.api_key or None,
                bearer=keys.bearer or None,
                signing_key=keys.signing_key or None,
                account_id=connection.subaccount_id or None,
                timeout_s=WAITED_FOR_S if is_waited_for else settings.GATEWAY_TIMEOUT_S,
                session=_session(os.getpid()),
                repeats=Repeats(attempts=1) if is_waited_for else None,
            )
    return client


def token_version(connection: Connection) -> int:
    """Return a number that grows with each new access token; 0 for an API key."""
    holder = connection.key_holder
    if not holder.is_by_oauth:
        return 0
    found = Grant.objects.filter(connection=holder.pk)
    return found.values_list("version", flat=True).first() or 0


def impatient_client(
    *, api_key: str = "", bearer: str = "", signing_key: str = ""
) -> SevenClient:
    """Return a client for a check of a key that a person waits for, without repeats.

    Raises Refused like `client_for`, and for a key that is not one word.
    """
    real_money.refuse_in_debug()
    try:
        return SevenClient(
            base_url=settings.SEVEN_BASE_URL,
            api_key=api_key or None,
            bearer=bearer or None,
            signing_key=signing_key or None,
            timeout_s=WAITED_FOR_S,
            repeats=Repeats(attempts=1),
        )
    except ValueError:
        raise malformed_key("api_key") from None


def malformed_key(field: str) -> Refused:
    """Return the refusal of a text that can be no key."""
    return Refused(
        _("A key is one word of letters, digits and signs, without spaces."),
        code="malformed_key",
        field=field,
    )


class _Keys(NamedTuple):
    """What opens the account: an API key, or an access token of OAuth."""

    api_key: str
    bearer: str
    signing_key: str

    def __repr__(self) -> str:
        return "_Keys(...)"


def _keys(connection: Connection, *, timeout_s: float | None) -> _Keys:
    signing_key = connection.signing_key.reveal()
    if not connection.is_by_oauth:
        return _Keys(connection.api_key.reveal(), "", signing_key)
    grant = grants.usable(connection.pk, timeout_s=timeout_s)
    return _Keys("", grant.access_token.reveal(), signing_key)


@lru_cache(maxsize=1)
def _session(process_id: int) -> transport.Session:
    # A pool of connections must not be shared with a forked process.
    return transport.new_session(pool_size=settings.SENDING_THREADS + SPARE_CALLS)


def _fingerprint(*parts: str) -> str:
    facts = (str(os.getpid()), settings.SEVEN_BASE_URL, *parts)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
