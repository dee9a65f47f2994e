"""How long trouble with single contacts is borne, and when it is the gateway's own.

A contact that the gateway does not answer for is left, shown and tried again, less and
less often, while the others go on; so is a group (`group_trouble.py`). Trouble of the
gateway as a whole ends the run until later. What tells the two apart is an answer: to
another contact of the batch, or to a look at the address book.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from contacts.services.sync.calls import Outcome
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError, Throttled
from seven_dashboard.gateway.resources.contacts import ContactFilter

# How often one run tries a contact, with a rest between; after that it is left to later
# runs, and not to each of them.
TRIES: Final = 3
FIRST_PAUSE: Final = timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(days=1)
# A batch with so many attempts and no answer asks no further.
MOST_UNHEARD: Final = 3
# So many contacts in a row say that the gateway takes nothing, though it can be read.
MOST_IN_A_ROW: Final = 30


def pause_after(failures: int) -> timedelta:
    """Return how long a contact is left alone after so many failures in a row."""
    if failures < TRIES:
        return timedelta(0)
    doublings = min(failures - TRIES, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


@dataclass(slots=True)
class Pulse:
    """What a batch has heard of the gateway so far; its threads share it."""

    failed: int = 0
    is_heard: bool = False
    is_closed: bool = False

    @property
    def is_lost(self) -> bool:
        """Say whether nothing more is to be asked."""
        return self.is_closed or (not self.is_heard and self.failed >= MOST_UNHEARD)

    def note(self, outcome: Outcome) -> None:
        """Take in whether the gateway has answered."""
        if is_unheard(outcome):
            self.failed += 1
        else:
            self.is_heard = True


def is_unheard(outcome: Outcome) -> bool:
    """Say whether it brought no answer that means something to this contact."""
    return outcome.error is not None and not outcome.error.is_permanent


def halting(found: Sequence[Outcome], client: SevenClient) -> GatewayError | None:
    """Return what ends the run until later: trouble that is not a contact's own."""
    errors = [outcome.error for outcome in found if outcome.error]
    for error in errors:
        if _is_of_all(error):
            return error
    return _silence(client) if errors and all(map(is_unheard, found)) else None


def halting_one(error: GatewayError, client: SevenClient) -> GatewayError | None:
    """Return what ends the run until later, after trouble with a single group."""
    if _is_of_all(error):
        return error
    return None if error.is_permanent else _silence(client)


def _is_of_all(error: GatewayError) -> bool:
    is_refused = error.is_permanent and error.concerns == "connection"
    return is_refused or isinstance(error, Throttled)


def _silence(client: SevenClient) -> GatewayError | None:
    """Look at the address book; return the error if even that brings no answer."""
    try:
        client.contacts.page(ContactFilter(limit=1))
    except GatewayError as error:
        return error
    return None
