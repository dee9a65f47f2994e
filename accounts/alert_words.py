"""What an alert says. Rooms above register the words of their own kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import sentences
from accounts.models import Alert, Connection
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
    if facts.get("days_left") is not None:
        text = ngettext(
            "%(balance)s are left, enough for about %(days)s day at this pace.",
            "%(balance)s are left, enough for about %(days)s days at this pace.",
            facts["days_left"],
        ) % {"balance": balance, "days": number_text(facts["days_left"])}
    else:
        text = _("%(balance)s are left.") % {"balance": balance}
    top_up = _("Top it up, or campaigns will pause.")
    return Words(_("The balance is low"), f"{text} {top_up}")


def _connection(facts: Facts) -> Words:
    known = Connection(state=Connection.State.BROKEN, broken_code=facts["code"])
    return Words(
        _("The connection to seven.io is lost"),
        str(sentences.of_connection(known)),
        "danger",
    )


def _hook(facts: Facts) -> Words:
    texts = {
        "missing": _(
            "The gateway has no webhook to this dashboard, so reports and replies come "
            "late. Connect it again."
        ),
        "moved": _(
            "The gateway still posts events to an earlier address of this dashboard. "
            "Connect the webhook again."
        ),
    }
    return Words(_("The webhook is missing"), texts[facts["reason"]])


_WRITERS: dict[str, Writer] = {
    Alert.Kind.LOW_BALANCE: _low_balance,
    Alert.Kind.CONNECTION: _connection,
    Alert.Kind.HOOK: _hook,
}
