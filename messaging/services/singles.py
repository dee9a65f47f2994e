"""One message to one number; it takes the same road as a campaign's."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import phone
from contacts.models import Channel, Contact, OptOut
from messaging import contents, senders, text_checks
from messaging.models import Campaign, Message
from messaging.options import Options, as_json
from messaging.options import read as read_options
from messaging.services import conversation_rows, prerequisites
from messaging.states import CampaignState
from seven_dashboard.errors import Refused


@transaction.atomic
def send(
    *,
    workspace: Workspace,
    actor: User | None,
    recipient: str,
    text: str,
    channel: str = Channel.SMS,
    sender: str = "",
    label: str = "",
    options: Options | None = None,
    contact: Contact | None = None,
    cost_agreed: Decimal | None = None,
    campaign_id: UUID | None = None,
) -> Campaign:
    """Queue one message; return the campaign of kind `single` that holds it.

    `recipient` is a number in any spelling, `text` is sent as it stands. Raises Refused
    for a number that is none or is opted out, and for a text nobody can send. With
    `campaign_id` a second call raises IntegrityError and sends nothing.
    """
    number = number_of(workspace, recipient)
    prerequisites.working_connection(workspace)
    own = options or read_options(channel, {})
    contents.check(channel, text, own, known=())
    contents.check_length(channel, text)
    check_allowed(workspace, number.e164, channel)
    now = timezone.now()
    campaign = Campaign.objects.create(
        id=campaign_id or uuid4(),
        workspace=workspace,
        created_by=actor,
        kind=Campaign.Kind.SINGLE,
        name=number.e164,
        channel=channel,
        text=text,
        sender=senders.check(channel, sender),
        label=text_checks.check_label(label),
        options=as_json(own),
        state=CampaignState.SENDING,
        cost_agreed=cost_agreed,
        total=1,
        launched_at=now,
        prepared_at=now,
    )
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        contact=contact,
        channel=channel,
        recipient=number.e164,
        country=number.country,
        due_at=now,
    )
    conversation_rows.said(campaign, number=number.e164, actor=actor)
    audit.record(
        workspace=workspace,
        actor=actor,
        action="message.send",
        subject=str(campaign.pk),
    )
    return campaign


def number_of(workspace: Workspace, recipient: str) -> phone.PhoneNumber:
    """Return the number that a person wrote; raises Refused when it is none."""
    number = phone.parse(recipient, country=workspace.country)
    if number is None:
        raise Refused(
            _("This is not a phone number. Write it like +49 171 1234567."),
            code="bad_number",
            field="recipient",
        )
    return number


def check_allowed(workspace: Workspace, number: str, channel: str) -> None:
    """Raise Refused for a number that has opted out of the channel."""
    opted_out = OptOut.objects.filter(
        Q(channel="") | Q(channel=channel), workspace=workspace, phone=number
    )
    if opted_out.exists():
        raise Refused(
            _("This number has opted out, so nothing may be sent to it."),
            code="opted_out",
            field="recipient",
        )
