"""An answer from the inbox: its cost is agreed to by a button, and it is sent once.

The token beside the button names the conversation, the way and the most it may cost,
and the id that the message will have. The words stand in the very form that is posted,
so they may change up to the click as long as that costs no more. The same form posted
again finds the message that is sent; other words under its id are asked about anew.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contacts.models import Channel
from contacts.selectors import contacts
from messaging import contents
from messaging.models import Campaign, Conversation
from messaging.rendering import MissingValue, TemplateError
from messaging.selectors import addressees
from messaging.services import conversations, quick_sends
from messaging.services.quick_sends import Quote
from messaging.ways import Way
from seven_dashboard.errors import Refused

SALT = "messaging.reply"
# Stands for the words before there are any: whatever comes has one part at least.
_ANYTHING = "-"


def offer(*, conversation: Conversation, text: str, way: Way) -> Quote:
    """Return what an answer would be and cost; without words, that of one part.

    Raises Refused for all that sending would be refused for.
    """
    if not conversation.is_a_number:
        raise Refused(
            _(
                "This message came from a name and not from a number: no answer "
                "would arrive."
            ),
            code="no_number",
        )
    return quick_sends.quote(
        workspace=conversation.workspace,
        recipient=conversation.number,
        text=text if text.strip() else _ANYTHING,
        sender=way.sender,
        channel=way.channel,
    )


def token_of(quote: Quote, conversation: Conversation) -> str:
    """Return the token by which pressing the button agrees to a cost."""
    agreed = {
        "id": str(uuid4()),
        "conversation": str(conversation.uuid),
        "way": Way(quote.channel, quote.sender).word,
        "most": None if quote.cost_bound is None else str(quote.cost_bound),
        "after": _iso(conversation.answered_at),
    }
    return signing.dumps(agreed, salt=SALT)


def send(
    *, conversation: Conversation, actor: User, text: str, way: Way, token: str
) -> Campaign:
    """Send an answer that a token agrees to, once; return the campaign that holds it.

    A conversation that is nobody's becomes the actor's. Raises Refused: code
    ``changed`` when it would cost more or go another way, ``answered`` when somebody
    else was faster.
    """
    agreed = _agreed(token, conversation)
    campaign_id = UUID(str(agreed["id"]))
    mine = Campaign.objects.filter(workspace=conversation.workspace, pk=campaign_id)
    sent = mine.first()
    if sent is not None:
        return _sent_before(sent, conversation, text)
    now = offer(conversation=conversation, text=text, way=way)
    if agreed["way"] != Way(now.channel, now.sender).word or _is_dearer(now, agreed):
        raise quick_sends.changed()
    if not text.strip():
        raise Refused(_("Write a text first."), code="text_empty", field="text")
    with transaction.atomic():
        # One answer after the other, so that the second sees the first.
        fresh = Conversation.objects.select_for_update(of=("self",)).get(
            pk=conversation.pk
        )
        if agreed["after"] != _iso(fresh.answered_at) and fresh.answered_by != actor:
            raise _answered_meanwhile(fresh)
        campaign = quick_sends.place(
            now,
            workspace=conversation.workspace,
            actor=actor,
            campaign_id=campaign_id,
        )
        conversations.assign(
            conversation=conversation, actor=actor, to=actor, is_taken=True
        )
    return campaign


def insertion(conversation: Conversation, text: str) -> tuple[str, str]:
    """Return a saved answer with the values of the conversation's contact, and "".

    Where the contact lacks a value, the text as it stands and the variable's name.
    """
    contact = contacts.by_phone(conversation.workspace, conversation.number)
    values = addressees.values_of(contact) if contact else {}
    try:
        return contents.fill(Channel.SMS, text, values), ""
    except MissingValue as missing:
        return text, missing.name
    except TemplateError:
        return text, ""


def _sent_before(sent: Campaign, conversation: Conversation, text: str) -> Campaign:
    if insertion(conversation, text)[0].strip() != sent.text.strip():
        # The page of an answer that is sent, gone back to: these words are new ones.
        raise quick_sends.changed()
    return sent


def _is_dearer(now: Quote, agreed: dict[str, str | None]) -> bool:
    most = agreed["most"]
    if most is None:
        # What nobody can name was agreed to.
        return False
    return now.cost_bound is None or now.cost_bound > Decimal(most)


def _agreed(token: str, conversation: Conversation) -> dict[str, str | None]:
    try:
        agreed: dict[str, str | None] = signing.loads(
            token, salt=SALT, max_age=quick_sends.TOKEN_AGE_S
        )
    except signing.BadSignature:
        raise quick_sends.changed() from None
    if agreed["conversation"] != str(conversation.uuid):
        raise quick_sends.changed()
    return agreed


def _answered_meanwhile(conversation: Conversation) -> Refused:
    who = conversation.answered_by
    sentence = _(
        "%(who)s has answered meanwhile. Read it first; your text is still here."
    )
    return Refused(
        sentence % {"who": who.display_name if who else _("Somebody else")},
        code="answered",
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
