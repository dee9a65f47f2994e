"""What a person agrees to before a campaign goes out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Connection
from messaging import options
from messaging.models import Campaign, SendingRules
from messaging.options import RcsOptions
from messaging.rendering import TemplateError
from messaging.selectors import audience_parts, concerned, duplicates, plans, rules
from messaging.selectors.concerned import Concern, Lack
from messaging.services import (
    audience_checks,
    campaign_files,
    forecasts,
    prerequisites,
)
from messaging.services.forecast_lines import Forecast
from seven_dashboard.errors import Refused

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Check:
    """Who gets what at what cost; ``problems`` forbid sending, ``warnings`` do not.

    ``cost_bound`` (EUR, whole cents up) is the worst case, which sending stops at;
    None when the price list does not say. ``fingerprint`` names what was shown,
    ``mark`` the draft alone.
    """

    campaign: Campaign
    forecast: Forecast
    rules: SendingRules
    balance: Decimal | None = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    duplicates: int = 0
    # Rows of the campaign's lists that hold no number.
    refused_rows: int = 0
    fingerprint: str = ""
    mark: str = ""

    @property
    def cost_bound(self) -> Decimal | None:
        if self.forecast.recipients and self.forecast.unpriced:
            return None
        return self.forecast.worst_cost.quantize(CENT, rounding=ROUND_UP)

    @property
    def cost_expected(self) -> Decimal | None:
        """Return the EUR that it will cost in all; None when no price is known."""
        return self.forecast.cost if self.forecast.is_priced else None

    @property
    def confirm_word(self) -> str:
        """Return what has to be typed: the number of recipients, or nothing."""
        is_large = (
            self.forecast.worst_cost > self.rules.confirm_above_eur
            or self.forecast.recipients > self.rules.confirm_above_recipients
        )
        return str(self.forecast.recipients) if is_large else ""

    @property
    def balance_left(self) -> Decimal | None:
        return None if self.balance is None else self.balance - self.forecast.cost


def of(campaign: Campaign) -> Check:
    """Return the check of a draft; every text is measured, up to forecasts' bound."""
    problems = _problems(campaign)
    connection = Connection.objects.filter(workspace=campaign.workspace).first()
    balance = connection.balance if connection else None
    check = Check(
        campaign=campaign,
        forecast=Forecast(),
        rules=rules.of(campaign.workspace),
        balance=balance,
        problems=problems,
        mark=mark_of(campaign),
    )
    try:
        forecast = forecasts.estimate(campaign)
        check = replace(
            check,
            forecast=forecast,
            warnings=[*_warnings(forecast, balance), *_untried(campaign)],
            concerns=concerned.of(campaign),
            lacks=concerned.lacking(campaign, dict(forecast.missing)),
            duplicates=duplicates.of(campaign),
            refused_rows=_refused_rows(campaign),
        )
    except (TemplateError, Refused):
        # The problem is named already; the rest is still worth showing.
        pass
    return replace(check, fingerprint=_fingerprint(check))


def fingerprint(campaign: Campaign) -> str:
    """Return what names a draft with all the figures that its check shows."""
    return of(campaign).fingerprint


def mark_of(campaign: Campaign) -> str:
    """Name a draft as it is, with its audience's parts but without any figure.

    Two marks are equal when nobody has changed the draft in between: what was worked
    out for one holds for the other.
    """
    return _hashed(_draft(campaign))


def _fingerprint(check: Check) -> str:
    """Name what a person agrees to: the draft, and every figure but the balance.

    The balance changes with every message of anybody; that it ends somewhere counts.
    """
    campaign, forecast = check.campaign, check.forecast
    seen = {
        **_draft(campaign),
        "by_country": [asdict(country) for country in forecast.by_country],
        "left_out": [forecast.opted_out, forecast.no_number, check.duplicates],
        "missing": dict(forecast.missing),
        "sizes": asdict(forecast.sizes),
        "margin": forecast.margin,
        "ends": forecast.runs_out is not None,
        "concerns": [(c.word, c.count, c.is_spared) for c in check.concerns],
        "problems": check.problems,
    }
    return _hashed(seen)


def _draft(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign": str(campaign.pk),
        "text": campaign.text,
        "sender": campaign.sender,
        "channel": campaign.channel,
        "options": campaign.options,
        "files": campaign_files.seen(campaign),
        "updated_at": campaign.updated_at.isoformat(),
        "parts": audience_parts.of_draft(campaign).as_json(),
    }


def _hashed(seen: dict[str, Any]) -> str:
    text = json.dumps(seen, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _problems(campaign: Campaign) -> list[str]:
    found = []
    try:
        prerequisites.working_connection(campaign.workspace)
    except Refused as refused:
        found.append(str(refused))
    try:
        audience_checks.check(campaign)
        if problem := plans.problem_of(campaign):
            found.append(problem)
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


def _untried(campaign: Campaign) -> list[str]:
    """Warn of cards that nobody has sent to themselves since the draft was changed.

    Their form is a guess (``rcs_contents``): a test shows whether the gateway takes it.
    """
    own = options.read(campaign.channel, campaign.options)
    if not (isinstance(own, RcsOptions) and own.card):
        return []
    if campaign.tests.filter(created_at__gte=campaign.updated_at).exists():
        return []
    return [
        _(
            "Nobody could try yet whether seven.io takes cards as we write them. Send "
            "yourself a test and look at it before others get it."
        )
    ]


def _refused_rows(campaign: Campaign) -> int:
    found = campaign.number_lists.aggregate(rows=Sum("refused"))
    return int(found["rows"] or 0)
