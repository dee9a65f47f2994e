"""Why a rule or a planned start holds a campaign, and what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts import countries
from messaging import pause_reasons
from messaging.pause_reasons import country_of, word_of

# Kind, level, title and text of a `Pause`.
Words = tuple[str, str, str, str]


def of_rules(reason: str) -> Words | None:
    """Return the words for a limit that is reached, or for too many failures."""
    raise_it = _("Raise it in the sending rules and go on, or go on tomorrow.")
    country = countries.name_of(country_of(reason)) or _("an unknown country")
    if reason == pause_reasons.LIMIT_DAY:
        title = _("Paused: the spending limit of the day is reached")
        return "rules", "warning", title, raise_it
    if word_of(reason) == pause_reasons.LIMIT_COUNTRY_DAY:
        title = _("Paused: the limit of the day for %(country)s is reached")
        return "rules", "warning", title % {"country": country}, raise_it
    if word_of(reason) == pause_reasons.LIMIT_COUNTRY:
        title = _("Paused: the limit of a campaign for %(country)s is reached")
        text = _("Raise it in the sending rules and go on, or cancel the rest.")
        return "rules", "warning", title % {"country": country}, text
    if reason == pause_reasons.FAILURES:
        return (
            "failures",
            "danger",
            _("Paused: too many messages failed"),
            _(
                "Look at why below. Going on forgives these and pauses again only when "
                "too many of the next ones fail."
            ),
        )
    if reason == pause_reasons.FILES_GONE:
        return (
            "campaign",
            "danger",
            _("Paused: a file that the text links to is gone"),
            _(
                "Nothing more is sent, as the link would be missing. Put the file back "
                "on the server's disk and go on, or cancel and send a copy with the "
                "file added anew."
            ),
        )
    return None


def of_start(reason: str) -> Words | None:
    """Return the words for a start, or a message, that was held at its time."""
    if reason == pause_reasons.LATE:
        return (
            "start",
            "warning",
            _("Held: its start was missed"),
            _(
                "At the planned time nothing could be started, and now it is too "
                "late to do so unasked. Start it now, or make it a draft and plan it "
                "anew."
            ),
        )
    if reason == pause_reasons.COST_GROWN:
        return (
            "cost",
            "warning",
            _("Held: it would cost more than was agreed"),
            _(
                "More people are in its audience now. Agree to a higher amount to "
                "start."
            ),
        )
    if reason == pause_reasons.START_REFUSED:
        return (
            "start",
            "danger",
            _("Held: it could not be started as planned"),
            _("Make it a draft again: the check says what has to be put right."),
        )
    if reason == pause_reasons.PAST:
        return (
            "start",
            "warning",
            _("Held: its time is over"),
            _(
                "It could not be sent at the time that it was meant for, and now it is "
                "too late to do so unasked. Send it now, or cancel it."
            ),
        )
    return None
