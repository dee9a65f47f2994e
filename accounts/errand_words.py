"""What an errand is about, and how it stands, in words for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import Errand, Interval
from accounts.sentences import NOT_ALLOWED
from seven_dashboard.formatting import money_text, phone_parts
from seven_dashboard.gateway.codes import CODES

Kind, State = Errand.Kind, Errand.State

# The badge of each state; `seven_dashboard.statuses` has the words.
BADGES: Final[dict[str, str]] = {
    State.WAITING: "running",
    State.ASKING: "running",
    State.UNCLEAR: "unclear",
    State.DONE: "finished",
    State.FAILED: "refused",
}


def sentence(errand: Errand) -> str:
    """Return what was to be done, with what it costs."""
    return _SENTENCES[errand.kind](errand)


def reason(errand: Errand) -> str:
    """Return why it failed or is in doubt: ours translated, the gateway's own as is."""
    return _(errand.reason) if errand.reason else ""


def lacks_right(errand: Errand) -> bool:
    """Say that it failed for a right that can be given on the Connection page."""
    return errand.state == State.FAILED and errand.reason == CODES[NOT_ALLOWED].sentence


def _number(errand: Errand) -> str:
    return phone_parts(f"+{errand.subject}")[0]


def _order(errand: Errand) -> str:
    facts = {
        "number": _number(errand),
        "cost": money_text(str(errand.values.get("cost"))),
        "charge": money_text(str(errand.values.get("charge"))),
    }
    if errand.values.get("interval") == Interval.MONTHLY:
        return _("Rent %(number)s for %(cost)s now, then %(charge)s a month") % facts
    return _("Rent %(number)s for %(cost)s now, then %(charge)s a year") % facts


def _give_up(errand: Errand) -> str:
    facts = {"number": _number(errand)}
    if errand.values.get("when") == "now":
        return _("Give %(number)s up now") % facts
    return _("Give %(number)s up at the end of what is paid") % facts


def _rename(errand: Errand) -> str:
    facts = {"number": _number(errand), "name": errand.values.get("name")}
    if not facts["name"]:
        return _("Take the name of %(number)s away") % facts
    return _("Call %(number)s “%(name)s”") % facts


def _forward(errand: Errand) -> str:
    return _("Change where SMS to %(number)s go") % {"number": _number(errand)}


def _create(errand: Errand) -> str:
    facts = {"name": errand.subject_name, "email": errand.subject}
    return _("Add the subaccount %(name)s (%(email)s)") % facts


def _transfer(errand: Errand) -> str:
    facts = {
        "amount": money_text(str(errand.values.get("amount"))),
        "name": errand.subject_name,
    }
    return _("Transfer %(amount)s to %(name)s") % facts


def _top_up(errand: Errand) -> str:
    amount = str(errand.values.get("amount"))
    facts = {
        "name": errand.subject_name,
        "amount": money_text(amount),
        "threshold": money_text(str(errand.values.get("threshold"))),
    }
    if not amount.strip("0."):
        return _("Switch the automatic top-up of %(name)s off") % facts
    return (
        _("Top %(name)s up by %(amount)s whenever it falls below %(threshold)s") % facts
    )


def _delete(errand: Errand) -> str:
    return _("Delete the subaccount %(name)s") % {"name": errand.subject_name}


_SENTENCES: Final[dict[str, Callable[[Errand], str]]] = {
    Kind.ORDER: _order,
    Kind.GIVE_UP: _give_up,
    Kind.RENAME: _rename,
    Kind.FORWARD: _forward,
    Kind.CREATE: _create,
    Kind.TRANSFER: _transfer,
    Kind.TOP_UP: _top_up,
    Kind.DELETE: _delete,
}
