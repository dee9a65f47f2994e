"""Who a message comes from, as each channel wants it named."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from messaging import text_checks
from seven_dashboard.errors import Refused

CALLER_MAX_DIGITS = 16
_AGENT = re.compile(r"[A-Za-z0-9._@-]{1,100}")


def check(channel: str, sender: str) -> str:
    """Return the sender as the gateway takes it; an empty one is the account's own.

    Raises Refused (field ``sender``).
    """
    if channel == "voice":
        return check_caller(sender)
    if channel == "rcs":
        return check_agent(sender)
    return text_checks.check_sender(sender)


def check_caller(caller: str) -> str:
    """Return the digits of a number that calls come from."""
    digits = re.sub(r"[\s()/.-]", "", caller)
    if digits and not re.fullmatch(r"\+?[0-9]+", digits):
        raise _refused(
            _("A call comes from a number: one of your own, or one that was verified.")
        )
    if len(digits.lstrip("+")) > CALLER_MAX_DIGITS:
        raise _refused(_("A number as sender can have 16 digits at most."))
    return digits


def check_agent(agent: str) -> str:
    """Return the id of an RCS agent."""
    agent = agent.strip()
    if agent and not _AGENT.fullmatch(agent):
        raise _refused(_("The id of an agent has letters, digits and . - _ @ only."))
    return agent


def _refused(sentence: str) -> Refused:
    return Refused(sentence, code="sender", field="sender")
