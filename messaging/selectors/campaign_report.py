"""Everything that the report of an ended campaign shows, from its kept figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import countries
from contacts.models import Channel
from messaging import attribution, figures, remedies
from messaging.figures import Figures, Line
from messaging.models import Campaign, Summary
from messaging.outcomes import RETRYABLE_CODES
from messaging.selectors import answers, troubles
from messaging.selectors.progress import share
from messaging.states import AT_GATEWAY, AWAITING_REPORT, MessageState
from seven_dashboard.statuses import find


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel; ``of_before`` is its share of the step before."""

    label: str
    key: str
    count: int
    of_before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A line of a table by country, network or price, with its name."""

    name: str
    line: Line

    @property
    def delivered_share(self) -> Decimal | None:
        return share(self.line.delivered, self.line.sent)


@dataclass(frozen=True, slots=True)
class Unreached:
    """Messages that did not arrive for one reason, and what to do about it."""

    state: str
    code: int | None
    skip_reason: str
    messages: int
    sentence: str
    remedy: str
    can_retry: bool
    word: str = ""

    @property
    def reason(self) -> str:
        """Return the reason in the words of an address."""
        return troubles.reason_of(self.code, self.skip_reason, self.word)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a campaign in the words of its channel; amounts are EUR.

    ``figures`` is None until they were worked out for the first time; ``is_awaited``
    says that newer ones are on their way.
    """

    campaign: Campaign
    figures: Figures | None
    computed_at: datetime | None
    is_awaited: bool

    window_days = attribution.WINDOW.days

    @property
    def known(self) -> Figures:
        return self.figures or Figures()

    @property
    def is_call(self) -> bool:
        return self.campaign.channel == Channel.VOICE

    @property
    def is_rcs(self) -> bool:
        return self.campaign.channel == Channel.RCS

    @property
    def recipients(self) -> int:
        every = sum(self.known.states.values())
        return every - self.known.of(MessageState.SKIPPED)

    @property
    def sent(self) -> int:
        return self.known.of(*AT_GATEWAY)

    @property
    def delivered(self) -> int:
        return self.known.of(MessageState.DELIVERED)

    @property
    def awaiting(self) -> int:
        return self.known.of(*AWAITING_REPORT)

    @property
    def delivered_share(self) -> Decimal | None:
        return share(self.delivered, self.sent)

    @property
    def cost_per_delivered(self) -> Decimal | None:
        return self.known.cost / self.delivered if self.delivered else None

    @property
    def replied_share(self) -> Decimal | None:
        return share(self.known.responses.people_replied, self.delivered)

    @property
    def is_tracked(self) -> bool:
        """Say whether clicks could be counted, or were counted all the same."""
        return self.has_clicks or bool(self.campaign.options.get("has_tracking"))

    @property
    def clicked_share(self) -> Decimal | None:
        if not self.is_tracked:
            return None
        return share(self.known.responses.people_clicked, self.delivered)

    @property
    def read_share(self) -> Decimal | None:
        return share(self.known.responses.people_read, self.delivered)

    @property
    def opted_out_share(self) -> Decimal | None:
        return share(self.known.responses.opt_outs, self.delivered)

    @property
    def delivered_word(self) -> str:
        """Return what "delivered" is called on this channel."""
        return str(find("delivered", channel=self.campaign.channel).label)

    @property
    def has_clicks(self) -> bool:
        told = self.known.responses
        return bool(told.clicks or told.views)

    @property
    def steps(self) -> list[Step]:
        """Return the funnel; steps that cannot be measured here are left out."""
        told = self.known.responses
        steps = [
            (_("Recipients"), "queued", self.recipients),
            (_("Called") if self.is_call else _("Sent"), "accepted", self.sent),
            (self.delivered_word, "delivered", self.delivered),
        ]
        if self.is_rcs or told.people_read:
            steps.append((pgettext("message state", "Read"), "read", told.people_read))
        if told.people_viewed:
            steps.append((_("Opened a link's page"), "rcs", told.people_viewed))
        if told.people_clicked:
            steps.append((_("Clicked"), "sms", told.people_clicked))
        steps.append((_("Replied"), "voice", told.people_replied))
        found: list[Step] = []
        for at, (label, key, count) in enumerate(steps):
            # People reply without clicking: after delivery, shares are of delivered.
            before = steps[min(at - 1, 2)][2] if at else 0
            found.append(Step(label, key, count, share(count, before)))
        return found

    @property
    def countries(self) -> list[Share]:
        return [
            Share(countries.name_of(line.key) if line.key else _("Unknown"), line)
            for line in self.known.countries
        ]

    @property
    def networks(self) -> list[Share]:
        """Return the networks, nothing where none of them is known."""
        lines = self.known.networks
        if not any(line.key for line in lines):
            return []
        return [Share(line.key or _("Not known"), line) for line in lines]

    @property
    def prices(self) -> list[Share]:
        return [Share(line.key, line) for line in self.known.prices]

    @property
    def unreached(self) -> list[Unreached]:
        return [
            Unreached(
                state=reason.state,
                code=reason.code,
                skip_reason=reason.skip_reason,
                messages=reason.messages,
                sentence=troubles.sentence_of(
                    reason.state, reason.code, reason.skip_reason, reason.word
                ),
                remedy=remedies.remedy(
                    reason.state, reason.code, reason.skip_reason, reason.word
                ),
                word=reason.word,
                can_retry=reason.state == MessageState.REFUSED
                and reason.code in RETRYABLE_CODES,
            )
            for reason in self.known.reasons
        ]

    @property
    def answers(self) -> list[answers.Line]:
        """Return what people pressed; nothing where no key means anything."""
        return answers.lines(self.campaign, self.known)

    @property
    def mark(self) -> str:
        """Name what is shown, to send it again only when that changed."""
        stamp = self.computed_at.timestamp() if self.computed_at else 0
        return f"{stamp:.3f}-{self.is_awaited:d}"


def of(campaign: Campaign, summary: Summary) -> Report:
    """Return the report of a campaign from what is known of it."""
    is_known = summary.computed_at is not None and summary.version == figures.VERSION
    return Report(
        campaign=campaign,
        figures=figures.from_json(summary.figures) if is_known else None,
        computed_at=summary.computed_at if is_known else None,
        is_awaited=summary.asked_at is not None,
    )


def summaries_of(campaigns: Sequence[Campaign]) -> dict[object, Summary]:
    """Return the kept summary of each campaign, an empty one where there is none."""
    kept = {s.pk: s for s in Summary.objects.filter(campaign__in=campaigns)}
    return {c.pk: kept.get(c.pk) or Summary(campaign=c) for c in campaigns}
