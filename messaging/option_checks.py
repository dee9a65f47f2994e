"""Say in words what is wrong with the options of a channel, before anything is sent.

The one place for it: the composer, single sends, the command and the launch ask here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contacts import phone
from messaging import keys, rendering, text_checks
from messaging.keys import MEANING_MAX
from messaging.options import (
    Button,
    Card,
    Fallback,
    Options,
    RcsOptions,
    SmsOptions,
    VoiceOptions,
    card_field,
)
from seven_dashboard.errors import Refused

# gateway.md 2.3: at least a minute; 2,880 (two days) unless said otherwise. We stop at
# what networks keep at most.
TTL_MIN, TTL_MAX = 1, 10_080
RINGTIME_MIN_S, RINGTIME_MAX_S = 5, 60
# The limits of Google's RCS for Business, which every operator carries.
TITLE_MAX = 200
DESCRIPTION_MAX = 2_000
BUTTON_TEXT_MAX = 25
BUTTONS_MAX = 4
CARDS_MAX = 10
ADDRESS_MAX = 2_048
BUTTON_KINDS = ("reply", "open", "dial")


def check(options: Options, *, text: str = "") -> Options:
    """Return options that the gateway takes; raises Refused with the field's name.

    ``text`` is that of the message: what a card's description may be depends on it.
    """
    if isinstance(options, VoiceOptions):
        _check_ringtime(options.ringtime_s)
        for key, meaning in options.keys:
            _check_meaning(key, meaning)
        return options
    _check_ttl(options.ttl_min)
    if isinstance(options, SmsOptions):
        return options
    _check_rcs(options, text)
    return options


def _check_ttl(minutes: int | None) -> None:
    if minutes is not None and not TTL_MIN <= minutes <= TTL_MAX:
        raise _refused(
            "ttl_min",
            _("Between 1 minute and 10,080 minutes, which are seven days."),
        )


def _check_ringtime(seconds: int | None) -> None:
    if seconds is not None and not RINGTIME_MIN_S <= seconds <= RINGTIME_MAX_S:
        raise _refused("ringtime_s", _("A call can ring for 5 to 60 seconds."))


def _check_meaning(key: str, meaning: str) -> None:
    if len(meaning) > MEANING_MAX:
        raise _refused(
            keys.field_of(key),
            _("What a key means can have 40 characters at most."),
        )


def _check_rcs(options: RcsOptions, text: str) -> None:
    if options.card and len(text) > DESCRIPTION_MAX:
        raise _refused(
            "text",
            _("The text of a card can have 2,000 characters at most."),
        )
    if len(options.cards) > CARDS_MAX:
        raise _refused(
            card_field(CARDS_MAX, "title"), _("A message can have ten cards at most.")
        )
    for number, card in enumerate(options.cards, start=1):
        # In a row, the first card has the text of the message.
        own = text if number == 1 and options.more else card.text
        _check_card(card, number, text=own)
    if options.fallback:
        _check_fallback(options.fallback)


def _check_card(card: Card, number: int, *, text: str) -> None:
    title = card_field(number, "title")
    if len(card.title) > TITLE_MAX:
        raise _refused(title, _("A title can have 200 characters at most."))
    if len(text) > DESCRIPTION_MAX:
        raise _refused(
            card_field(number, "text"),
            _("The text of a card can have 2,000 characters at most."),
        )
    if card.media_url:
        check_address(card.media_url, field=card_field(number, "media"))
    if len(card.buttons) > BUTTONS_MAX:
        raise _refused(title, _("A card can have four buttons at most."))
    if not (card.title or card.media_url or card.buttons or text):
        raise _refused(title, _empty_sentence(number))
    for at, button in enumerate(card.buttons, start=1):
        _check_button(button, card_field(number, f"button{at}"))


def _empty_sentence(number: int) -> str:
    if number == 1:
        return _("Give the card a title, a picture or a button, or send a plain text.")
    return _("Card %(number)s is empty. Fill it in, or take it away.") % {
        "number": number
    }


def _check_button(button: Button, field: str) -> None:
    if button.kind not in BUTTON_KINDS:
        raise _refused(f"{field}_kind", _("Choose what the button does."))
    if not button.text.strip():
        raise _refused(f"{field}_text", _("Say what stands on the button."))
    if len(button.text) > BUTTON_TEXT_MAX:
        raise _refused(
            f"{field}_text",
            _("A button can have 25 characters at most."),
        )
    if button.kind == "open":
        check_address(button.target, field=f"{field}_target")
    if button.kind == "dial" and not _is_number(button.target):
        raise _refused(
            f"{field}_target",
            _("Write the number to call in international form, like +49 30 1234567."),
        )


def _check_fallback(fallback: Fallback) -> None:
    try:
        text_checks.check_sender(fallback.sender)
    except Refused as refused:
        raise _refused("fallback_sender", refused.sentence) from None
    if fallback.text:
        try:
            text_checks.check_length(fallback.text)
        except Refused as refused:
            raise _refused("fallback_text", refused.sentence) from None


def check_address(address: str, *, field: str) -> None:
    """Refuse what is no public web address; a variable may be a part of its path."""
    sample = _sample(address)
    try:
        parts = urlsplit(sample)
        is_address = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        is_address = False
    if not is_address or any(sign.isspace() for sign in sample):
        raise _refused(
            field,
            _("Write a whole web address, like https://example.com/offer."),
        )
    if len(address) > ADDRESS_MAX:
        raise _refused(field, _("An address can have 2,048 characters at most."))


def _is_number(text: str) -> bool:
    return text.startswith("+") and phone.parse(text, country="DE") is not None


def _sample(text: str) -> str:
    """Return the text with something in place of each variable."""
    try:
        names = rendering.variables_of(text)
        return rendering.render(text, {variable.name: "x" for variable in names})
    except rendering.TemplateError:
        return text


def _refused(field: str, sentence: str | Promise) -> Refused:
    return Refused(sentence, code=field, field=field)
