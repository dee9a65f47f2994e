"""A refused access token is renewed, and the messages of the call wait for that.

With an API key code 900 is the end: campaigns pause until somebody enters another key.
With OAuth it says mostly that the token has run out or was replaced. The gateway took
nothing in, so that the rows go back as if they had never been claimed, and the next run
of the floor begins with another token. Only when none is to be had the campaigns pause.
Whoever asks the gateway for reports, replies or its journal says so too (`noted`), so
that nobody goes on asking with a token that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Connection
from accounts.services import connections, gateway
from messaging import pauses
from messaging.outcomes import Kind, Outcome
from messaging.services import answers
from messaging.services.answers import Answer
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

WRONG_KEY = 900
_UNTOUCHED = Outcome(Kind.UNTOUCHED)


def client_of(connection: Connection) -> SevenClient:
    """Return the client of a connection; pause its campaigns if it is to have none.

    Raises Refused like `gateway.client_for`.
    """
    try:
        return gateway.client_for(connection)
    except Refused as refused:
        if refused.code == "grant_ended":
            answers.pause_all(connection, pauses.GRANT_ENDED)
        if refused.code == "unreadable_secret":
            # What runs is paused by the sweep.
            connections.mark_broken(
                connection_id=connection.pk, code=Connection.UNREADABLE
            )
        raise


def are_in(batch: Sequence[Answer], connection: Connection) -> bool:
    """Say whether answers refuse an access token that can be renewed; let it run out.

    Asks the database, as a renewal begins there.
    """
    return any(_refuses(outcome) for _, outcome in batch) and _runs_out(connection)


def noted(error: GatewayError | None, connection: Connection) -> bool:
    """Let an access token run out that a question was refused for; say whether it does.

    The next call has another one then, so that there is no reason to wait for long.
    """
    return is_refusal(error) and _runs_out(connection)


def is_refusal(error: GatewayError | None) -> bool:
    """Say whether the key or token of a question was refused."""
    return error is not None and connections.breaking_code(error) == WRONG_KEY


def spared(batch: Sequence[Answer]) -> list[Answer]:
    """Return the answers with refused tokens as calls that were never made."""
    return [(c, _UNTOUCHED if _refuses(o) else o) for c, o in batch]


def _runs_out(connection: Connection) -> bool:
    return connection.is_by_oauth and not connections.mark_broken(
        connection_id=connection.pk, code=WRONG_KEY
    )


def _refuses(outcome: Outcome) -> bool:
    return outcome.kind is Kind.STOPS_CONNECTION and outcome.code == WRONG_KEY
