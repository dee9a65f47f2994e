"""Ring for a task; whatever is not heard is found by the next sweep."""

from __future__ import annotations

from kombu.exceptions import OperationalError

# A bell that nobody heard in time is not worth answering: the next sweep rings again.
BELL_EXPIRES_S = 10


def ring(task: object, *args: str | int) -> None:
    """Queue a task; without a broker the next sweep does it."""
    try:
        task.apply_async(args, expires=BELL_EXPIRES_S)  # type: ignore[attr-defined]
    except OperationalError:
        return
