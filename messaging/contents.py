"""What a message says, channel by channel: filled, checked and measured.

An SMS and an RCS text are filled as they stand; an SMS may be told to spell values so
that they force no UCS-2. In the SSML or XML of a call every value is escaped, so that a
contact called "Tom & Co <b>" is read out and no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from messaging import (
    option_checks,
    plain_spellings,
    rendering,
    text_checks,
    text_parts,
    voice_markup,
)
from messaging.options import Options, RcsOptions, SmsOptions, field_of, templates
from messaging.rendering import MAX_TEXT, Variable
from seven_dashboard.errors import Refused

# Characters that the gateway takes (gateway.md 2.3); for RCS those of the standard.
MAX_CHARACTERS = {"sms": text_parts.MAX_SMS_CHARACTERS, "voice": MAX_TEXT, "rcs": 3_072}
# Quotes too: a value may stand in an attribute.
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def fill(
    channel: str, text: str, values: Mapping[str, str], own: Options | None = None
) -> str:
    """Return the text for one recipient; raises what ``rendering.render`` does."""
    if channel != "voice":
        return rendering.render(text, spelled(values, own))
    if voice_markup.is_markup(text):
        return rendering.render(text, values, escape=escaped)
    filled = rendering.render(text, values)
    # The gateway takes what begins with < for markup, also when a contact's name does.
    is_disguised = voice_markup.is_markup(filled)
    return f"<speak>{escaped(filled)}</speak>" if is_disguised else filled


def spelled(values: Mapping[str, str], own: Options | None) -> Mapping[str, str]:
    """Return values as they are written into an SMS with these options."""
    if not (isinstance(own, SmsOptions) and own.has_plain_values):
        return values
    return {name: plain_spellings.replaced(text) for name, text in values.items()}


def escaped(value: str) -> str:
    """Return a value as it may stand in XML, without signs that XML cannot hold."""
    storable = "".join(sign for sign in value if sign.isprintable() or sign == " ")
    return escape(storable, _QUOTES)


def variables_of(text: str, options: Options) -> tuple[Variable, ...]:
    """Return the variables of the text and of the options; raises TemplateError."""
    found: dict[Variable, None] = {}
    for template in (text, *templates(options)):
        found |= dict.fromkeys(rendering.variables_of(template))
    return tuple(found)


def parts(channel: str, text: str) -> int:
    """Return how many SMS parts a text has; calls and RCS have none."""
    return text_parts.measure(text).parts if channel == "sms" else 0


def units(channel: str, text: str) -> int:
    """Return what a message is billed by: SMS parts, minutes of a call, messages.

    A call is billed by the minute begun; how long it takes to read is a guess.
    """
    if channel == "sms":
        return text_parts.measure(text).parts
    if channel == "rcs":
        return 1
    return max(1, ceil(voice_markup.seconds(voice_markup.heard(text)) / 60))


def most_units(channel: str, text: str, own: Options) -> int:
    """Return what a message may be billed by at most, of a filled text and options.

    An RCS message may become an SMS of several parts. The SMS with a link to a web page
    is the gateway's to write: it counts as one part.
    """
    fallback = own.fallback if isinstance(own, RcsOptions) else None
    if fallback is None:
        return units(channel, text)
    said = fallback.text or text if fallback.kind == "sms" else ""
    return max(1, text_parts.measure(said).parts)


def has_fallback(own: Options) -> bool:
    """Say whether a message may become an SMS."""
    return isinstance(own, RcsOptions) and own.fallback is not None


def is_too_long(channel: str, text: str) -> bool:
    return len(text) > MAX_CHARACTERS[channel]


def check(
    channel: str, text: str, options: Options, *, known: Iterable[str]
) -> tuple[Variable, ...]:
    """Return the variables of a message that a channel takes, each a known one.

    Raises Refused with the sentence and the field that it is about.
    """
    names = sorted(known)
    variables = check_text(channel, text, known=names)
    for template in templates(options):
        try:
            variables += text_checks.check_text(template, known=names)
        except Refused as refused:
            raise Refused(
                refused.sentence, code=refused.code, field=field_of(options, template)
            ) from None
    option_checks.check(options, text=text)
    return tuple(dict.fromkeys(variables))


def check_text(
    channel: str, text: str, *, known: Iterable[str]
) -> tuple[Variable, ...]:
    """Return the variables of a text that a channel takes; raises Refused."""
    variables = text_checks.check_text(text, known=known)
    if channel == "voice" and voice_markup.is_markup(text):
        # Two dashes are no part of a name and end a comment: a variable that stands
        # where values must not stand shows itself.
        probe = {variable.name: "x--x y" for variable in variables}
        voice_markup.check(rendering.render(text, probe, escape=escaped))
    return variables


def check_length(channel: str, text: str) -> None:
    """Refuse a filled text that the gateway would refuse with code 401."""
    if channel == "sms":
        text_checks.check_length(text)
    elif is_too_long(channel, text):
        raise Refused(
            _("The text has %(length)d characters. %(most)d are allowed.")
            % {"length": len(text), "most": MAX_CHARACTERS[channel]},
            code="text_too_long",
            field="text",
        )
