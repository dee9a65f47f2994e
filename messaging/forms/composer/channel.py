"""Which way a campaign goes, and what that way can be told besides the text.

The three ways are radio buttons that look like tabs; the page shows the fields of the
chosen one by CSS alone. Fields of the others are sent along and not looked at.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Channel
from messaging import option_checks, options, senders
from messaging.forms.composer import cards, keys
from messaging.forms.composer.keys import KeyFields
from messaging.forms.composer.rooms import Room
from messaging.models import Campaign
from messaging.options import (
    Card,
    Fallback,
    Options,
    RcsOptions,
    SmsOptions,
    VoiceOptions,
)
from seven_dashboard.errors import Refused

SENDER_FIELDS = {Channel.SMS: "sender", Channel.VOICE: "caller", Channel.RCS: "agent"}


class ChannelChoice(Room):
    """The way alone."""

    kept: ClassVar[tuple[str, ...]] = ("channel",)

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=Channel.choices,
        initial=Channel.SMS,
        required=False,
        widget=forms.RadioSelect,
    )

    def chosen_channel(self) -> str:
        """Return the way as chosen so far."""
        value = str(self["channel"].value() or "")
        return value if value in Channel.values else Channel.SMS

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Channel.SMS


class SmsFields(ChannelChoice):
    """What an SMS can be told; two of them hold for RCS too."""

    is_flash = forms.BooleanField(
        label=_("Flash: show it at once and keep it nowhere"), required=False
    )
    has_plain_values = forms.BooleanField(
        label=_("Replace characters in recipients' values that make parts shorter"),
        required=False,
        help_text=_("Łukasz is written Lukasz. Values keep what nothing comes near."),
    )
    has_tracking = forms.BooleanField(
        label=_("Shorten links and count who opens them"), required=False
    )
    ttl_min = forms.IntegerField(
        label=_("Give up after (minutes)"),
        required=False,
        min_value=option_checks.TTL_MIN,
        max_value=option_checks.TTL_MAX,
        help_text=_("Empty: two days."),
    )


class VoiceFields(ChannelChoice):
    """What a call can be told."""

    caller = forms.CharField(
        label=_("Caller"),
        required=False,
        max_length=24,
        help_text=_(
            "One of your own numbers, or one that was verified. "
            "Empty: the number set in your seven.io account."
        ),
        widget=forms.TextInput(attrs={"list": "callers", "autocomplete": "off"}),
    )
    ringtime_s = forms.IntegerField(
        label=_("Let it ring for (seconds)"),
        required=False,
        min_value=option_checks.RINGTIME_MIN_S,
        max_value=option_checks.RINGTIME_MAX_S,
        help_text=_("5 to 60. Empty: as the gateway does."),
    )

    def clean_caller(self) -> str:
        if self.chosen_channel() != Channel.VOICE:
            return ""
        return _named(senders.check_caller, str(self.cleaned_data["caller"]))


class FallbackFields(forms.Form):
    """What somebody without RCS gets."""

    fallback = forms.ChoiceField(
        label=_("For handsets without RCS"),
        choices=[
            ("", _("Nothing: they get no message")),
            ("sms", _("An SMS")),
            ("webview", _("An SMS with a link to a web page of the message")),
        ],
        required=False,
    )
    fallback_text = forms.CharField(
        label=_("What the SMS says"),
        required=False,
        max_length=1520,
        help_text=_("Empty: the text above."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    fallback_sender = forms.CharField(
        label=_("Who the SMS is from"), required=False, max_length=24
    )


class RcsFields(FallbackFields, ChannelChoice):
    """What an RCS message can be told."""

    agent = forms.CharField(
        label=_("Agent"),
        required=False,
        max_length=100,
        help_text=_("Empty: the first agent of your seven.io account."),
        widget=forms.TextInput(attrs={"list": "agents", "autocomplete": "off"}),
    )
    rcs_kind = forms.ChoiceField(
        label=_("Shown as"),
        choices=[
            ("text", _("Without a card")),
            ("card", _("As a card")),
            ("carousel", _("As a row of cards")),
        ],
        initial="text",
        required=False,
        widget=forms.RadioSelect,
    )
    card_count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_cards = cards.count_of(self[cards.COUNT].value())
        for number in range(1, self.shown_cards + 1):
            self.fields |= cards.fields_of(number)

    def clean_agent(self) -> str:
        if self.chosen_channel() != Channel.RCS:
            return ""
        return _named(senders.check_agent, str(self.cleaned_data["agent"]))

    def button_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the fields of each button of the first card, for the page."""
        return cards.rows_of(self, 1)

    def more_cards(self) -> list[dict[str, Any]]:
        """Return the fields of each further card, for the page."""
        return [
            {
                "number": n,
                "title": self[f"card{n}_title"],
                "text": self[f"card{n}_text"],
                "media": self[f"card{n}_media"],
                "buttons": (rows := cards.rows_of(self, n)),
                "has_buttons": any(row["kind"].value() for row in rows),
            }
            for n in range(cards.LEAST, self.shown_cards + 1)
        ]

    @property
    def may_add_card(self) -> bool:
        return self.shown_cards < cards.MOST

    @property
    def may_take_card(self) -> bool:
        return self.shown_cards > cards.LEAST


class ChannelRoom(SmsFields, VoiceFields, RcsFields, KeyFields):
    """The way and its options; what is cleaned is a sender and ``options``."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        channel = values.get("channel", Channel.SMS)
        own = options_of(channel, values)
        if channel != Channel.SMS:
            values["sender"] = values.get(SENDER_FIELDS[Channel(channel)], "")
        for name in self._own_names():
            values.pop(name, None)
        self.options = own
        return {**values, "options": own}

    def typed_options(self) -> Options:
        """Return the options as typed so far, whether or not they are sound."""
        names = [*self._own_names()]
        return options_of(self.chosen_channel(), {n: self[n].value() for n in names})

    def typed_sender(self) -> str:
        """Return the sender of the chosen way as typed so far."""
        field = SENDER_FIELDS[Channel(self.chosen_channel())]
        return str(self[field].value() or "") if field in self.fields else ""

    def require(self) -> None:
        """Make an error of options that a draft may have and a campaign may not."""
        super().require()
        try:
            option_checks.check(self.options, text=self.cleaned_data.get("text", ""))
        except Refused as refused:
            self.add_error(
                refused.field if refused.field in self.fields else None, str(refused)
            )

    @classmethod
    def filled(cls, campaign: Campaign) -> dict[str, Any]:
        own = options.read(campaign.channel, campaign.options)
        values = {**super().filled(campaign), **initial_of(own)}
        if campaign.channel != Channel.SMS:
            field = SENDER_FIELDS[Channel(campaign.channel)]
            values |= {field: campaign.sender, "sender": ""}
        return values

    def _own_names(self) -> list[str]:
        rooms = (SmsFields, VoiceFields, FallbackFields, RcsFields)
        names = {name for room in rooms for name in room.base_fields}
        own = names - set(ChannelChoice.base_fields)
        return [*own, *cards.names_of(self.shown_cards), *keys.names()]


def options_of(channel: str, values: dict[str, Any]) -> Options:
    """Return the options of a channel out of what was cleaned; the rest is left."""
    if channel == Channel.VOICE:
        return VoiceOptions(
            ringtime_s=values.get("ringtime_s"), keys=keys.meanings_of(values)
        )
    common: dict[str, Any] = {
        "ttl_min": values.get("ttl_min"),
        "has_tracking": bool(values.get("has_tracking")),
        "deliver_at": values.get("deliver_at"),
    }
    if channel == Channel.RCS:
        shown = _cards(values)
        return RcsOptions(
            card=shown[0] if shown else None,
            more=shown[1:],
            fallback=_fallback(values),
            **common,
        )
    return SmsOptions(
        is_flash=bool(values.get("is_flash")),
        has_plain_values=bool(values.get("has_plain_values")),
        **common,
    )


def initial_of(own: Options) -> dict[str, Any]:
    """Return options as the fields show them."""
    if isinstance(own, VoiceOptions):
        return {"ringtime_s": own.ringtime_s, **keys.initial_of(own.keys)}
    values: dict[str, Any] = {
        "ttl_min": own.ttl_min,
        "has_tracking": own.has_tracking,
    }
    if isinstance(own, SmsOptions):
        plain = own.has_plain_values
        return {**values, "is_flash": own.is_flash, "has_plain_values": plain}
    kinds = ("text", "card", "carousel")
    values["rcs_kind"] = kinds[min(len(own.cards), 2)]
    values |= cards.initial_of(own.cards)
    if own.fallback:
        values |= {
            "fallback": own.fallback.kind,
            "fallback_text": own.fallback.text,
            "fallback_sender": own.fallback.sender,
        }
    return values


def _cards(values: dict[str, Any]) -> tuple[Card, ...]:
    kind = values.get("rcs_kind")
    if kind == "carousel":
        count = cards.count_of(values.get(cards.COUNT))
        return tuple(cards.read(values, number) for number in range(1, count + 1))
    return (cards.read(values, 1),) if kind == "card" else ()


def _fallback(values: dict[str, Any]) -> Fallback | None:
    kind = values.get("fallback")
    if kind == "sms":
        return Fallback(
            kind="sms",
            text=str(values.get("fallback_text") or "").replace("\r\n", "\n"),
            sender=str(values.get("fallback_sender") or ""),
        )
    return Fallback(kind="webview") if kind == "webview" else None


def _named(check: Any, value: str) -> str:
    try:
        return str(check(value))
    except Refused as refused:
        raise forms.ValidationError(str(refused), code=refused.code) from None
