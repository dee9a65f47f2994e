"""One message from the page of a person: agreed to at a named cost, sent once.

The quote that a person sees names its text, sender, recipient and cost in a signed
token, which also holds the id that the message's campaign will have. Sending again with
the same token finds that campaign; anything that has changed since needs a new look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_UP, Decimal
from uuid import UUID, uuid4

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from contacts.models import Channel, Contact
from contacts.selectors import contacts
from contacts.selectors import fields as contact_fields
from messaging import contents, placeholders, senders, text_parts
from messaging.models import Campaign
from messaging.options import Options, SmsOptions, as_json, filled
from messaging.options import read as read_options
from messaging.rendering import MissingValue
from messaging.selectors import audiences, channel_prices
from messaging.services import prerequisites, singles
from messaging.services.checks import CENT
from messaging.text_parts import TextSize
from seven_dashboard.errors import Refused

SALT = "messaging.quick_send"
# A price is agreed to for so long.
TOKEN_AGE_S = 3_600
LATEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Quote:
    """A message as it would be sent. Costs are EUR, None where no price is known."""

    recipient: str
    contact: Contact | None
    text: str
    sender: str
    size: TextSize
    cost: Decimal | None
    cost_bound: Decimal | None
    balance: Decimal | None
    channel: str = Channel.SMS
    options: Options = SmsOptions()

    @property
    def is_beyond_balance(self) -> bool:
        return (
            self.cost is not None
            and self.balance is not None
            and self.cost > self.balance
        )


def quote(
    *,
    workspace: Workspace,
    recipient: str,
    text: str,
    sender: str = "",
    contact: Contact | None = None,
    channel: str = Channel.SMS,
    options: Options | None = None,
    file_names: Collection[str] = (),
) -> Quote:
    """Return the message for one person with its cost.

    ``text`` may have variables when the number is a contact's; ``file_names`` are the
    places of links in it. Raises Refused for all
    that sending would be refused for.
    """
    number = singles.number_of(workspace, recipient)
    connection = prerequisites.working_connection(workspace)
    singles.check_allowed(workspace, number.e164, channel)
    own = options or read_options(channel, {})
    _check_time(own)
    known = contact or contacts.by_phone(workspace, number.e164)
    text, own = _filled(workspace, known, text, channel, own)
    whole = placeholders.linked(text, file_names)
    contents.check_length(channel, max(text, whole, key=len))
    units = contents.units(channel, whole)
    most = contents.most_units(channel, whole, own)
    prices = channel_prices.of_message(workspace, channel, own)
    price = prices.get(number.country)
    return Quote(
        recipient=number.e164,
        contact=known,
        text=text,
        sender=senders.check(channel, sender),
        size=text_parts.measure(whole),
        cost=units * price.default if price else None,
        cost_bound=_bound(most * price.highest) if price else None,
        balance=connection.balance,
        channel=channel,
        options=own,
    )


def token_of(quote: Quote, *, workspace: Workspace) -> str:
    """Return the token by which a person agrees to what the quote says."""
    seen = {"id": str(uuid4()), "seen": _digest(quote, workspace)}
    return signing.dumps(seen, salt=SALT)


def send(
    *,
    workspace: Workspace,
    actor: User,
    recipient: str,
    text: str,
    sender: str,
    token: str,
    contact: Contact | None = None,
    channel: str = Channel.SMS,
    options: Options | None = None,
    file_names: Collection[str] = (),
) -> Campaign:
    """Send what a token agrees to, once; return the campaign that holds it.

    Raises Refused (code ``changed``) when the message or its cost is not what the
    person has seen.
    """
    agreed = _agreed(token)
    campaign_id = UUID(agreed["id"])
    sent = Campaign.objects.filter(workspace=workspace, pk=campaign_id).first()
    if sent is not None:
        return sent
    now = quote(
        workspace=workspace,
        recipient=recipient,
        text=text,
        sender=sender,
        contact=contact,
        channel=channel,
        options=options,
        file_names=file_names,
    )
    if agreed["seen"] != _digest(now, workspace):
        raise changed()
    return place(now, workspace=workspace, actor=actor, campaign_id=campaign_id)


def place(
    quote: Quote, *, workspace: Workspace, actor: User, campaign_id: UUID
) -> Campaign:
    """Queue what a quote says, once for each id; return the campaign that holds it."""
    try:
        with transaction.atomic():
            return singles.send(
                workspace=workspace,
                actor=actor,
                recipient=quote.recipient,
                text=quote.text,
                channel=quote.channel,
                sender=quote.sender,
                options=quote.options,
                contact=quote.contact,
                cost_agreed=quote.cost_bound,
                campaign_id=campaign_id,
            )
    except IntegrityError:
        # The same form, posted twice at the same time: the other one was faster.
        return Campaign.objects.get(workspace=workspace, pk=campaign_id)


def changed() -> Refused:
    """Return the refusal of what is not as the person has seen it."""
    return Refused(
        _("Something has changed since. Look at the message and its cost again."),
        code="changed",
    )


def _check_time(own: Options) -> None:
    if own.deliver_at is None:
        return
    now = timezone.now()
    if not now < own.deliver_at < now + LATEST:
        raise Refused(
            _("Choose a time that is still to come, within a year."),
            code="deliver_at",
            field="deliver_at",
        )


def _filled(
    workspace: Workspace, contact: Contact | None, text: str, channel: str, own: Options
) -> tuple[str, Options]:
    """Return text and options with the values of the contact."""
    known: list[str] = []
    values: Mapping[str, str] = {}
    if contact is not None:
        known = [variable.name for variable in contact_fields.variables(workspace)]
        values = audiences.values_of(contact)
    contents.check(channel, text, own, known=known)
    try:
        return contents.fill(channel, text, values), filled(own, values)
    except MissingValue as missing:
        raise Refused(
            _("This contact has no value for %(name)s.") % {"name": missing.name},
            code="missing_value",
            field="text",
        ) from None


def _bound(cost: Decimal) -> Decimal:
    return cost.quantize(CENT, rounding=ROUND_UP)


def _agreed(token: str) -> dict[str, str]:
    try:
        agreed: dict[str, str] = signing.loads(token, salt=SALT, max_age=TOKEN_AGE_S)
    except signing.BadSignature:
        raise changed() from None
    return agreed


def _digest(quote: Quote, workspace: Workspace) -> str:
    seen = (
        str(workspace.pk),
        quote.recipient,
        quote.sender,
        str(quote.cost_bound),
        quote.channel,
        json.dumps(as_json(quote.options), sort_keys=True),
        quote.text,
    )
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()
