"""What people did with a campaign so far: quick counts for a page that polls."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from messaging.models import Campaign, InboundMessage, Reaction

# Counting stops here; the report has the exact figures.
MOST = 10_000
CACHE_S = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """Events, not people; MOST means that many or more."""

    replies: int = 0
    clicks: int = 0
    reads: int = 0


def counted(campaign: Campaign) -> Counted:
    """Return replies, clicks and reads, at most MOST of each and some seconds old."""
    key = f"responses:{campaign.pk}"
    known: Counted | None = cache.get(key)
    if known is None:
        known = Counted(
            replies=_replies(campaign),
            clicks=_reactions(campaign, Reaction.Kind.CLICK),
            reads=_reactions(campaign, Reaction.Kind.READ),
        )
        cache.set(key, known, timeout=CACHE_S)
    return known


def _replies(campaign: Campaign) -> int:
    rows = InboundMessage.objects.filter(campaign=campaign, is_opt_out=False)
    return rows.order_by("-pk").values("pk")[:MOST].count()


def _reactions(campaign: Campaign, kind: str) -> int:
    rows = Reaction.objects.filter(campaign=campaign, kind=kind)
    return rows.order_by("-pk").values("pk")[:MOST].count()
