"""Number endings that choose what becomes of a message (table in docs/sandbox.md)."""

from __future__ import annotations

from dataclasses import dataclass

ENDING_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message to a number.

    ``code`` refuses it in the answer, ``statuses`` are its reports in order, ``fault``
    spoils the answer to the whole request, only the first ``fault_times`` times when
    that is set.
    """

    summary: str
    code: str = ""
    statuses: tuple[str, ...] = ("TRANSMITTED", "DELIVERED")
    fault: str = ""
    fault_times: int = 0
    is_reported_twice: bool = False
    is_reported_first: bool = False
    call_status: str = "completed"
    has_rcs: bool = True
    hlr_reachable: str = "reachable"


ORDINARY = Fate("transmitted, then delivered")

FATES: dict[str, Fate] = {
    "901": Fate("refused: 202, bad recipient", code="202", hlr_reachable="bad_number"),
    "902": Fate(
        "not delivered",
        statuses=("TRANSMITTED", "NOTDELIVERED"),
        call_status="failed",
        hlr_reachable="undeliverable",
    ),
    "903": Fate(
        "expired",
        statuses=("BUFFERED", "EXPIRED"),
        call_status="no-answer",
        hlr_reachable="absent",
    ),
    "904": Fate("accepted, never a report", statuses=(), call_status=""),
    "905": Fate("every report comes twice", is_reported_twice=True),
    "906": Fate("report before the answer", is_reported_first=True),
    "907": Fate("accepted, the answer never comes", fault="hang-after"),
    "908": Fate("503, not accepted", fault="503"),
    "909": Fate("accepted, connection cut", fault="drop-after"),
    "910": Fate("connection cut, not accepted", fault="drop-before"),
    "911": Fate("refused: 500, no credit", code="500"),
    "912": Fate("handset without RCS", has_rcs=False),
    "913": Fate("503 twice, then ordinary", fault="503", fault_times=2),
    "914": Fate("429 once, then ordinary", fault="429", fault_times=1),
    "915": Fate("accepted, garbage answer", fault="garbage-after"),
    "916": Fate(
        "cut once unaccepted, then ordinary", fault="drop-before", fault_times=1
    ),
    "917": Fate("refused: 402, reload lock", code="402"),
    "918": Fate("refused: 600, carrier", code="600"),
    "919": Fate("rejected by the network", statuses=("REJECTED",)),
    "920": Fate("failed at the network", statuses=("FAILED",)),
    "921": Fate("buffered first, then delivered", statuses=("BUFFERED", "DELIVERED")),
    "922": Fate("refused: 403, daily limit", code="403"),
    "923": Fate("accepted, answered with 503", fault="503-after"),
    "924": Fate("hangs, not accepted", fault="hang-before"),
}


def fate_of(digits: str) -> Fate:
    """Return the fate that the last three digits of a number choose."""
    return FATES.get(digits[-ENDING_DIGITS:], ORDINARY)
