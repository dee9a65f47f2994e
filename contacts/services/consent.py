"""The proof of consent: append what was said, never change it."""

from __future__ import annotations

from typing import Any

from accounts.models import User, Workspace
from contacts.models import ConsentEvent

MAX_REASON = 200
MAX_EVIDENCE = 500
_SELECT = f"""
INSERT INTO contacts_consentevent
  (workspace_id, phone, channel, kind, source, reason, evidence, actor_id)
SELECT %(consent_workspace)s::uuid, f.phone, f.channel, %(consent_kind)s,
  %(consent_source)s, left(f.reason, {MAX_REASON}), left(f.evidence, {MAX_EVIDENCE}),
  %(consent_actor)s::uuid
FROM ({{facts}}) AS f (phone, channel, reason, evidence)
"""


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
    ConsentEvent.objects.create(
        workspace=workspace,
        phone=phone,
        channel=channel,
        kind=kind,
        source=source,
        reason=reason[:MAX_REASON],
        evidence=evidence[:MAX_EVIDENCE],
        actor=actor,
    )


def statement(facts: str) -> str:
    """Return SQL that notes the same for each row of ``facts``, with ``parameters``.

    ``facts`` is a query of number (E.164), channel, reason and evidence.
    """
    return _SELECT.format(facts=facts)


def parameters(
    *, workspace: Workspace, kind: str, source: str, actor: User | None
) -> dict[str, Any]:
    """Return what a ``statement`` needs besides what its facts need."""
    return {
        "consent_workspace": workspace.pk,
        "consent_kind": kind,
        "consent_source": source,
        "consent_actor": actor.pk if actor else None,
    }
