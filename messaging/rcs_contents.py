"""RCS content as the gateway takes it.

The gateway takes "text or a JSON object". Its own client points to a page for the
object's form (docs.seven.io/rest-api/objects/rcs-content), which could not be read, and
calls its kinds richcard, carousel, file and suggestions; no real answer to one was ever
seen. What the gateway tells by webhook (``postbackData``, ``fileUri``,
``suggestion_response``) is spelled as in Google's RCS for Business, so a card is
written in that vocabulary. That is a guess, and the pages say so: the composer beside
the cards, and the check until somebody has sent themselves a test (``checks``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from messaging.options import Button, Card, Fallback

# What of a card is words for a person.
WORDS = ("title", "description")


def of(text: str, cards: Sequence[Card]) -> str | Mapping[str, Any]:
    """Return what is sent: the text, a card with it, or a row of cards.

    The text of the message is that of the first card.
    """
    if not cards:
        return text
    first, *more = cards
    contents = [_content(first, text), *(_content(card, card.text) for card in more)]
    if not more:
        card = {"cardOrientation": "VERTICAL", "cardContent": contents[0]}
        return {"richCard": {"standaloneCard": card}}
    row = {"cardWidth": "MEDIUM", "cardContents": contents}
    return {"richCard": {"carouselCard": row}}


def words_of(text: str) -> str:
    """Return what a person reads of a text in the journal.

    There a message with cards is the JSON that was sent: its titles and texts remain.
    """
    if not text.lstrip().startswith("{"):
        return text
    try:
        words = list(_words_in(json.loads(text)))
    except (ValueError, RecursionError):
        return text
    return " · ".join(words) or text


def _words_in(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for part in found:
            yield from _words_in(part)
    elif isinstance(found, dict):
        for key, value in found.items():
            if key in WORDS and isinstance(value, str):
                yield value
            else:
                yield from _words_in(value)


def _content(card: Card, text: str) -> dict[str, Any]:
    content: dict[str, Any] = {"title": card.title, "description": text}
    if card.media_url:
        content["media"] = {
            "height": "MEDIUM",
            "contentInfo": {"fileUrl": card.media_url},
        }
    if card.buttons:
        content["suggestions"] = [_suggestion(button) for button in card.buttons]
    return {key: value for key, value in content.items() if value}


def fallback_of(fallback: Fallback | None) -> str | Mapping[str, Any] | None:
    """Return the fallback: a word, or an object where it has a text or a sender."""
    if fallback is None:
        return None
    own = {"text": fallback.text, "from": fallback.sender}
    if fallback.kind != "sms" or not any(own.values()):
        return fallback.kind
    return {"type": "sms", **{key: value for key, value in own.items() if value}}


def _suggestion(button: Button) -> dict[str, Any]:
    common = {"text": button.text, "postbackData": button.text}
    if button.kind == "open":
        return {"action": {**common, "openUrlAction": {"url": button.target}}}
    if button.kind == "dial":
        return {"action": {**common, "dialAction": {"phoneNumber": button.target}}}
    return {"reply": common}
