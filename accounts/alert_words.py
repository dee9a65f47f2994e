"""What an alert says. Rooms above register the words of their own kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import errand_words, sentences
from accounts.models import Alert, Connection, Errand
from seven_dashboard.formatting import money_text, number_text

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """A title of a few words, and a sentence that says what to do."""

    title: str
    text: str
    level: str = "warning"


Writer = Callable[[Facts], Words]


def write(alert: Alert) -> Words:
    """Return what an alert says in the language that is active."""
    return _WRITERS[alert.kind](alert.facts)


def register(kind: str, writer: Writer) -> None:
    """Let a room above say what alerts of a kind mean."""
    _WRITERS[kind] = writer


def _low_balance(facts: Facts) -> Words:
    balance = money_text(facts["balance"], currency=facts.get("currency", "EUR"))
    days = facts.get("days_left")
    if days is None:
        text = _("%(balance)s are left.")
    elif not days:
        text = _("%(balance)s are left, not enough for a day at this pace.")
    else:
        text = ngettext(
            "%(balance)s are left, enough for about %(days)s day at this pace.",
            "%(balance)s are left, enough for about %(days)s days at this pace.",
            days,
        )
    text %= {"balance": balance, "days": number_text(days or 0)}
    top_up = _("Top it up, or campaigns will pause.")
    return Words(_("The balance is low"), f"{text} {top_up}")


def _connection(facts: Facts) -> Words:
    if facts.get("is_away"):
        return Words(
            _("The gateway has not answered for half an hour"),
            _(
                "Nothing is sent meanwhile. Everything goes on by itself once it "
                "answers again."
            ),
            "danger",
        )
    known = Connection(state=Connection.State.BROKEN, broken_code=facts["code"])
    return Words(
        _("The connection to seven.io is lost"),
        str(sentences.of_connection(known)),
        "danger",
    )


def _hook(facts: Facts) -> Words:
    title, text = {
        "missing": (
            _("The webhook is missing"),
            _(
                "The gateway has no webhook to this dashboard, so reports and replies "
                "come late, and calls and clicks not at all. Connect it."
            ),
        ),
        "moved": (
            _("The webhook points to an earlier address"),
            _(
                "The gateway still posts events to an earlier address of this "
                "dashboard. Connect the webhook again."
            ),
        ),
        "off": (
            _("The webhook is switched off"),
            _(
                "The gateway has a webhook to this dashboard, but posts nothing to it. "
                "Connect it again."
            ),
        ),
        "partial": (
            _("The webhook brings only a part of the events"),
            _(
                "The gateway posts to this dashboard one kind of events only, or those "
                "of one number. Connect the webhook again to get all."
            ),
        ),
    }[facts["reason"]]
    return Words(title, text)


def _errand(facts: Facts) -> Words:
    errand = Errand(
        kind=facts["kind"],
        subject=facts["subject"],
        subject_name=facts["name"],
        values=facts["values"],
    )
    text = _(
        "%(act)s: nobody knows whether it was done, and it is not repeated. Look at "
        "the gateway, and say here what you know."
    )
    return Words(
        _("An act at the gateway waits for your word"),
        text % {"act": errand_words.sentence(errand)},
    )


_WRITERS: dict[str, Writer] = {
    Alert.Kind.LOW_BALANCE: _low_balance,
    Alert.Kind.CONNECTION: _connection,
    Alert.Kind.HOOK: _hook,
    Alert.Kind.ERRAND: _errand,
}
