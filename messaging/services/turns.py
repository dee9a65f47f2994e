"""Whose turn it is to claim: shared fairly by campaigns, single messages first.

A claim takes as many messages as there are tokens, room in the window and free threads.
"""

from __future__ import annotations

from messaging import contents, options, pacing
from messaging.claims import RECIPIENTS_OF_A_CALL
from messaging.models import Campaign
from messaging.pacing import Bucket
from messaging.services import claiming
from messaging.services.floor_runs import WRITE_EVERY_S, Run
from messaging.services.spending import PriceOf

# Messages and calls of one campaign before the next one has its turn.
TURN, TURN_CALLS = 2000, 500
# Tokens are let gather so long before a claim, up to so many: a claim of one row costs
# as much as one of fifty, and one request takes a hundred of one text.
GATHER_S, GATHER_MOST = 0.1, 100


def claim_round(floor: Run, price_of: PriceOf) -> float:
    """Let each campaign claim its turn; return how long to wait for answers."""
    room = floor.window - floor.flights.messages
    if room < max(1, floor.window // 4) or floor.flights.is_crowded:
        return WRITE_EVERY_S
    singles = [c for c in floor.running if c.kind == Campaign.Kind.SINGLE]
    bulk = [c for c in floor.running if c.kind != Campaign.Kind.SINGLE]
    # A campaign that joins later has no claim to what it missed.
    known = [floor.served[c.pk] for c in bulk if c.pk in floor.served]
    least = min(known, default=0)
    bulk.sort(key=lambda c: floor.served.setdefault(c.pk, least))
    share = max(1, min(TURN, -(-room // max(1, len(bulk)))))
    found_any, wait_s = False, WRITE_EVERY_S
    for campaign in singles + bulk:
        claims, pause_s = _claim(floor, campaign, min(share, room), price_of)
        room -= claims
        found_any = found_any or claims > 0 or pause_s > 0
        wait_s = min(wait_s, pause_s) if pause_s else wait_s
        if room <= 0 or floor.flights.room <= 0:
            break
    if not found_any and not floor.flights.calls and room > 0:
        floor.report.stopped_by = "nothing to send"
    return wait_s if not floor.flights.calls else min(wait_s, WRITE_EVERY_S)


def _claim(
    floor: Run, campaign: Campaign, wanted: int, price_of: PriceOf
) -> tuple[int, float]:
    """Claim for one campaign; return how many, and how long until a token comes."""
    most_calls = min(TURN_CALLS, floor.flights.room)
    shared = _recipients_of_a_call(campaign)
    if campaign.kind == Campaign.Kind.SINGLE:
        wanted = min(wanted, 1)
    elif shared == 1:
        wanted = min(wanted, most_calls)
    if wanted <= 0:
        return 0, 0.0
    buckets = _buckets(floor, campaign)
    least = int(min(bucket.rate_per_s for bucket in buckets) * GATHER_S)
    grant = pacing.take(wanted, *buckets, least=min(least, GATHER_MOST))
    if not grant.tokens:
        return 0, max(grant.wait_s, 0.001)
    # Whole requests; what is left of the tokens goes back and is soon one more.
    limit = grant.tokens - grant.tokens % shared or grant.tokens
    found = claiming.claim(
        campaign.pk, limit=limit, most_calls=most_calls, price_of=price_of
    )
    claims = 0
    for call in found.calls:
        claims += len(call.claims)
        floor.flights.start(call)
    floor.report.claimed += claims
    floor.report.skipped += found.skipped
    if campaign.pk in floor.served:
        floor.served[campaign.pk] += claims
    pacing.give_back(grant.tokens - claims, *buckets)
    return claims, 0.0 if claims else 0.001 * bool(found.skipped)


def _recipients_of_a_call(campaign: Campaign) -> int:
    """Return how many recipients share a request: one, unless all get one text."""
    usual = options.read(campaign.channel, campaign.options)
    if contents.variables_of(campaign.text, usual):
        return 1
    return RECIPIENTS_OF_A_CALL[campaign.channel]


def _buckets(floor: Run, campaign: Campaign) -> tuple[Bucket, ...]:
    """Return the buckets a message has to find a token in."""
    usual = floor.connection.rate_per_s
    shared = pacing.of_connection(floor.connection.pk, floor.pace)
    own = campaign.rate_per_s or usual
    if own >= floor.pace:
        return (shared,)
    return (shared, pacing.of_campaign(campaign.pk, own))
