"""What people answered to a campaign of calls by pressing keys, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.models import Channel
from messaging import keys
from messaging.figures import Figures
from messaging.models import CallKeys, Campaign, Message
from messaging.selectors.call_log import meanings
from messaging.selectors.progress import share
from messaging.states import MessageState

# In place of a key: one without a meaning was pressed, or none at all.
OTHER, NONE = "other", "none"


@dataclass(frozen=True, slots=True)
class Line:
    """An answer: ``word`` is how an address asks for it, ``key`` "" for no single one.

    ``of_answered`` is its share of the calls that somebody took.
    """

    word: str
    key: str
    meaning: str
    people: int
    of_answered: Decimal | None


def lines(campaign: Campaign, known: Figures) -> list[Line]:
    """Return every answer that has a meaning, then other keys and none at all.

    Nothing for a campaign whose keys mean nothing and in which none was pressed.
    """
    named = meanings(campaign)
    counts = {answer.key: answer.people for answer in known.answers}
    if campaign.channel != Channel.VOICE or not (named or counts):
        return []
    answered = known.of(MessageState.DELIVERED)
    silent = max(0, answered - sum(counts.values()))
    rows = [(key, key, text, counts.get(key, 0)) for key, text in named.items()]
    rows += [
        (OTHER, "", _("Another key"), counts.get("", 0)),
        (NONE, "", _("No key"), silent),
    ]
    return [Line(*row, of_answered=share(row[3], answered)) for row in rows]


def choices(campaign: Campaign) -> list[tuple[str, str]]:
    """Return word and name of each answer, for a filter; nothing for other channels."""
    if campaign.channel != Channel.VOICE:
        return []
    named = [(key, f"{key} · {text}") for key, text in meanings(campaign).items()]
    return [*named, (OTHER, _("Another key")), (NONE, _("No key"))]


def is_word(text: str) -> bool:
    return text in (OTHER, NONE, *keys.KEYS)


def narrow(rows: QuerySet[Message], campaign: Campaign, word: str) -> QuerySet[Message]:
    """Return the messages of a campaign with an answer."""
    if word == NONE:
        # The condition of an index of these alone.
        taken = rows.filter(channel=Channel.VOICE, state=MessageState.DELIVERED)
        return taken.filter(has_keys=False)
    answer = "" if word == OTHER else word
    found = CallKeys.objects.filter(campaign=campaign, answer=answer)
    return rows.filter(pk__in=found.values("message"))


def of(campaign: Campaign, messages: Sequence[Message]) -> dict[int, tuple[str, str]]:
    """Return keys and meaning of each message in which some were pressed."""
    if campaign.channel != Channel.VOICE:
        return {}
    named = meanings(campaign)
    rows = CallKeys.objects.filter(message__in=[message.pk for message in messages])
    return {row.pk: (row.digits, named.get(row.answer, "")) for row in rows}
