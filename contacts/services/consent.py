"""The proof of consent: append what was said, never change it."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User, Workspace
from contacts.models import ConsentEvent

MAX_REASON = 200
MAX_EVIDENCE = 500
BATCH = 2_000


def note(
    *,
    workspace: Workspace,
    phone: str,
    channel: str,
    kind: str,
    source: str,
    reason: str = "",
    evidence: str = "",
    actor: User | None = None,
) -> None:
    """Note one thing that a person allowed or forbade."""
    note_many(
        workspace=workspace,
        facts=[(phone, channel, reason, evidence)],
        kind=kind,
        source=source,
        actor=actor,
    )


def note_many(
    *,
    workspace: Workspace,
    facts: Iterable[tuple[str, str, str, str]],
    kind: str,
    source: str,
    actor: User | None,
) -> None:
    """Note the same for many: number (E.164), channel, reason and evidence of each."""
    ConsentEvent.objects.bulk_create(
        (
            ConsentEvent(
                workspace=workspace,
                phone=phone,
                channel=channel,
                kind=kind,
                source=source,
                reason=reason[:MAX_REASON],
                evidence=evidence[:MAX_EVIDENCE],
                actor=actor,
            )
            for phone, channel, reason, evidence in facts
        ),
        batch_size=BATCH,
    )
