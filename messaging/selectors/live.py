"""Everything the page of a launched campaign shows, in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts.models import Channel
from messaging import pauses
from messaging.models import Campaign, Message
from messaging.pauses import Pause
from messaging.selectors import (
    bills,
    messages,
    pace,
    progress,
    responses,
    troubles,
    waits,
    way,
)
from messaging.selectors.bills import Bill
from messaging.selectors.pace import Pace
from messaging.selectors.progress import Progress
from messaging.selectors.responses import Counted
from messaging.selectors.troubles import Trouble
from messaging.selectors.way import WayFact
from messaging.states import CampaignState, MessageState
from seven_dashboard.statuses import find

RUNNING_POLL_S = 2
REPORTS_POLL_S = 10
CENT = Decimal("0.01")
ROOM = Decimal("1.1")
# Reports that have not come by then are looked at without hurry.
REPORTS_WATCHED = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Live:
    """``poll_s``: look again after so many seconds; 0 once nothing will change soon."""

    campaign: Campaign
    progress: Progress
    pace: Pace
    troubles: list[Trouble] = field(default_factory=list)
    unclear: list[Message] = field(default_factory=list)
    way: list[WayFact] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)
    # Why nothing is sent now, and when it goes on.
    wait: str = ""
    bill: Bill | None = None
    poll_s: int = 0

    most_counted = responses.MOST
    under_way = (CampaignState.PREPARING, CampaignState.SENDING)
    cancellable = (*under_way, CampaignState.PAUSED)

    @property
    def pause(self) -> Pause:
        return pauses.explain(self.campaign.pause_reason)

    @property
    def is_still_asked(self) -> bool:
        """Say whether the journal may yet tell of what a person may settle."""
        return any(message.lease_until for message in self.unclear)

    @property
    def commonest(self) -> list[Trouble]:
        """Return the commonest reasons of failed messages, most messages first."""
        failed = [t for t in self.troubles if t.state != MessageState.SKIPPED]
        return sorted(failed, key=lambda trouble: -trouble.messages)[:3]

    @property
    def head_key(self) -> str:
        """Name what the page's head shows, to send it again only when that changed."""
        campaign = self.campaign
        return f"{campaign.state}-{campaign.pause_reason}-{self.can_retry:d}"

    @property
    def is_call(self) -> bool:
        return self.campaign.channel == Channel.VOICE

    @property
    def is_over(self) -> bool:
        return self.campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED)

    @property
    def tone(self) -> str:
        if self.campaign.state == CampaignState.PAUSED:
            return "warning"
        return "success" if self.campaign.state == CampaignState.FINISHED else ""

    @property
    def failed(self) -> int:
        return self.progress.not_delivered + self.progress.refused

    @property
    def failures(self) -> list[tuple[str, int]]:
        """Return state and messages of each way to fail that occurred."""
        found = self.progress
        states = {MessageState.UNDELIVERED: found.undelivered}
        if self.is_call:
            # Of a call both are one thing: nobody answered.
            states[MessageState.UNDELIVERED] = found.not_delivered
        else:
            states[MessageState.EXPIRED] = found.expired
        states[MessageState.REFUSED] = found.refused
        return [(state.value, count) for state, count in states.items() if count]

    @property
    def widest(self) -> int:
        return max(1, self.progress.recipients, self.progress.skipped)

    @property
    def funnel(self) -> list[tuple[str, int, str]]:
        """Return label, messages and colour of each step, each within the one before.

        Replies and clicks are counted up to ``responses.MOST``.
        """
        found = self.progress
        arrived = str(find("delivered", channel=self.campaign.channel).label)
        steps = [
            (_("Recipients"), found.recipients, "queued"),
            (_("Handed to the gateway"), found.sent, "accepted"),
            (arrived, found.delivered, "delivered"),
        ]
        if self.counted.reads:
            steps.append((pgettext("message state", "Read"), self.counted.reads, "rcs"))
        if self.counted.clicks:
            steps.append((_("Clicks"), self.counted.clicks, "sms"))
        return [*steps, (_("Replies"), self.counted.replies, "voice")]

    @property
    def rest(self) -> list[tuple[str, int, str]]:
        """Return the same for those who have not got it, empty lines left out."""
        found = self.progress
        lines = [
            (_("Waiting"), found.waiting, "queued"),
            (_("Unclear"), found.unclear, "unclear"),
            (_("On the way"), found.awaiting, "accepted"),
            *(
                (str(find(state, channel=self.campaign.channel).label), count, state)
                for state, count in self.failures
            ),
            (_("Skipped"), found.skipped, "skipped"),
            (_("Cancelled"), found.cancelled, "skipped"),
        ]
        return [line for line in lines if line[1]]

    @property
    def took_s(self) -> float | None:
        """Return seconds from the launch to the end; pauses count."""
        began, ended = self.campaign.launched_at, self.campaign.finished_at
        return (ended - began).total_seconds() if began and ended else None

    @property
    def advice(self) -> list[str]:
        """Return what there is to do about the rest, once a campaign has ended."""
        return _advice(self) if self.is_over else []

    @property
    def retryable(self) -> int:
        """Return how many refusals may pass at another try, of the newest ones."""
        return sum(t.messages for t in self.troubles if t.can_retry)

    @property
    def retryable_is_more(self) -> bool:
        return any(t.is_more for t in self.troubles if t.can_retry)

    @property
    def can_retry(self) -> bool:
        return self.retryable > 0

    @property
    def suggested_bound(self) -> Decimal:
        """Return EUR that the rest will need at the mean price so far, and a tenth."""
        found = self.progress
        mean = found.cost / found.sent if found.sent else Decimal(0)
        needed = found.cost + mean * (found.recipients - found.settled) * ROOM
        return needed.quantize(CENT, rounding=ROUND_UP)

    @property
    def cost_share(self) -> Decimal | None:
        """Cost so far of the agreed cost, 0 to 1 and above; None without a bound."""
        agreed = self.campaign.cost_agreed
        return self.progress.cost / agreed if agreed else None


def of(campaign: Campaign) -> Live:
    """Return what there is to see of a launched campaign."""
    found = progress.of_one(campaign)
    is_running = campaign.state in Live.cancellable
    has_trouble = found.refused or found.not_delivered or found.skipped
    wait = waits.sentence(campaign)
    return Live(
        campaign=campaign,
        progress=found,
        pace=pace.of(campaign, found),
        troubles=troubles.newest(campaign) if has_trouble else [],
        way=way.of(campaign) if is_running else [],
        counted=responses.counted(campaign) if is_running else Counted(),
        unclear=messages.unclear_for_person(campaign) if found.unclear else [],
        wait=wait,
        bill=bills.awaited(campaign) if found.waiting and not wait else None,
        poll_s=_poll_s(campaign, found),
    )


def _advice(live: Live) -> list[str]:
    found = live.progress
    sentences = []
    if live.can_retry:
        sentences.append(
            _("Some refusals pass by themselves: send the failed ones again.")
        )
    if found.not_delivered and not live.is_call:
        # A call that nobody takes costs nothing.
        sentences.append(
            _(
                "Numbers that are never reached cost money each time: look at them and "
                "correct or remove them."
            )
        )
    if found.awaiting and not live.poll_s:
        sentences.append(
            _("Reports that are still missing are asked for at the gateway.")
        )
    if found.cancelled:
        sentences.append(
            _("To reach those that were cancelled, duplicate the campaign.")
        )
    return sentences


def _poll_s(campaign: Campaign, found: Progress) -> int:
    if campaign.state in (
        CampaignState.PREPARING,
        CampaignState.SENDING,
        CampaignState.PAUSED,
    ):
        return RUNNING_POLL_S
    is_fresh = (
        campaign.finished_at is not None
        and timezone.now() - campaign.finished_at < REPORTS_WATCHED
    )
    return REPORTS_POLL_S if is_fresh and (found.awaiting or found.waiting) else 0
