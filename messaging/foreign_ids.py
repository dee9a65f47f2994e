"""Our own id of an attempt, as it goes to the gateway and comes back.

The gateway takes up to 64 characters of `[A-Za-z0-9.\\-_@]`. The campaign's UUID makes
it unique over databases, so that two copies with one gateway account never take each
other's messages for their own.

A request carries one id. When it is for one message, the id names it; when it is for a
group, the id names the group, and the number says which message of the campaign is
meant, because a campaign has a number once. The token makes each claim's id its own,
also when a claim that was never called gives its attempt back.
"""

from __future__ import annotations

import re
import secrets
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from messaging import spellings

_MESSAGE = re.compile(r"([0-9a-f]{32})-([0-9]{1,19})-([0-9]{1,5})(?:-([0-9a-f]{4}))?")
_GROUP = re.compile(r"([0-9a-f]{32})-g-([0-9a-f]{16})")


class Match(Enum):
    """Whether something that carries a foreign id is about a message."""

    YES = "yes"
    # One of its group whose number is spelled so that it could be the one.
    PERHAPS = "perhaps"
    NO = "no"


class ForeignId(NamedTuple):
    """One attempt to send one message, or a group of messages, of one campaign."""

    campaign_id: UUID
    # None: a group.
    message_id: int | None
    attempt: int = 0
    token: str = ""

    def __str__(self) -> str:
        if self.message_id is None:
            return f"{self.campaign_id.hex}-g-{self.token}"
        named = f"{self.campaign_id.hex}-{self.message_id}-{self.attempt}"
        return f"{named}-{self.token}" if self.token else named


def new_token() -> str:
    """Return what tells the ids of one claim from those of any other."""
    return secrets.token_hex(2)


def of_group(campaign_id: UUID) -> str:
    """Return a new id for one request to several recipients."""
    return str(ForeignId(campaign_id, None, token=secrets.token_hex(8)))


def parse(text: str | None) -> ForeignId | None:
    """Return what a foreign id says, None if it is not one of ours."""
    if match := _MESSAGE.fullmatch(text or ""):
        campaign, message, attempt, token = match.groups()
        return ForeignId(UUID(campaign), int(message), int(attempt), token or "")
    if match := _GROUP.fullmatch(text or ""):
        return ForeignId(UUID(match[1]), None, token=match[2])
    return None


def match(
    text: str | None,
    number: str,
    *,
    campaign_id: UUID,
    message_id: int,
    recipient: str,
) -> Match:
    """Say whether a foreign id and the number beside it are an attempt of a message."""
    ours = parse(text)
    if ours is None or ours.campaign_id != campaign_id:
        return Match.NO
    if ours.message_id is not None:
        return Match.YES if ours.message_id == message_id else Match.NO
    if spellings.is_same(number, recipient):
        return Match.YES
    return Match.PERHAPS if spellings.could_be(number, recipient) else Match.NO
