"""Ask the gateway something while a person waits, and never raise.

For fragments that a page loads once it stands. Whatever happens is a sentence, a call
takes WAITED_FOR_S at most, and few at once may wait: a gateway that hangs must not
take up the threads that serve pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.models import Connection
from accounts.sentences import Trouble
from accounts.services import connections, gateway
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

T = TypeVar("T")

# A web process has four threads (supervisor/plans.py); half of them stay free.
ASKS_AT_ONCE: Final = 2
_places = BoundedSemaphore(ASKS_AT_ONCE)

_CROWDED: Final = _(
    "The gateway is slow, and others are waiting for it. Try again in a moment."
)


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """The answer, or what was in its way."""

    value: T | None = None
    trouble: Trouble | None = None


def ask(connection: Connection, question: Callable[[SevenClient], T]) -> Asked[T]:
    """Return what the gateway says to one call, or the trouble as a sentence.

    Only for reading: an answer that does not come is asked for again by hand.
    """
    if connection.is_broken:
        sentence = sentences.of_connection(connection)
        return Asked(trouble=Trouble(sentence, is_for_person=True))
    if not _places.acquire(blocking=False):
        return Asked(trouble=Trouble(_CROWDED))
    try:
        client = gateway.client_for(connection, is_waited_for=True)
        return Asked(question(client))
    except Refused as refused:
        return Asked(trouble=Trouble(str(refused)))
    except GatewayError as error:
        return Asked(trouble=_noted(connection, error))
    finally:
        _places.release()


def _noted(connection: Connection, error: GatewayError) -> Trouble:
    """Keep what an error says of the connection, and put it in words."""
    code = connections.breaking_code(error)
    if code is not None:
        connections.mark_broken(connection_id=connection.pk, code=code)
    return sentences.trouble_of_reading(error, connection)
