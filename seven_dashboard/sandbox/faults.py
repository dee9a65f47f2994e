"""Trouble on demand: what goes wrong with an account's requests and webhooks."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

FAULTS = (
    "503",
    "503-after",
    "429",
    "500-status",
    "502",
    "504",
    "drop-before",
    "drop-after",
    "hang-before",
    "hang-after",
    "garbage-before",
    "garbage-after",
    "short-after",
    "plain-after",
    "slow-after",
)
# The requests that a plan is for: sends, look-ups, what is only read (journal, status,
# balance, prices ...), whatever else changes something, or all of them.
SCOPES = ("send", "lookup", "read", "write", "all")
_CODE = "code-"


class BadPlan(Exception):
    """Say what is wrong with a plan that the control surface received."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One spoiled answer.

    ``is_accepted`` says whether the request takes effect all the same.
    """

    name: str
    kind: str
    is_accepted: bool = False
    status: int = 200
    code: str = ""


def read_fault(name: object) -> Fault:
    """Read a fault's name, e.g. ``503``, ``drop-after`` or ``code-600``."""
    text = str(name)
    if text.startswith(_CODE) and text[len(_CODE) :].isdigit():
        return Fault(text, "code", code=text[len(_CODE) :])
    if text not in FAULTS:
        known = ", ".join(FAULTS)
        raise BadPlan(f"Unknown fault {text!r}. Known: {known}, code-<number>.")
    head, _, tail = text.partition("-")
    is_accepted = tail == "after"
    if head.isdigit():
        return Fault(text, "status", is_accepted=is_accepted, status=int(head))
    return Fault(text, head, is_accepted=is_accepted)


@dataclass(slots=True)
class FaultPlan:
    """What the next requests of an account meet: a queue first, then chance."""

    queue: deque[Fault] = field(default_factory=deque)
    chances: list[tuple[Fault, float]] = field(default_factory=list)
    source: random.Random = field(default_factory=random.Random)
    scope: str = "send"
    retry_after_s: float = 1.0
    hang_s: float | None = None
    slow_s: float = 1.0
    # Only requests that name this in their address or body meet trouble; "": all do.
    about: str = ""

    def draw(self, kind: str, said: Callable[[], str]) -> Fault | None:
        """Return the fault of a request of a kind: a scope, or anything else."""
        if self.scope not in (kind, "all"):
            return None
        if self.about and self.about not in said():
            return None
        if self.queue:
            return self.queue.popleft()
        if not self.chances:
            return None
        point = self.source.random()
        for fault, share in self.chances:
            if point < share:
                return fault
            point -= share
        return None


def read_fault_plan(given: dict[str, object]) -> FaultPlan:
    """Read a fault plan; every part may be missing."""
    plan = FaultPlan(
        source=random.Random(_number(given, "seed", 0)),
        scope=_scope(given),
        retry_after_s=_number(given, "retry_after_s", 1.0),
        hang_s=_number(given, "hang_s", 0.0) or None,
        slow_s=_number(given, "slow_s", 1.0),
        about=str(given.get("about") or ""),
    )
    listed = given.get("next") or []
    if not isinstance(listed, list):
        raise BadPlan("next must be a list")
    for item in listed:
        name, times = (
            (item.get("fault"), int(item.get("times", 1)))
            if isinstance(item, dict)
            else (item, 1)
        )
        plan.queue.extend([read_fault(name)] * times)
    shares = given.get("random") or {}
    if not isinstance(shares, dict):
        raise BadPlan("random must map a fault to its share")
    plan.chances = [(read_fault(name), float(share)) for name, share in shares.items()]
    return plan


def _scope(given: dict[str, object]) -> str:
    scope = str(given.get("scope") or "send")
    if scope not in SCOPES:
        raise BadPlan(f"scope is one of {', '.join(SCOPES)}")
    return scope


@dataclass(slots=True)
class WebhookPlan:
    """How the webhooks of an account are treated on their way."""

    drop_share: float = 0.0
    duplicate_share: float = 0.0
    shuffle_s: float = 0.0
    is_before_answer: bool = False
    source: random.Random = field(default_factory=random.Random)


def read_webhook_plan(given: dict[str, object]) -> WebhookPlan:
    """Read a webhook plan; every part may be missing."""
    return WebhookPlan(
        drop_share=_number(given, "drop_share", 0.0),
        duplicate_share=_number(given, "duplicate_share", 0.0),
        shuffle_s=_number(given, "shuffle_s", 0.0),
        is_before_answer=bool(given.get("report_before_answer")),
        source=random.Random(_number(given, "seed", 0)),
    )


def _number(given: dict[str, object], name: str, default: float) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPlan(f"{name} must be a number")
    return value
