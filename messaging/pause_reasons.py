"""The words in `Campaign.pause_reason` that are no gateway code."""

from __future__ import annotations

from typing import Final

COST: Final = "cost"
# Limits of the workspace; those of a country are followed by its code: "…:US".
LIMIT_DAY: Final = "limit_day"
LIMIT_COUNTRY_DAY: Final = "limit_country_day"
LIMIT_COUNTRY: Final = "limit_country"
FAILURES: Final = "failures"
# A file that the text links to cannot be read.
FILES_GONE: Final = "files_gone"
# A planned start that asks a person.
LATE: Final = "late"
COST_GROWN: Final = "cost_grown"
START_REFUSED: Final = "start_refused"
# A single message that was meant for a time which is over by now.
PAST: Final = "past"
# The gateway refused a call by its HTTP status alone: "http_404".
HTTP: Final = "http_"
# The bound has to be raised by whoever goes on.
ASK_FOR_COST: Final = (COST, COST_GROWN)
# Another day has another limit.
OF_THE_DAY: Final = (LIMIT_DAY, LIMIT_COUNTRY_DAY)


def word_of(reason: str) -> str:
    """Return a reason without the country that it is about."""
    return reason.partition(":")[0]


def country_of(reason: str) -> str:
    """Return the country that a reason is about, or nothing."""
    return reason.partition(":")[2]
