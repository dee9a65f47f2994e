"""Change the name of a number, and where its SMS go."""

from __future__ import annotations

import json
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.fields import UnreadableSecret
from accounts.models import Errand, OwnNumber
from accounts.services import number_lists
from accounts.services.acts.base import Act, Facts, agreed, connection_of
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import UnclearOutcome
from seven_dashboard.gateway.resources.numbers import ActiveNumber, Forwarding

_UNREADABLE: Final = _(
    "The Slack addresses that were entered cannot be read, because the encryption keys "
    "of this server (FIELD_KEYS) have changed. Nothing was done. Enter them again."
)


def _now(client: SevenClient, errand: Errand) -> ActiveNumber:
    return _kept(client.numbers.get(errand.subject), errand)


def _kept(found: ActiveNumber, errand: Errand) -> ActiveNumber:
    """Keep what the gateway says of the number, if it speaks of that number."""
    if number_lists.digits_of(found.number) != errand.subject:
        raise UnclearOutcome
    number_lists.keep_one(connection_of(errand), found)
    return found


def _name(client: SevenClient, errand: Errand) -> Facts:
    return {"name": _now(client, errand).friendly_name}


def _rename(client: SevenClient, errand: Errand) -> Facts:
    name = str(errand.values["name"])
    _kept(client.numbers.update(errand.subject, friendly_name=name), errand)
    return {}


def _has_name(client: SevenClient, errand: Errand) -> bool:
    wanted = str(errand.values["name"])
    return _now(client, errand).friendly_name.strip() == wanted.strip()


def _targets(client: SevenClient, errand: Errand) -> Facts:
    # What cannot be read is refused here, while nothing has been asked yet.
    _slack(errand)
    return _measure(client, errand)


def _measure(client: SevenClient, errand: Errand) -> Facts:
    _now(client, errand)
    return _shown(errand)


def _shown(errand: Errand) -> Facts:
    """Return the targets as rows keep them, for the trail: no Slack address."""
    mine = OwnNumber.objects.filter(connection=connection_of(errand))
    row = mine.filter(number=errand.subject).first()
    targets = row.forwarding() if row else {}
    return {f"forward_{kind}": ", ".join(found) for kind, found in targets.items()}


def _wanted(errand: Errand) -> Facts:
    """Return the agreed targets for the trail, the Slack addresses left out."""
    return {
        f"forward_{kind}": ", ".join(errand.values[kind])
        for kind in ("sms", "email")
        if kind in errand.values
    }


def _forward(client: SevenClient, errand: Errand) -> Facts:
    slack = _slack(errand)
    answer = client.numbers.update(
        errand.subject,
        sms_forward=errand.values["sms"],
        email_forward=errand.values["email"],
        slack_forward=slack,
    )
    _remember(errand, slack)
    _kept(answer, errand)
    return {}


def _remember(errand: Errand, slack: list[str]) -> None:
    # The gateway may show one Slack address of several; the row knows the others.
    mine = OwnNumber.objects.filter(connection=connection_of(errand))
    mine.filter(number=errand.subject).update(
        slack_forward=json.dumps(slack) if slack else ""
    )


def _slack(errand: Errand) -> list[str]:
    """Return the Slack addresses that were agreed to. Raises Refused."""
    try:
        return [str(one) for one in json.loads(errand.secret.reveal() or "[]")]
    except UnreadableSecret:
        raise Refused(_UNREADABLE, code="unreadable_secret") from None


def _goes_there(client: SevenClient, errand: Errand) -> bool | None:
    try:
        slack = _slack(errand)
    except Refused:
        # Keys that changed since it was asked: nobody can compare.
        return None
    found = client.numbers.get(errand.subject).forwarding
    is_done = _fits(found, errand, slack)
    if is_done:
        _remember(errand, slack)
    return is_done


def _fits(found: Forwarding, errand: Errand, slack: list[str]) -> bool:
    has_sms = set(_digits(found.sms.targets)) == set(_digits(errand.values["sms"]))
    has_email = set(found.email.targets) == set(errand.values["email"])
    shown = set(found.slack.targets)
    has_slack = bool(shown) and shown <= set(slack)
    return has_sms and has_email and (has_slack or not (slack or shown))


def _digits(numbers: list[str]) -> list[str]:
    return [number_lists.digits_of(number) for number in numbers]


RENAME = Act(
    action="number.rename",
    prepare=_name,
    call=_rename,
    look=_has_name,
    measure=_name,
    told=agreed("name"),
)
FORWARD = Act(
    action="number.forward",
    prepare=_targets,
    call=_forward,
    look=_goes_there,
    measure=_measure,
    told=_wanted,
)
