"""What to do about messages that did not arrive, in a sentence. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from messaging import report_words
from messaging.outcomes import RETRYABLE_CODES
from messaging.states import MessageState, SkipReason


def remedy(state: str, code: int | None, skip_reason: str, word: str = "") -> str:
    """Return what a person can do about it; "" when there is nothing to do.

    ``word`` is the gateway's own of a report.
    """
    if state == MessageState.UNDELIVERED and (told := report_words.remedy(word)):
        return told
    if state == MessageState.SKIPPED:
        return _skipped(skip_reason)
    if state == MessageState.REFUSED and code is not None:
        return _refused(code)
    words = {
        MessageState.UNDELIVERED: _(
            "Look the numbers up: a landline or a number out of service is better "
            "removed."
        ),
        MessageState.EXPIRED: _(
            "These phones were off or without a network. Another message at another "
            "time may reach them."
        ),
    }
    return words.get(MessageState(state), "")


def _refused(code: int) -> str:
    if code == 202:
        return _("Correct these numbers or remove them.")
    if code == 402:
        return _("These people have this text already. There is nothing to do.")
    if code == 403:
        return _("Send the failed ones again tomorrow.")
    if code in (305, 401):
        return _("Shorten or correct the text, then send it to these people again.")
    if code in RETRYABLE_CODES:
        return _("This passes by itself: send the failed ones again.")
    return ""


def _skipped(reason: str) -> str:
    words = {
        SkipReason.OPTED_OUT: _("Right so: they asked not to be written to."),
        SkipReason.NO_NUMBER: _("Add a mobile number to these contacts."),
        SkipReason.MISSING_VALUE: _(
            "Fill in the value, or give the variable a default in the text."
        ),
        SkipReason.TOO_LONG: _("Shorten the text, or the value that made it so long."),
    }
    return words.get(SkipReason(reason), "") if reason in SkipReason.values else ""
