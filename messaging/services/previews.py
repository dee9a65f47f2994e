"""One message of a draft as its recipient will read it, and what the whole costs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Connection, Workspace
from contacts.models import Contact
from contacts.selectors import fields as contact_fields
from messaging import plain_spellings, rendering, text_checks, text_parts
from messaging.models import Campaign
from messaging.plain_spellings import Sign
from messaging.rendering import MissingValue, TemplateError
from messaging.selectors import audiences
from messaging.selectors.audience_parts import Parts, of_draft
from messaging.selectors.audiences import Audience
from messaging.services import forecasts
from messaging.services.forecasts import Forecast
from messaging.text_parts import MAX_SMS_CHARACTERS, TextSize
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
    values of recipients bring: nothing in the text can be replaced for them.
    """

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    size: TextSize = TextSize("gsm", 0, 0, ())
    recipient: Contact | None = None
    values: dict[str, str] = field(default_factory=dict)
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    foreign: tuple[Sign, ...] = ()
    foreign_values: tuple[Sign, ...] = ()
    forecast: Forecast = field(default_factory=Forecast)
    balance: Decimal | None = None
    audience_error: str = ""

    @property
    def replaceable(self) -> int:
        """Return how many places of the text all the replacements are for."""
        return sum(s.times for s in self.foreign if s.replacement is not None)

    @property
    def balance_left(self) -> Decimal | None:
        return None if self.balance is None else self.balance - self.forecast.cost


def build(audience: Audience, *, text: str, at: int = 0, step: str = "") -> Preview:
    """Return the preview for the recipient with id ``at``, or the one beside it.

    Without an audience a made-up person stands in. Never raises for what a person
    typed, nor for a segment that is broken: ``audience_error`` says so.
    """
    workspace = audience.workspace
    audience_error = ""
    try:
        recipient = audience.recipient(at=at, step=step)
    except Refused as refused:
        audience, audience_error = replace(audience, parts=Parts()), str(refused)
        recipient = None
    known = contact_fields.variables(workspace)
    values = (
        audiences.values_of(recipient)
        if recipient
        else {variable.name: variable.sample for variable in known}
    )
    error = _error(text, [variable.name for variable in known])
    filled, lacking = _filled(text, values)
    size = text_parts.measure(filled)
    forecast = forecasts.estimate_text(
        audience, text="" if error else text, is_live=True
    )
    own = unicodedata.normalize("NFC", text)
    everywhere = dict.fromkeys((*size.forcing, *forecast.sizes.forcing))
    by_values = "".join(sign for sign in everywhere if sign not in own)
    return Preview(
        text=filled,
        pieces=_pieces(filled),
        size=size,
        recipient=recipient,
        values=values,
        error=error,
        warnings=[] if error else _warnings(forecast, lacking),
        foreign=plain_spellings.signs(text),
        foreign_values=plain_spellings.signs(by_values),
        forecast=forecast,
        balance=_balance(workspace),
        audience_error=audience_error,
    )


def sample(campaign: Campaign) -> Preview:
    """Return the text for the first recipient of a draft, without a forecast."""
    audience = Audience(campaign.workspace, of_draft(campaign), campaign.channel)
    try:
        recipient = audience.recipient()
    except Refused:
        # The check names it.
        recipient = None
    values = audiences.values_of(recipient) if recipient else {}
    filled, _lacking = _filled(campaign.text, values)
    size = text_parts.measure(filled)
    return Preview(
        text=filled,
        pieces=_pieces(filled),
        size=size,
        recipient=recipient,
    )


def _error(text: str, known: list[str]) -> str:
    if not text.strip():
        return ""
    try:
        text_checks.check_text(text, known=known)
    except Refused as refused:
        return str(refused)
    return ""


def _filled(text: str, values: dict[str, str]) -> tuple[str, str]:
    """Return the text for one person, and the name of the value that they lack.

    A hole shows as its own name: the writer has to see where it is.
    """
    try:
        return rendering.render(text, values), ""
    except TemplateError:
        return text, ""
    except MissingValue as missing:
        shown = _Named(values)
        return rendering.render(text, shown), missing.name


class _Named(dict[str, str]):
    """Values in which a missing one is its name in brackets."""

    def get(self, key: str, default: object = None) -> str:
        value = super().get(key, "")
        return value if value.strip() else f"[{key}]"


def _warnings(forecast: Forecast, lacking: str) -> list[str]:
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
    if length > MAX_SMS_CHARACTERS:
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
