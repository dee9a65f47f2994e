"""What a person agrees to before a campaign goes out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal

from django.utils.translation import gettext as _

from accounts.models import Connection
from messaging.models import Campaign
from messaging.rendering import TemplateError
from messaging.selectors import audience_parts
from messaging.services import audiences, forecasts, prerequisites
from messaging.services.forecasts import Forecast
from seven_dashboard.errors import Refused

# Above either, the number of recipients has to be typed.
CONFIRM_ABOVE_EUR = Decimal(100)
CONFIRM_ABOVE_RECIPIENTS = 5_000
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Check:
    """Who gets what at what cost; ``problems`` forbid sending, ``warnings`` do not.

    ``cost_bound`` (EUR, whole cents up) is the worst case, which sending stops at;
    None when the price list does not say. ``fingerprint`` names what was shown.
    """

    campaign: Campaign
    forecast: Forecast
    balance: Decimal | None = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def cost_bound(self) -> Decimal | None:
        if self.forecast.recipients and self.forecast.unpriced:
            return None
        return self.forecast.worst_cost.quantize(CENT, rounding=ROUND_UP)

    @property
    def confirm_word(self) -> str:
        """Return what has to be typed: the number of recipients, or nothing."""
        is_large = (
            self.forecast.worst_cost > CONFIRM_ABOVE_EUR
            or self.forecast.recipients > CONFIRM_ABOVE_RECIPIENTS
        )
        return str(self.forecast.recipients) if is_large else ""

    @property
    def balance_left(self) -> Decimal | None:
        return None if self.balance is None else self.balance - self.forecast.cost


def of(campaign: Campaign) -> Check:
    """Return the check of a draft; every text is measured, up to forecasts' bound."""
    problems = _problems(campaign)
    try:
        forecast = forecasts.estimate(campaign)
    except (TemplateError, Refused):
        # The problem is named already; the rest is still worth showing.
        forecast = Forecast()
    connection = Connection.objects.filter(workspace=campaign.workspace).first()
    balance = connection.balance if connection else None
    return Check(
        campaign=campaign,
        forecast=forecast,
        balance=balance,
        problems=problems,
        warnings=_warnings(forecast, balance),
        fingerprint=fingerprint(campaign),
    )


def fingerprint(campaign: Campaign) -> str:
    """Return what changes when the draft, the size of its groups or a segment does."""
    groups = sorted(campaign.groups.values_list("pk", "member_count"))
    parts = audience_parts.of_draft(campaign).as_json()
    seen = (
        str(campaign.pk),
        campaign.text,
        campaign.sender,
        campaign.channel,
        json.dumps(campaign.options, sort_keys=True),
        campaign.updated_at.isoformat(),
        *(f"{pk}:{members}" for pk, members in groups),
        json.dumps(parts, sort_keys=True),
    )
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def _problems(campaign: Campaign) -> list[str]:
    found = []
    try:
        prerequisites.working_connection(campaign.workspace)
    except Refused as refused:
        found.append(str(refused))
    try:
        audiences.check(campaign)
    except Refused as refused:
        found.append(str(refused))
    return found


def _warnings(forecast: Forecast, balance: Decimal | None) -> list[str]:
    found = []
    if balance is not None and forecast.cost > balance:
        found.append(
            _("The balance is not enough. Sending will pause when it is used up.")
        )
    if forecast.unpriced:
        found.append(
            _("For some recipients no price is known, so the cost may be higher.")
        )
    return found
