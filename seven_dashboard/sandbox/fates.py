"""Number endings that choose what becomes of a message (table in docs/sandbox.md)."""

from __future__ import annotations

from dataclasses import dataclass

# Six, so that the numbers of somebody's real file practically never meet one.
ENDING_DIGITS = 6


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
    # What the person presses while the call lasts.
    keys: str = ""
    has_rcs: bool = True
    hlr_reachable: str = "reachable"


ORDINARY = Fate("transmitted, then delivered")

FATES: dict[str, Fate] = {
    "000901": Fate(
        "refused: 202, bad recipient", code="202", hlr_reachable="bad_number"
    ),
    "000902": Fate(
        "not delivered",
        statuses=("TRANSMITTED", "NOTDELIVERED"),
        call_status="failed",
        hlr_reachable="undeliverable",
    ),
    "000903": Fate(
        "expired",
        statuses=("BUFFERED", "EXPIRED"),
        call_status="no-answer",
        hlr_reachable="absent",
    ),
    "000904": Fate("accepted, never a report", statuses=(), call_status=""),
    "000905": Fate("every report comes twice", is_reported_twice=True),
    "000906": Fate("report before the answer", is_reported_first=True),
    "000907": Fate("accepted, the answer never comes", fault="hang-after"),
    "000908": Fate("503, not accepted", fault="503"),
    "000909": Fate("accepted, connection cut", fault="drop-after"),
    "000910": Fate("connection cut, not accepted", fault="drop-before"),
    "000911": Fate("refused: 500, no credit", code="500"),
    "000912": Fate("handset without RCS", has_rcs=False),
    "000913": Fate("503 twice, then ordinary", fault="503", fault_times=2),
    "000914": Fate("429 once, then ordinary", fault="429", fault_times=1),
    "000915": Fate("accepted, garbage answer", fault="garbage-after"),
    "000916": Fate(
        "cut once unaccepted, then ordinary", fault="drop-before", fault_times=1
    ),
    "000917": Fate("refused: 402, reload lock", code="402"),
    "000918": Fate("refused: 600, carrier", code="600"),
    "000919": Fate("rejected by the network", statuses=("REJECTED",)),
    "000920": Fate("failed at the network", statuses=("FAILED",)),
    "000921": Fate(
        "buffered first, then delivered", statuses=("BUFFERED", "DELIVERED")
    ),
    "000922": Fate("refused: 403, daily limit", code="403"),
    "000923": Fate("accepted, answered with 503", fault="503-after"),
    "000924": Fate("hangs, not accepted", fault="hang-before"),
    "000931": Fate("ordinary; presses 1 in a call", keys="1"),
    "000932": Fate("ordinary; presses 2 in a call", keys="2"),
    "000933": Fate("ordinary; presses 3, then 1 in a call", keys="31"),
}


def fate_of(digits: str) -> Fate:
    """Return the fate that the last six digits of a number choose."""
    return FATES.get(digits[-ENDING_DIGITS:], ORDINARY)
