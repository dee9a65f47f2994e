"""Say why a campaign is paused, and what to do about it."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from accounts import sentences
from accounts.models import Connection
from messaging import pause_words
from messaging.pause_reasons import COST, HTTP
from seven_dashboard.gateway.codes import meaning_of

NO_CREDIT = 500
WRONG_KEY = 900
NO_CONNECTION = "no_connection"
# The permission of a connection by OAuth has ended.
GRANT_ENDED = "grant_ended"
# No key of FIELD_KEYS opens the stored API key.
KEYS_UNREADABLE = "keys_unreadable"
# Whom it goes to, or must not go to, cannot be told any more.
AUDIENCE_BROKEN = "audience"
_OF_BROKEN: Final = {
    Connection.UNREADABLE: KEYS_UNREADABLE,
    Connection.GRANT_ENDED: GRANT_ENDED,
}


class Pause(NamedTuple):
    """``kind`` is person, cost, credit, connection, campaign, rules or start."""

    kind: str
    level: str
    title: str
    text: str


def of_connection(connection: Connection | None) -> str:
    """Return the reason why nothing can be sent by a connection, "" if it can."""
    if connection is None:
        return NO_CONNECTION
    if not connection.is_broken:
        return ""
    code = WRONG_KEY if connection.broken_code is None else connection.broken_code
    return _OF_BROKEN.get(code, str(code))


def explain(reason: str) -> Pause:
    """Return the words for a campaign's ``pause_reason``: a word or a gateway code."""
    if found := pause_words.of_rules(reason) or pause_words.of_start(reason):
        return Pause(*found)
    if reason == COST:
        return Pause(
            "cost",
            "warning",
            _("Paused: the agreed cost is reached"),
            _("Nothing more is sent until somebody agrees to a higher amount."),
        )
    if found := _of_connection(reason):
        return found
    if reason == AUDIENCE_BROKEN:
        return Pause(
            "audience",
            "danger",
            _("Paused: its audience cannot be worked out"),
            _(
                "A group, segment or field that it needs is gone. Put it back and go "
                "on, or cancel; who was prepared already gets the message."
            ),
        )
    if reason.startswith(HTTP):
        return _of_http(reason.removeprefix(HTTP))
    if not reason.isdecimal():
        return Pause(
            "person",
            "info",
            _("Paused"),
            _("Nothing is sent until somebody goes on. Reports still come in."),
        )
    return _of_code(int(reason))


def _of_connection(reason: str) -> Pause | None:
    if reason == NO_CONNECTION:
        title = _("Paused: no gateway account is connected")
        text = _("Connect a seven.io account under Account, then go on sending here.")
    elif reason == GRANT_ENDED:
        title = _("Paused: the permission of the gateway account has ended")
        text = _("Connect the account again under Account, then go on sending here.")
    elif reason == KEYS_UNREADABLE:
        title = _("Paused: the stored keys cannot be read")
        text = str(sentences.UNREADABLE)
    else:
        return None
    return Pause("connection", "danger", title, text)


def _of_http(status: str) -> Pause:
    return Pause(
        "connection",
        "danger",
        _("Paused: the gateway does not take our requests"),
        _(
            "It turns them away as a whole (HTTP %(status)s), so no message is at "
            "fault and none was sent by them. Whoever runs this server can check the "
            "gateway's address; then go on sending here."
        )
        % {"status": status},
    )


def _of_code(code: int) -> Pause:
    sentence = _(meaning_of(code).sentence)
    if code == NO_CREDIT:
        return Pause(
            "credit",
            "danger",
            _("Paused: the balance is used up"),
            _("Top up the account at seven.io, then go on sending here."),
        )
    if meaning_of(code).concerns == "connection":
        return Pause(
            "connection",
            "danger",
            _("Paused: the gateway refuses the connection"),
            sentence,
        )
    return Pause(
        "campaign",
        "danger",
        _("Paused: the gateway refuses this campaign"),
        _("%(sentence)s Code %(code)d. A copy of the campaign can be changed.")
        % {"sentence": sentence, "code": code},
    )
