"""What segments may ask of messages and replies: registered with `contacts` at start.

Messages are found by the number they went to, so that a contact that was deleted and
imported again has the past of its number. A merge makes one person of several numbers;
what went to the earlier ones counts too, but for the last message, which is about the
number that the next one would go to.

"Sent" is what the gateway has or may have: accepted, on the way, delivered, not
delivered, expired, and what is being sent or is unclear (`states.SENT`). Its time is
that of the last attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts.models import FormerNumber
from contacts.segments.catalog import Field, Operator
from contacts.segments.moments import Moment
from contacts.segments.options import Choice, Choices, Fixed
from contacts.segments.values import MAX_DAYS, Pair, Whole
from contacts.selectors import segment_sql as sql
from contacts.selectors.segment_links import Named, uuids
from messaging.models import Campaign, InboundMessage, Message
from messaging.states import AWAITING_REPORT, REACHED, SENT, CampaignState, MessageState

SECTION = _("Messages")
# What was skipped for want of a number has none either, and there can be many of them:
# whoever has no number is not looked up.
_NUMBER = NullIf(OuterRef("phone"), Value(""))
MAX_CAMPAIGNS = 200
MAX_MESSAGES = 1_000
_UNIT = (_("days"),)
_DAYS = Whole(0, MAX_DAYS)

# What a person is told of a message, and the states that this is.
OUTCOMES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "delivered": (_("delivered"), (MessageState.DELIVERED,)),
    "undelivered": (
        _("not delivered"),
        (MessageState.UNDELIVERED, MessageState.EXPIRED),
    ),
    "on_the_way": (_("on the way"), AWAITING_REPORT),
    "unclear": (_("unclear"), (MessageState.UNCLEAR, MessageState.SENDING)),
}
CAMPAIGN_OUTCOMES = {
    **OUTCOMES,
    "queued": (_("waiting"), (MessageState.QUEUED,)),
    "refused": (_("refused"), (MessageState.REFUSED,)),
    "skipped": (_("skipped"), (MessageState.SKIPPED,)),
    "cancelled": (_("cancelled"), (MessageState.CANCELLED,)),
}


class Campaigns(Named):
    """The launched campaigns of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        mine = Campaign.objects.filter(workspace=workspace, kind=Campaign.Kind.BULK)
        super().__init__(mine.exclude(state=CampaignState.DRAFT).only("name"))

    def offered(self) -> QuerySet[Campaign]:
        return self._rows.order_by("-created_at")[:MAX_CAMPAIGNS]


def fields(workspace: Workspace) -> list[Field]:
    """Return the fields about what passed between a contact and us."""
    return [
        Field("last_sent", _("Message"), SECTION, _last_sent(workspace)),
        Field("last_state", _("Last message"), SECTION, _last_state()),
        Field("delivered", _("Delivered message"), SECTION, _delivered(workspace)),
        Field("count", _("Number of messages"), SECTION, _counts()),
        Field("replied", _("Reply"), SECTION, _replies(workspace)),
        Field("campaign", _("Campaign"), SECTION, _campaigns(workspace)),
    ]


def reached(workspace: Workspace, campaigns: Sequence[Any]) -> Q:
    """Return whom any of some campaigns has reached, or is about to."""
    rows = Message.objects.filter(
        campaign__in=list(campaigns), state__in=REACHED
    ).exclude(recipient="")
    return _to_numbers(workspace, rows, "recipient")


def _to_numbers(workspace: Workspace, rows: QuerySet[Any], name: str) -> Q:
    """Return whose number, or one of before a merge, some rows are about."""
    mine = Q(Exists(rows.filter(**{"workspace_id": workspace.pk, name: _NUMBER})))
    former = FormerNumber.objects.filter(workspace=workspace)
    if not former.exists():
        return mine
    theirs = rows.filter(**{"workspace_id": workspace.pk, name: OuterRef("phone")})
    held = former.filter(Exists(theirs)).values("contact_id")
    return mine | Q(pk__in=held)


def _sent(since: Any = None) -> QuerySet[Message]:
    rows = Message.objects.filter(state__in=SENT)
    return rows if since is None else rows.filter(attempted_at__gte=since)


def _last_sent(workspace: Workspace) -> tuple[Operator, ...]:
    def within(moment: Moment, value: Any) -> Q:
        return _to_numbers(workspace, _sent(moment.days_ago(value)), "recipient")

    def not_within(moment: Moment, value: Any) -> Q:
        return ~within(moment, value)

    def ever(moment: Moment, value: Any) -> Q:
        return _to_numbers(workspace, _sent(), "recipient")

    def never(moment: Moment, value: Any) -> Q:
        return ~ever(moment, value)

    return (
        _days(
            "within",
            _("sent within the last"),
            _("a message in the last %(value)s days"),
            within,
        ),
        _days(
            "not_within",
            _("not sent within the last"),
            _("no message in the last %(value)s days"),
            not_within,
        ),
        Operator("ever", _("ever sent"), _("a message at some time"), ever),
        Operator("never", _("never sent"), _("never a message"), never),
    )


def _last_state() -> tuple[Operator, ...]:
    listed = Choice(
        Fixed(tuple((name, label) for name, (label, _states) in OUTCOMES.items())),
        _("A message does not end like this."),
    )

    def ended(moment: Moment, value: Any) -> Q:
        last = (
            Message.objects.filter(
                workspace_id=OuterRef("workspace_id"),
                recipient=OuterRef("phone"),
                state__in=SENT,
            )
            .order_by("-id")
            .values("state")[:1]
        )
        # Never NULL, whose opposite would not hold either.
        state = Coalesce(Subquery(last), Value(""))
        return ~Q(phone="") & Q(In(state, OUTCOMES[value][1]))

    return (Operator("is", _("is"), _("last message %(value)s"), ended, listed),)


def _delivered(workspace: Workspace) -> tuple[Operator, ...]:
    def rows(since: Any = None) -> QuerySet[Message]:
        return _sent(since).filter(state=MessageState.DELIVERED)

    def within(moment: Moment, value: Any) -> Q:
        return _to_numbers(workspace, rows(moment.days_ago(value)), "recipient")

    def not_within(moment: Moment, value: Any) -> Q:
        return ~within(moment, value)

    def ever(moment: Moment, value: Any) -> Q:
        return _to_numbers(workspace, rows(), "recipient")

    def never(moment: Moment, value: Any) -> Q:
        return ~ever(moment, value)

    return (
        _days(
            "within",
            _("sent within the last"),
            _("a delivered message in the last %(value)s days"),
            within,
        ),
        _days(
            "not_within",
            _("not sent within the last"),
            _("no delivered message in the last %(value)s days"),
            not_within,
        ),
        Operator("ever", _("at some time"), _("delivered at least once"), ever),
        Operator("never", _("never"), _("never delivered"), never),
    )


def _counts() -> tuple[Operator, ...]:
    pair = Pair(Whole(0, MAX_MESSAGES), _DAYS)

    def number(moment: Moment, days: int) -> Any:
        rows = _sent(moment.days_ago(days)).filter(
            workspace_id=OuterRef("workspace_id"), recipient=_NUMBER
        )
        counted = rows.order_by().values("workspace_id").annotate(n=Count("pk"))
        return Coalesce(
            Subquery(counted.values("n")), Value(0), output_field=IntegerField()
        )

    def at_least(moment: Moment, value: Any) -> Q:
        return sql.asks(sql.AtLeast(number(moment, value[1]), Value(value[0])))

    def at_most(moment: Moment, value: Any) -> Q:
        return sql.asks(sql.AtMost(number(moment, value[1]), Value(value[0])))

    words = (pgettext_lazy("so many messages", "in the last"), _("days"))
    return (
        Operator(
            "at_least",
            _("is at least"),
            _("at least %(first)s messages in the last %(second)s days"),
            at_least,
            pair,
            after=words,
        ),
        Operator(
            "at_most",
            _("is at most"),
            _("at most %(first)s messages in the last %(second)s days"),
            at_most,
            pair,
            after=words,
        ),
    )


def _replies(workspace: Workspace) -> tuple[Operator, ...]:
    def within(moment: Moment, value: Any) -> Q:
        rows = InboundMessage.objects.filter(received_at__gte=moment.days_ago(value))
        return _to_numbers(workspace, rows, "sender")

    def not_within(moment: Moment, value: Any) -> Q:
        return ~within(moment, value)

    def ever(moment: Moment, value: Any) -> Q:
        return _to_numbers(workspace, InboundMessage.objects.all(), "sender")

    def never(moment: Moment, value: Any) -> Q:
        return ~ever(moment, value)

    def stop(moment: Moment, value: Any) -> Q:
        rows = InboundMessage.objects.filter(is_opt_out=True)
        return _to_numbers(workspace, rows, "sender")

    return (
        _days(
            "within",
            _("came within the last"),
            _("replied in the last %(value)s days"),
            within,
        ),
        _days(
            "not_within",
            _("did not come within the last"),
            _("no reply in the last %(value)s days"),
            not_within,
        ),
        Operator("ever", _("came at some time"), _("replied at some time"), ever),
        Operator("never", _("never came"), _("never replied"), never),
        Operator("stop", _("said STOP"), _("replied STOP"), stop),
    )


def _campaigns(workspace: Workspace) -> tuple[Operator, ...]:
    gone = _("This campaign does not exist.")
    launched = Campaigns(workspace)
    several = Choices(launched, gone)
    outcomes = Choice(
        Fixed(tuple((k, label) for k, (label, _s) in CAMPAIGN_OUTCOMES.items())),
        _("A message does not end like this."),
    )

    def was_reached(moment: Moment, value: Any) -> Q:
        return reached(workspace, uuids(value))

    def not_reached(moment: Moment, value: Any) -> Q:
        return ~was_reached(moment, value)

    def ended(moment: Moment, value: Any) -> Q:
        rows = Message.objects.filter(
            campaign__in=uuids(value[:1]), state__in=CAMPAIGN_OUTCOMES[value[1]][1]
        ).exclude(recipient="")
        return _to_numbers(workspace, rows, "recipient")

    return (
        Operator(
            "reached",
            _("has reached them"),
            _("reached by campaign %(value)s"),
            was_reached,
            several,
        ),
        Operator(
            "not_reached",
            _("has not reached them"),
            _("not reached by campaign %(value)s"),
            not_reached,
            several,
        ),
        Operator(
            "state",
            _("has a message that is"),
            _("message of campaign %(first)s is %(second)s"),
            ended,
            Pair(Choice(launched, gone), outcomes),
        ),
    )


def _days(name: str, label: Any, phrase: Any, make: Any) -> Operator:
    return Operator(name, label, phrase, make, _DAYS, after=_UNIT)
