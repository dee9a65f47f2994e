"""What goes wrong in a campaign, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from messaging import remedies, report_words
from messaging.models import Campaign, Message
from messaging.outcomes import RETRYABLE_CODES
from messaging.states import MessageState
from seven_dashboard.gateway.codes import meaning_of

# Pages never count a big table: the newest rows of each state stand for it.
NEWEST = 1_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages with the same failure; ``is_more``: the newest NEWEST only."""

    state: str
    code: int | None
    sentence: str
    messages: int
    is_more: bool
    can_retry: bool
    skip_reason: str = ""
    word: str = ""

    @property
    def reason(self) -> str:
        """Return the reason in the words of an address."""
        return reason_of(self.code, self.skip_reason, self.word)

    @property
    def remedy(self) -> str:
        """Return what to do about it."""
        return remedies.remedy(self.state, self.code, self.skip_reason, self.word)


def reason_of(code: int | None, skip_reason: str, word: str) -> str:
    """Return a reason in the words of an address, "" where there is none."""
    if code is not None:
        return str(code)
    return skip_reason or (word if report_words.is_known(word) else "")


def newest(campaign: Campaign) -> list[Trouble]:
    """Return the failures of a campaign, the newest message's first."""
    found: list[tuple[int, Trouble]] = []
    for state in (
        MessageState.REFUSED,
        MessageState.UNDELIVERED,
        MessageState.EXPIRED,
        MessageState.SKIPPED,
    ):
        found += _of_state(campaign, state)
    found.sort(key=lambda pair: -pair[0])
    return [trouble for _last, trouble in found]


def sentence(message: Message) -> str:
    """Return why a message is in its state, or nothing if there is nothing to say."""
    return sentence_of(
        message.state, message.error_code, message.skip_reason, message.report_word
    )


def _of_state(campaign: Campaign, state: str) -> list[tuple[int, Trouble]]:
    rows = Message.objects.filter(campaign=campaign, state=state).order_by("-pk")
    words = ("report_word",) if state == MessageState.UNDELIVERED else ()
    newest_ids = rows.values("pk")[:NEWEST]
    counted = (
        Message.objects.filter(pk__in=newest_ids)
        .order_by()
        .values("error_code", "skip_reason", *words)
        .annotate(messages=Count("pk"), last=Max("pk"))
    )
    groups = cast(list[dict[str, Any]], list(counted))
    is_full = sum(group["messages"] for group in groups) >= NEWEST
    return [
        (
            group["last"],
            Trouble(
                state=state,
                code=group["error_code"],
                sentence=sentence_of(
                    state,
                    group["error_code"],
                    group["skip_reason"],
                    group.get("report_word", ""),
                ),
                messages=group["messages"],
                is_more=is_full,
                can_retry=state == MessageState.REFUSED
                and group["error_code"] in RETRYABLE_CODES,
                skip_reason=group["skip_reason"],
                word=group.get("report_word", ""),
            ),
        )
        for group in groups
    ]


def sentence_of(state: str, code: int | None, skip_reason: str, word: str = "") -> str:
    """Return the same for a state, a code, a reason to skip and a report's word."""
    if state == MessageState.SKIPPED:
        return _skipped(skip_reason)
    if state == MessageState.UNCLEAR:
        return _(
            "The gateway's answer did not arrive, so it is not known whether this was "
            "sent."
        )
    if code is not None:
        return _(meaning_of(code).sentence)
    if state == MessageState.UNDELIVERED and (said := report_words.sentence(word)):
        return said
    words = {
        MessageState.REFUSED: _("The gateway refused it without a reason."),
        MessageState.UNDELIVERED: _("The network could not deliver it."),
        MessageState.EXPIRED: _("The phone could not be reached in time."),
    }
    return words.get(MessageState(state), "")


def _skipped(reason: str) -> str:
    words = {
        "opted_out": _("This number has opted out, so nothing was sent."),
        "no_number": _("This contact has no mobile number."),
        "missing_value": _("A value that the text needs is missing."),
        "too_long": _("The text became too long."),
        "out_of_hours": _("The hours in which it may be sent were over there."),
    }
    return words.get(reason, _("Nothing was sent to this contact."))
