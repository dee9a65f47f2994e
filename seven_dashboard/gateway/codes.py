"""What each numeric code of the gateway means for us.

The meanings come from docs.seven.io and the published clients; whether a code is
certain to mean "nothing was sent" is our reading, and a doubtful code counts as
uncertain, because uncertainty costs a look into the journal and a wrong certainty
costs a second message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Concern = Literal["row", "campaign", "connection"]

ACCEPTED: Final = 100
PARTLY_ACCEPTED: Final = 101


def gettext_noop(message: str) -> str:
    """Mark `message` for translation; the caller translates when it shows it."""
    return message


@dataclass(frozen=True, slots=True)
class Meaning:
    """Say what one outcome means.

    `permanent`: waiting does not help, something has to be changed first.
    `certain_unsent`: nothing was sent and nothing was charged, for sure.
    `concerns`: the one recipient, the whole campaign, or the connection.
    `sentence`: plain English for a person, marked for translation.
    """

    permanent: bool
    certain_unsent: bool
    concerns: Concern
    sentence: str


def _row(sentence: str, *, permanent: bool = True) -> Meaning:
    return Meaning(permanent, True, "row", sentence)


def _campaign(sentence: str, *, permanent: bool = True) -> Meaning:
    return Meaning(permanent, True, "campaign", sentence)


def _connection(sentence: str) -> Meaning:
    return Meaning(True, True, "connection", sentence)


def _doubtful(sentence: str) -> Meaning:
    return Meaning(False, False, "row", sentence)


UNKNOWN_CODE: Final = _doubtful(
    gettext_noop("The gateway answered with a code that we do not know.")
)

CODES: Final[dict[int, Meaning]] = {
    11: _doubtful(
        gettext_noop("The carrier is not reachable at the moment. Try again later.")
    ),
    100: Meaning(False, False, "row", gettext_noop("The gateway accepted it.")),
    101: Meaning(
        False,
        False,
        "row",
        gettext_noop("The gateway refused at least one of the recipients."),
    ),
    201: _campaign(
        gettext_noop(
            "The sender is not valid. Use up to 11 letters and digits, or up to 16 "
            "digits."
        )
    ),
    202: _row(gettext_noop("The recipient's number is not valid.")),
    300: _connection(
        gettext_noop("The gateway got no API key. Connect the account again.")
    ),
    301: _row(gettext_noop("The recipient is missing.")),
    304: _campaign(gettext_noop("The message type is missing.")),
    305: _row(gettext_noop("The text is missing or not valid.")),
    306: _campaign(gettext_noop("This sender number is not allowed.")),
    307: _campaign(gettext_noop("The web address is missing.")),
    308: _campaign(gettext_noop("The gateway does not support one of the settings.")),
    400: _campaign(gettext_noop("The message type is not valid.")),
    401: _row(gettext_noop("The text is too long.")),
    402: _row(
        gettext_noop(
            "The same text went to this number within the last three minutes, so the "
            "gateway did not send it again."
        ),
        permanent=False,
    ),
    403: _row(
        gettext_noop("This number has reached its limit of messages for today."),
        permanent=False,
    ),
    500: _campaign(
        gettext_noop("The gateway account has not enough credit. Top it up."),
        permanent=False,
    ),
    600: _doubtful(gettext_noop("The gateway could not hand the message over.")),
    700: _doubtful(gettext_noop("The gateway reported an error it does not explain.")),
    801: _campaign(gettext_noop("Our own message id was not accepted.")),
    802: _campaign(gettext_noop("The label was not accepted.")),
    803: _campaign(gettext_noop("The gateway does not accept one of the settings.")),
    900: _connection(
        gettext_noop("The gateway does not know this API key. Check the key.")
    ),
    901: _connection(
        gettext_noop(
            "The gateway rejected our signature. Check the signing key, and the clock "
            "of this server."
        )
    ),
    902: _connection(
        gettext_noop(
            "The API key or the permission of this connection may not do this. Give "
            "it the right at the gateway, or connect again."
        )
    ),
    903: _connection(
        gettext_noop(
            "The API key may not be used from this server's address. Allow the "
            "address at the gateway."
        )
    ),
}


def meaning_of(code: int | None) -> Meaning:
    """Return what `code` means; a code we do not know is doubtful."""
    return UNKNOWN_CODE if code is None else CODES.get(code, UNKNOWN_CODE)
