"""What a launch means, in plain sentences: who gets what, when, and for how much."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Connection
from contacts.models import Channel
from messaging.models import Campaign, StartClock
from messaging.selectors.plans import Plan
from messaging.services.checks import Check
from seven_dashboard.formatting import duration_text, money_text, number_text

# Sooner than this is at once.
MOMENT = timedelta(minutes=1)


def of(check: Check, plan: Plan) -> list[str]:
    """Return the sentences of a check that nothing forbids."""
    if not check.forecast.recipients:
        return []
    # An English time ends with a dot of its own: "at 10 a.m.".
    when = _when(check, plan).replace("..", ".")
    return [_who(check), when, *_cost(check)]


def _who(check: Check) -> str:
    campaign, recipients = check.campaign, check.forecast.recipients
    sentences = {
        Channel.SMS: ngettext(
            "%(count)s person gets an SMS from %(sender)s.",
            "%(count)s people get an SMS each from %(sender)s.",
            recipients,
        ),
        Channel.VOICE: ngettext(
            "%(count)s person gets a call from %(sender)s.",
            "%(count)s people get a call each from %(sender)s.",
            recipients,
        ),
        Channel.RCS: ngettext(
            "%(count)s person gets an RCS message from %(sender)s.",
            "%(count)s people get an RCS message each from %(sender)s.",
            recipients,
        ),
    }
    usual = {
        Channel.SMS: _("the sender of your account"),
        Channel.VOICE: _("the number of your account"),
        Channel.RCS: _("the first agent of your account"),
    }
    return sentences[Channel(campaign.channel)] % {
        "count": number_text(recipients),
        "sender": campaign.sender or usual[Channel(campaign.channel)],
    }


def _when(check: Check, plan: Plan) -> str:
    campaign = check.campaign
    day, at = campaign.start_on, campaign.start_time
    if campaign.start_clock == StartClock.NOW or day is None or at is None:
        return _now(check, plan)
    moment = datetime.combine(day, at)
    values = {"day": date_format(moment, "DATE_FORMAT"), "time": time_format(at)}
    if campaign.start_clock == StartClock.RECIPIENT:
        return _("It starts on %(day)s at %(time)s by each recipient's clock.") % values
    return _("It starts on %(day)s at %(time)s.") % values


def _now(check: Check, plan: Plan) -> str:
    """Say what "at once" comes to by the sending hours."""
    meant = [line for line in plan.lines if not line.is_left_out]
    if not plan.lines:
        return _("It starts at once and takes about %(time)s.") % {
            "time": _duration(check.campaign, check.forecast.recipients)
        }
    if not meant:
        return _("Nobody gets it: it would be outside the hours.")
    first = meant[0]
    if first.first_at > timezone.now() + MOMENT:
        return _("It waits for the sending hours, until %(when)s in %(place)s.") % {
            "when": first.first,
            "place": first.place,
        }
    return _("It starts at once; the last one goes out about %(when)s.") % {
        "when": plan.ends
    }


def _duration(campaign: Campaign, recipients: int) -> str:
    connection = Connection.objects.filter(workspace=campaign.workspace).first()
    pace = campaign.rate_per_s or (connection.rate_per_s if connection else None)
    seconds = float(recipients / pace) if pace else 0.0
    return duration_text(max(1.0, seconds, campaign.spread_minutes * 60.0))


def _cost(check: Check) -> list[str]:
    forecast = check.forecast
    if not forecast.is_priced:
        return [_("What it costs is not known.")]
    values = {
        "cost": money_text(forecast.cost),
        "most": money_text(forecast.worst_cost),
    }
    found = [
        _("It costs about %(cost)s, and %(most)s at most.") % values
        if forecast.worst_cost > forecast.cost
        else _("It costs about %(cost)s.") % values
    ]
    if forecast.runs_out:
        found.append(
            ngettext(
                "The balance is enough for %(count)s recipient; then it pauses.",
                "The balance is enough for %(count)s recipients; then it pauses.",
                forecast.runs_out.before,
            )
            % {"count": number_text(forecast.runs_out.before)}
        )
    return found
