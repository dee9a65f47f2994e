"""A campaign's progress as plain values, for commands and scripts."""

from __future__ import annotations

from typing import Any

from messaging.models import Campaign
from messaging.selectors import messages, tallies
from messaging.states import UNSETTLED


def of(campaign: Campaign) -> dict[str, Any]:
    """Return state and totals; cost is EUR as text, times are ISO.

    A campaign is finished when every row is settled: accepted, final or refused.
    `for_a_person` counts unclear messages that a person may settle.
    """
    totals = tallies.of_campaign(campaign.pk)
    return {
        "id": str(campaign.pk),
        "name": campaign.name,
        "channel": campaign.channel,
        "state": str(campaign.state),
        "pause_reason": campaign.pause_reason,
        "total": totals.total,
        "settled": totals.total - totals.of(*UNSETTLED),
        "sent": totals.sent,
        "parts": totals.parts,
        "cost": str(totals.cost),
        "for_a_person": messages.for_person(campaign).count(),
        "launched_at": _iso(campaign.launched_at),
        "finished_at": _iso(campaign.finished_at),
        "totals": {str(state): n for state, n in sorted(totals.states.items())},
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
