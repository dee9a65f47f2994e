"""Keep what people do with a message: they read it, open it, follow its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.models import Reaction, WebhookEvent
from seven_dashboard.gateway.events import GatewayEvent, RcsStatus, Tracking

Kind = Reaction.Kind
_URL, _TRACKING_URL = 500, 200


@dataclass(frozen=True, slots=True)
class Hit:
    """What one event says that a person did with one message."""

    event: WebhookEvent
    gateway_id: str
    foreign_id: str | None
    kind: str
    serial: int
    at: datetime
    url: str = ""
    tracking_url: str = ""
    # Whom it went to is not told.
    recipient: str = ""


def of_event(stored: WebhookEvent, event: GatewayEvent) -> Hit | None:
    """Return what an event says that a person did, None if it says nothing of it."""
    data, at = event.data, event.occurred_at or stored.received_at
    if isinstance(data, RcsStatus) and data.status.upper() == "READ":
        gateway_id = data.message_id[:32]
        return Hit(stored, gateway_id, data.foreign_id, Kind.READ, 1, at)
    if not isinstance(data, Tracking) or data.type not in (Kind.CLICK, Kind.VIEW):
        return None
    is_click = data.type == Kind.CLICK
    total = data.total_clicks if is_click else data.total_views
    return Hit(
        stored,
        data.message_id[:32],
        None,
        data.type,
        # Without a count, what happened in the same second is the same.
        total or round(at.timestamp()),
        at,
        url=data.final_url[:_URL],
        tracking_url=data.tracking_url[:_TRACKING_URL],
    )


def keep(hits: Sequence[Hit], messages: Mapping[int, tuple[int, str]]) -> None:
    """Store each hit once; ``messages`` are those of ``matching.messages_of``."""
    rows = []
    for hit in hits:
        message_id, campaign_id = messages[hit.event.pk]
        rows.append(
            Reaction(
                campaign_id=campaign_id,
                message_id=message_id,
                kind=hit.kind,
                url=hit.url,
                tracking_url=hit.tracking_url,
                serial=hit.serial,
                at=hit.at,
            )
        )
    Reaction.objects.bulk_create(rows, ignore_conflicts=True)
