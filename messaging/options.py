"""What a message is sent with besides its text: one set of options per channel.

Plain values that are kept as JSON with the campaign (``Campaign.options``) and handed
to the client with each claim. Whether a value is allowed is said in one place,
``option_checks``; reading is forgiving, so that a row of an older version still opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from messaging import keys, rendering
from messaging.keys import Meanings


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsOptions:
    """``ttl_min``: minutes that networks go on trying; None leaves it to the gateway.

    ``deliver_at``: the gateway holds the message until then. ``has_plain_values``:
    recipients' values are written without signs that force UCS-2, where that can be.
    """

    is_flash: bool = False
    has_plain_values: bool = False
    ttl_min: int | None = None
    has_tracking: bool = False
    deliver_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOptions:
    """``ringtime_s``: how long it rings; None leaves it to the gateway.

    ``keys``: what a pressed key means, for us alone; the gateway is not told.
    """

    ringtime_s: int | None = None
    keys: Meanings = ()

    @property
    def deliver_at(self) -> None:
        """Calls are placed at once: the gateway holds none back."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """``kind`` reply answers with its text, open opens a web address, dial a number."""

    kind: str
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What an RCS card shows; ``text`` is empty where that of the message stands."""

    title: str = ""
    media_url: str = ""
    buttons: tuple[Button, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """What somebody without RCS gets: an SMS, or a web page that shows the message.

    An empty ``text`` is that of the message, an empty ``sender`` the account's.
    """

    kind: Literal["sms", "webview"]
    text: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RcsOptions:
    """``card`` None: the message is its text alone.

    ``more`` cards make a row of them, which a person swipes through; the first one is
    ``card``, with the text of the message.
    """

    card: Card | None = None
    more: tuple[Card, ...] = ()
    fallback: Fallback | None = None
    ttl_min: int | None = None
    has_tracking: bool = False
    deliver_at: datetime | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        """Return all cards in their order."""
        return (self.card, *self.more) if self.card else ()


Options = SmsOptions | VoiceOptions | RcsOptions
KINDS: dict[str, type[Options]] = {
    "sms": SmsOptions,
    "voice": VoiceOptions,
    "rcs": RcsOptions,
}


def read(channel: str, stored: Mapping[str, Any]) -> Options:
    """Return the options of a channel as they were kept; what is missing is usual."""
    if channel == "voice":
        return VoiceOptions(
            ringtime_s=_whole(stored.get("ringtime_s")),
            keys=keys.read(stored.get("keys")),
        )
    common: dict[str, Any] = {
        "ttl_min": _whole(stored.get("ttl_min")),
        "has_tracking": bool(stored.get("has_tracking")),
        "deliver_at": _moment(stored.get("deliver_at")),
    }
    if channel == "rcs":
        return RcsOptions(
            card=_card(stored.get("card")),
            more=_cards(stored.get("more")),
            fallback=_fallback(stored.get("fallback")),
            **common,
        )
    return SmsOptions(
        is_flash=bool(stored.get("is_flash")),
        has_plain_values=bool(stored.get("has_plain_values")),
        **common,
    )


def as_json(options: Options) -> dict[str, Any]:
    """Return what is kept: only what differs from the usual."""
    usual = asdict(type(options)())
    kept = {k: v for k, v in asdict(options).items() if v != usual[k]}
    if "keys" in kept:
        kept["keys"] = dict(kept["keys"])
    if isinstance(kept.get("deliver_at"), datetime):
        kept["deliver_at"] = kept["deliver_at"].isoformat()
    return kept


def templates(options: Options) -> list[str]:
    """Return the texts among the options that may have variables."""
    if not isinstance(options, RcsOptions):
        return []
    texts = []
    for card in options.cards:
        texts += [card.title, card.text, card.media_url]
        for button in card.buttons:
            texts += [button.text, button.target]
    if options.fallback:
        texts.append(options.fallback.text)
    return [text for text in texts if text]


def field_of(options: Options, template: str) -> str:
    """Return the form field that a text of the options was written into."""
    if not isinstance(options, RcsOptions):
        return "fallback_text"
    for number, card in enumerate(options.cards, start=1):
        for name, text in _fields_of(card):
            if text == template:
                return card_field(number, name)
    return "fallback_text"


def card_field(number: int, name: str) -> str:
    """Return what the form calls a field of the first, second, … card."""
    if number > 1:
        return f"card{number}_{name}"
    return name if name.startswith("button") else f"card_{name}"


def _fields_of(card: Card) -> Iterator[tuple[str, str]]:
    yield from (("title", card.title), ("text", card.text), ("media", card.media_url))
    for number, button in enumerate(card.buttons, start=1):
        yield f"button{number}_text", button.text
        yield f"button{number}_target", button.target


def filled(options: Options, values: Mapping[str, str]) -> Options:
    """Return the options for one recipient; raises what ``rendering.render`` does."""
    if not isinstance(options, RcsOptions) or not templates(options):
        return options
    fallback = options.fallback
    if fallback:
        fallback = replace(fallback, text=rendering.render(fallback.text, values))
    return replace(
        options,
        card=options.card and _filled(options.card, values),
        more=tuple(_filled(card, values) for card in options.more),
        fallback=fallback,
    )


def _filled(card: Card, values: Mapping[str, str]) -> Card:
    return Card(
        title=rendering.render(card.title, values),
        media_url=rendering.render(card.media_url, values),
        buttons=tuple(
            replace(
                button,
                text=rendering.render(button.text, values),
                target=rendering.render(button.target, values),
            )
            for button in card.buttons
        ),
        text=rendering.render(card.text, values),
    )


def _card(stored: Any) -> Card | None:
    if not isinstance(stored, Mapping):
        return None
    buttons = tuple(
        Button(
            kind=str(one.get("kind", "")),
            text=str(one.get("text", "")),
            target=str(one.get("target", "")),
        )
        for one in stored.get("buttons") or ()
        if isinstance(one, Mapping)
    )
    return Card(
        title=str(stored.get("title", "")),
        media_url=str(stored.get("media_url", "")),
        buttons=buttons,
        text=str(stored.get("text", "")),
    )


def _cards(stored: Any) -> tuple[Card, ...]:
    found = map(_card, stored if isinstance(stored, list | tuple) else ())
    return tuple(card for card in found if card is not None)


def _fallback(stored: Any) -> Fallback | None:
    kind = stored.get("kind") if isinstance(stored, Mapping) else None
    if kind == "sms":
        return Fallback(
            kind="sms",
            text=str(stored.get("text", "")),
            sender=str(stored.get("sender", "")),
        )
    return Fallback(kind="webview") if kind == "webview" else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
