"""What alerts about campaigns, reports and prices say."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import alert_words, countries
from accounts.alert_words import Facts, Words
from accounts.models import Alert
from messaging import pauses
from seven_dashboard.formatting import money_text


def register() -> None:
    """Let the account's alerts speak of messages."""
    alert_words.register(Alert.Kind.PAUSED, _paused)
    alert_words.register(Alert.Kind.SILENT, _silent)
    alert_words.register(Alert.Kind.PRICE, _price)


def _paused(facts: Facts) -> Words:
    pause = pauses.explain(facts["reason"])
    return Words(f"{facts['name']}: {pause.title}", pause.text, pause.level)


def _silent(facts: Facts) -> Words:
    return Words(
        _("No events arrive"),
        _("Messages were accepted, but nobody reports on them. Test the webhook."),
    )


def _price(facts: Facts) -> Words:
    country = countries.name_of(facts["country"]) or facts["country"]
    title = _("The price for %(country)s has changed") % {"country": country}
    amounts = {"was": _amount(facts["was"]), "now": _amount(facts["now"])}
    if facts["network"]:
        text = _("Your last campaigns went there. %(network)s: %(was)s, now %(now)s.")
        amounts["network"] = facts["network"]
    else:
        text = _("Your last campaigns went there. A part was %(was)s, now %(now)s.")
    told = [text % amounts]
    if facts["others"]:
        n = facts["others"]
        told.append(ngettext("%(n)s other too.", "%(n)s others too.", n) % {"n": n})
    return Words(title, " ".join(told), "info")


def _amount(amount: str | None) -> str:
    return _("not listed") if amount is None else money_text(amount)
