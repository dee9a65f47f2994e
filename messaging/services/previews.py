"""One message of a draft as its recipient will read it, and what the whole costs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Connection, Workspace
from contacts.models import Channel
from messaging import (
    contents,
    options,
    placeholders,
    plain_spellings,
    rendering,
    text_parts,
    voice_markup,
)
from messaging.models import Campaign, Message
from messaging.options import Card, Options, RcsOptions, SmsOptions
from messaging.plain_spellings import Sign
from messaging.rendering import MissingValue, TemplateError
from messaging.selectors import variables
from messaging.selectors.addressees import Addressee
from messaging.selectors.audience_parts import Parts, of_draft
from messaging.selectors.audiences import Audience
from messaging.services import campaign_files, forecasts
from messaging.services.forecast_lines import Forecast
from messaging.text_parts import MAX_SMS_CHARACTERS, TextSize
from messaging.voice_markup import Piece as Heard
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``is_foreign``: it forces UCS-2."""

    text: str
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """``error`` and ``warnings`` are sentences about the text of the draft.

    ``foreign`` are characters of the text itself, ``foreign_values`` those that only
    values of recipients bring; with ``has_plain_values`` they are those that nothing
    can be written for.
    """

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    size: TextSize = TextSize("gsm", 0, 0, ())
    recipient: Addressee | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    # Names of files that the text can link to, for the browser's own count.
    file_names: tuple[str, ...] = ()
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    foreign: tuple[Sign, ...] = ()
    foreign_values: tuple[Sign, ...] = ()
    has_plain_values: bool = False
    forecast: Forecast = field(default_factory=Forecast)
    balance: Decimal | None = None
    audience_error: str = ""
    channel: str = Channel.SMS
    # What is heard of a call and about how long that takes; what stands around an RCS.
    heard: tuple[Heard, ...] = ()
    seconds: int = 0
    cards: tuple[Card, ...] = ()

    @property
    def for_browser(self) -> dict[str, Any]:
        """Return what the browser needs to count the characters as they are sent."""
        return {
            "values": dict(self.values),
            "files": list(self.file_names),
            "link": placeholders.LINK,
        }

    @property
    def replaceable(self) -> int:
        """Return how many places of the text all the replacements are for."""
        return sum(s.times for s in self.foreign if s.replacement is not None)

    @property
    def can_spell_values(self) -> bool:
        """Say whether something can be written for signs that values bring."""
        return any(sign.replacement is not None for sign in self.foreign_values)

    @property
    def balance_left(self) -> Decimal | None:
        return None if self.balance is None else self.balance - self.forecast.cost


def build(
    audience: Audience,
    *,
    text: str,
    at: int = 0,
    step: str = "",
    sent_with: Options | None = None,
    campaign: Campaign | None = None,
) -> Preview:
    """Return the preview for the recipient ``at``, or the one beside it.

    The lists of ``campaign`` have variables, too. Without an audience a made-up
    person stands in. Never raises for what a person typed, nor for a segment that is
    broken: ``audience_error`` says so.
    """
    workspace = audience.workspace
    names: tuple[str, ...] = ()
    if campaign is not None and audience.channel == Channel.SMS:
        names = tuple(campaign_files.names_of(campaign))
        text = placeholders.linked(text, names)
    audience_error = ""
    try:
        recipient = audience.recipient(at=at, step=step)
    except Refused as refused:
        audience, audience_error = replace(audience, parts=Parts()), str(refused)
        recipient = None
    known = variables.known(workspace, campaign)
    channel, own = audience.channel, _sound(sent_with)
    values = contents.spelled(
        recipient.values
        if recipient
        else {variable.name: variable.sample for variable in known},
        own,
    )
    error = _error(channel, text, [variable.name for variable in known])
    filled, lacking = _filled(channel, text, values)
    size = text_parts.measure(filled)
    forecast = forecasts.estimate_text(
        audience, text="" if error else text, own=own, is_live=True
    )
    written = unicodedata.normalize("NFC", text)
    everywhere = dict.fromkeys((*size.forcing, *forecast.sizes.forcing))
    by_values = "".join(sign for sign in everywhere if sign not in written)
    preview = Preview(
        text=filled,
        pieces=_pieces(filled),
        size=size,
        recipient=recipient,
        values=values,
        file_names=names,
        error=error,
        warnings=[] if error else _warnings(channel, forecast, lacking),
        foreign=plain_spellings.signs(text),
        foreign_values=plain_spellings.signs(by_values),
        has_plain_values=isinstance(own, SmsOptions) and own.has_plain_values,
        forecast=forecast,
        balance=_balance(workspace),
        audience_error=audience_error,
    )
    return _as_received(preview, channel, own)


def sample(campaign: Campaign, *, at: int = 0) -> Preview:
    """Return the text for a recipient of a draft, or the first, without a forecast."""
    audience = Audience(campaign.workspace, of_draft(campaign), campaign.channel)
    try:
        recipient = audience.recipient(at=at)
    except Refused:
        # The check names it.
        recipient = None
    own = options.read(campaign.channel, campaign.options)
    values = contents.spelled(recipient.values if recipient else {}, own)
    text = campaign_files.linked(campaign, campaign.text)
    filled, _lacking = _filled(campaign.channel, text, values)
    size = text_parts.measure(filled)
    preview = Preview(
        text=filled,
        pieces=_pieces(filled),
        size=size,
        recipient=recipient,
        values=values,
    )
    return _as_received(preview, campaign.channel, own)


def of_message(message: Message) -> Preview:
    """Return a message as its recipient has read or heard it."""
    campaign = message.campaign
    preview = Preview(
        text=message.text,
        pieces=[Piece(message.text, False)] if message.text else [],
        size=text_parts.measure(message.text),
        values=message.variables,
    )
    own = options.read(message.channel, campaign.options)
    return _as_received(preview, message.channel, own)


def as_written(channel: str, text: str, own: Options) -> Preview:
    """Return a text for nobody in particular, its variables by their names."""
    preview = Preview(text=text, pieces=_pieces(text), size=text_parts.measure(text))
    return _as_received(preview, channel, _sound(own))


def _as_received(preview: Preview, channel: str, own: Options | None) -> Preview:
    """Return the preview of a call or an RCS message; an SMS stays as it is.

    Characters and parts are a matter of SMS alone.
    """
    if channel == Channel.SMS:
        return preview
    plain = [Piece(preview.text, False)] if preview.text else []
    heard: list[Heard] = []
    if channel == Channel.VOICE:
        heard = voice_markup.heard(preview.text)
    cards: tuple[Card, ...] = ()
    if isinstance(own, RcsOptions) and own.card:
        shown = options.filled(own, _Named(preview.values))
        cards = shown.cards if isinstance(shown, RcsOptions) else ()
    return replace(
        preview,
        pieces=plain,
        foreign=(),
        foreign_values=(),
        channel=channel,
        heard=tuple(heard),
        seconds=ceil(voice_markup.seconds(heard)),
        cards=cards,
    )


def _sound(own: Options | None) -> Options | None:
    """Return options whose texts can be read; those of a draft may be unfinished."""
    try:
        for text in options.templates(own) if own else ():
            rendering.variables_of(text)
    except TemplateError:
        return None
    return own


def _error(channel: str, text: str, known: list[str]) -> str:
    if not text.strip():
        return ""
    try:
        contents.check_text(channel, text, known=known)
    except Refused as refused:
        return str(refused)
    return ""


def _filled(channel: str, text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the text for one person, and the name of the value that they lack.

    A hole shows as its own name: the writer has to see where it is.
    """
    try:
        return contents.fill(channel, text, values), ""
    except TemplateError:
        return text, ""
    except MissingValue as missing:
        shown = _Named(values)
        return contents.fill(channel, text, shown), missing.name


class _Named(dict[str, str]):
    """Values in which a missing one is its name in brackets."""

    def get(self, key: str, default: object = None) -> str:
        value = super().get(key, "")
        return value if value.strip() else f"[{key}]"


def _warnings(channel: str, forecast: Forecast, lacking: str) -> list[str]:
    found = [
        ngettext(
            "%(count)s recipient has no value for %(name)s. Give a default, like "
            "{{ %(name)s|there }}.",
            "%(count)s recipients have no value for %(name)s. Give a default, like "
            "{{ %(name)s|there }}.",
            count,
        )
        % {"count": number_text(count), "name": name}
        for name, count in forecast.missing.items()
    ]
    if lacking and not found:
        found.append(_("This recipient has no value for %(name)s.") % {"name": lacking})
    length = len(forecast.sizes.longest)
    if channel == Channel.SMS and length > MAX_SMS_CHARACTERS:
        found.append(
            _(
                "With the longest values the text has %(length)d characters. "
                "An SMS can have %(most)d at most."
            )
            % {"length": length, "most": MAX_SMS_CHARACTERS}
        )
    return found


def _pieces(text: str) -> list[Piece]:
    return [Piece(*piece) for piece in plain_spellings.pieces(text)]


def _balance(workspace: Workspace) -> Decimal | None:
    connection = Connection.objects.filter(workspace=workspace).first()
    return connection.balance if connection else None
