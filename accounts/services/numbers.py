"""What a person asks for about numbers; the errand does it at the gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Errand, Interval, NumberOffer, OwnNumber, User
from accounts.selectors import errands
from accounts.services import wishes
from accounts.services.wishes import Wish
from seven_dashboard.errors import Refused

Kind = Errand.Kind


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the SMS of a number go on to: digits, addresses, Slack addresses."""

    sms: Sequence[str] = ()
    email: Sequence[str] = ()
    slack: Sequence[str] = ()


def order(
    *, offer: NumberOffer, actor: User, interval: str, agreed: Decimal, token: str
) -> Errand:
    """Ask for a number at the cost (EUR, now) that the person agreed to.

    Raises Refused when the offer costs something else by now.
    """
    known = wishes.of_token(offer.connection.workspace, token)
    if known is not None:
        return known
    cost, charge = offer.cost_now(interval), offer.charge(interval)
    if interval not in Interval.values or cost is None or charge is None:
        raise Refused(_("The gateway names no price for this number."), code="no_price")
    if cost != agreed:
        raise Refused(
            _("Its price has changed. Look at the new one and order again."),
            code="price",
        )
    mine = OwnNumber.objects.filter(connection=offer.connection)
    if mine.filter(number=offer.number).exists():
        raise Refused(_("This number is yours already."), code="ours")
    wish = Wish(
        kind=Kind.ORDER,
        subject=offer.number,
        subject_name=offer.e164,
        token=token,
        values={
            "interval": interval,
            "cost": str(cost),
            "charge": str(charge),
            "country": offer.country,
        },
    )
    return wishes.begin(workspace=offer.connection.workspace, actor=actor, wish=wish)


def give_up(*, number: OwnNumber, actor: User, when: str, token: str) -> Errand:
    """Ask to end a number: ``when`` is "end" (of what is paid) or "now"."""
    known = wishes.of_token(number.connection.workspace, token)
    if known is None and when == "end" and number.expires_at is not None:
        raise Refused(_("It is given up already and ends by itself."), code="ending")
    return _begin(number, actor, Kind.GIVE_UP, token, {"when": when})


def rename(*, number: OwnNumber, actor: User, name: str, token: str) -> Errand | None:
    """Ask for another name; None when it has that name. Raises Refused."""
    if name == number.friendly_name and not _is_changing(number, Kind.RENAME):
        return None
    return _begin(number, actor, Kind.RENAME, token, {"name": name})


def forward(
    *, number: OwnNumber, actor: User, targets: Targets, token: str
) -> Errand | None:
    """Ask that SMS go on to these targets alone; None when they do. Raises Refused.

    A number that the SMS come back from would forward them round and round.
    """
    _refuse_circle(number, targets.sms)
    now = Targets(number.sms_forward, number.email_forward, number.slack_addresses)
    if _sets(now) == _sets(targets) and not _is_changing(number, Kind.FORWARD):
        return None
    values = {"sms": list(targets.sms), "email": list(targets.email)}
    secret = json.dumps(list(targets.slack)) if targets.slack else ""
    return _begin(number, actor, Kind.FORWARD, token, values, secret)


def _is_changing(number: OwnNumber, kind: str) -> bool:
    """Say that it is about to be something else, so that "as it is" has to wait."""
    workspace = number.connection.workspace
    return errands.under_way(workspace, kind, subject=number.number) is not None


def _sets(targets: Targets) -> tuple[set[str], set[str], set[str]]:
    return set(targets.sms), set(targets.email), set(targets.slack)


def _refuse_circle(number: OwnNumber, targets: Sequence[str]) -> None:
    mine = OwnNumber.objects.filter(connection=number.connection_id)
    onward = dict(mine.values_list("number", "sms_forward"))
    seen: set[str] = set()
    waiting = list(targets)
    while waiting:
        target = waiting.pop()
        if target == number.number:
            raise Refused(
                _("These SMS would come back to the number that forwards them."),
                code="circle",
                field="sms",
            )
        if target not in seen:
            seen.add(target)
            waiting += onward.get(target, [])


def _begin(
    number: OwnNumber,
    actor: User,
    kind: str,
    token: str,
    values: Mapping[str, object],
    secret: str = "",
) -> Errand:
    wish = Wish(
        kind=kind,
        subject=number.number,
        subject_name=number.e164,
        token=token,
        values=values,
        secret=secret,
    )
    workspace = number.connection.workspace
    return wishes.begin(workspace=workspace, actor=actor, wish=wish)
