"""Act on what people say about wanting messages, and answer them once.

The later word of a person counts, by the time at which it was written: webhooks and
journals bring words late and out of order. Of two in the same second, STOP counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal

from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from contacts import phone as phones
from contacts.number_forms import forms
from contacts.services import opt_outs, persons
from messaging import contents, senders
from messaging.models import Campaign, InboundMessage, Message
from messaging.selectors import channel_prices, stop_rules
from messaging.services import prerequisites
from messaging.services.checks import CENT
from messaging.states import CampaignState
from messaging.stop_words import Meaning
from seven_dashboard.errors import Refused

# A message that comes later than this may be older than what a person decided since.
LATE = timedelta(seconds=10)
# Nobody is answered long after they wrote, nor twice a day: a machine may answer us.
ANSWER_WITHIN = timedelta(minutes=30)
ONCE_IN = timedelta(hours=24)


def act(
    message: InboundMessage, number: str, meaning: Meaning, *, is_new: bool
) -> None:
    """Do what a message from a number (E.164) asks for; again is harmless.

    The caller has a transaction open, in which the message was stored.
    """
    workspace = message.workspace
    if meaning == Meaning.STOP:
        # Whoever's id it is: a STOP is never lost.
        if _is_overtaken(message, by_start=True) or was_allowed_since(message, number):
            return
        persons.stop(workspace=workspace, phone=number, text=message.text)
    elif meaning == Meaning.START:
        if not is_new or _is_overtaken(message, by_start=False):
            return
        has_changed = persons.start(
            workspace=workspace,
            phone=number,
            text=message.text,
            until=message.received_at + LATE,
        )
        if not has_changed:
            return
    if is_new and meaning:
        _answer(message, number, meaning)


def was_allowed_since(message: InboundMessage, number: str) -> bool:
    """Say whether somebody took the number off the list after this message."""
    if timezone.now() - message.received_at < LATE:
        return False
    return AuditEntry.objects.filter(
        workspace=message.workspace,
        action=opt_outs.REMOVE,
        subject__in=forms(number),
        before__channel__in=("", message.channel),
        # The gateway counts whole seconds.
        at__gt=message.received_at + timedelta(seconds=1),
    ).exists()


def _is_overtaken(message: InboundMessage, *, by_start: bool) -> bool:
    """Say whether the same person has said the opposite later on."""
    theirs = InboundMessage.objects.filter(
        workspace=message.workspace, sender__in=forms(message.sender)
    )
    if by_start:
        # A time that is still to come is wrong, and would silence every STOP till then.
        later = theirs.filter(
            is_opt_in=True,
            received_at__gt=message.received_at,
            received_at__lte=timezone.now() + LATE,
        )
    else:
        later = theirs.filter(is_opt_out=True, received_at__gte=message.received_at)
    return later.exists()


def _answer(message: InboundMessage, number: str, meaning: Meaning) -> None:
    """Queue the confirmation that the workspace wants to be sent, if any."""
    rules = stop_rules.of(message.workspace)
    is_stop = meaning == Meaning.STOP
    text = rules.stop_text if is_stop else rules.start_text
    is_wanted = rules.confirms_stop if is_stop else rules.confirms_start
    if not (is_wanted and text) or message.received_at < _ago(ANSWER_WITHIN):
        return
    if _was_answered(message, meaning) or _are_enough(message, rules.most_per_day):
        return
    try:
        _queue(message, number, text, meaning)
    except Refused:
        # Without a working connection the wish holds all the same, unanswered.
        return


def _queue(message: InboundMessage, number: str, text: str, meaning: Meaning) -> None:
    workspace = message.workspace
    prerequisites.working_connection(workspace)
    found = phones.parse(number, country=workspace.country)
    country = found.country if found else ""
    now = timezone.now()
    campaign = Campaign.objects.create(
        workspace=workspace,
        kind=Campaign.Kind.SINGLE,
        name=number,
        channel=message.channel,
        text=text,
        sender=_sender(message),
        confirms=message,
        confirms_wish=meaning,
        state=CampaignState.SENDING,
        cost_agreed=_cost(workspace, message.channel, text, country),
        total=1,
        launched_at=now,
        prepared_at=now,
    )
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        contact=message.contact,
        channel=message.channel,
        recipient=number,
        country=country,
        due_at=now,
    )


def _sender(message: InboundMessage) -> str:
    """Return the number or agent that was written to, if messages can come from it."""
    try:
        return senders.check(message.channel, message.recipient)
    except Refused:
        return ""


def _cost(
    workspace: Workspace, channel: str, text: str, country: str
) -> Decimal | None:
    price = channel_prices.by_country(workspace, channel).get(country)
    if price is None:
        return None
    cost = contents.units(channel, text) * price.highest
    return cost.quantize(CENT, rounding=ROUND_UP)


def _was_answered(message: InboundMessage, meaning: Meaning) -> bool:
    return Campaign.objects.filter(
        workspace=message.workspace,
        created_at__gt=_ago(ONCE_IN),
        confirms__sender__in=forms(message.sender),
        confirms_wish=meaning,
    ).exists()


def _are_enough(message: InboundMessage, most: int) -> bool:
    today = Campaign.objects.filter(
        workspace=message.workspace, created_at__gt=_ago(ONCE_IN)
    ).exclude(confirms_wish="")
    return len(today.order_by("-created_at").values_list("pk")[:most]) >= most


def _ago(span: timedelta) -> datetime:
    return timezone.now() - span
