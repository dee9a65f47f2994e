"""Change what holds for everything that a workspace sends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from messaging.models import CountryLimit, SendingRules
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

FIELDS = (
    "hours_start",
    "hours_end",
    "weekdays",
    "late_minutes",
    "limit_per_day",
    "resumes_next_day",
    "failure_share",
    "failure_after",
    "confirm_above_eur",
    "confirm_above_recipients",
    "same_text_days",
)
TOGETHER = (("hours_start", "hours_end"),)


@transaction.atomic
def update(
    *, workspace: Workspace, actor: User | None, seen: str = "", **fields: Any
) -> SendingRules:
    """Change the rules, `fields` being those of FIELDS; the rest stays.

    What stays the same leaves no entry in the trail. ``seen`` is what the person's
    page showed (``pages``). Raises Overtaken.
    """
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a rule: {sorted(unknown)}")
    SendingRules.objects.get_or_create(workspace=workspace)
    rules = SendingRules.objects.select_for_update().get(workspace=workspace)
    fields = pages.merged(fields, now=shown_values(rules), seen=seen, together=TOGETHER)
    before = {name: getattr(rules, name) for name in fields}
    changed = [name for name in fields if fields[name] != before[name]]
    if not changed:
        return rules
    for name in changed:
        setattr(rules, name, fields[name])
    rules.save(update_fields=changed)
    audit.record(
        workspace=workspace,
        actor=actor,
        action="rules.update",
        before={name: before[name] for name in changed},
        after={name: fields[name] for name in changed},
    )
    return rules


def shown_values(rules: SendingRules) -> dict[str, object]:
    """Return what the page of the rules shows."""
    return {name: getattr(rules, name) for name in FIELDS}


@transaction.atomic
def set_country_limit(
    *,
    workspace: Workspace,
    actor: User | None,
    country: str,
    per_day: Decimal | None,
    per_campaign: Decimal | None,
) -> CountryLimit:
    """Limit what may be spent on a country, EUR; country "" is every other one.

    Raises Refused when neither amount is given.
    """
    if per_day is None and per_campaign is None:
        raise Refused(
            _("Give an amount for a day, for a campaign, or both."),
            code="no_limit",
            field="per_day",
        )
    limit, is_new = CountryLimit.objects.select_for_update().get_or_create(
        workspace=workspace,
        country=country,
        defaults={"per_day": per_day, "per_campaign": per_campaign},
    )
    before = {} if is_new else _amounts(limit)
    limit.per_day, limit.per_campaign = per_day, per_campaign
    limit.save(update_fields=["per_day", "per_campaign"])
    if before != _amounts(limit):
        _record(limit, actor, before=before, after=_amounts(limit))
    return limit


@transaction.atomic
def remove_country_limit(*, limit: CountryLimit, actor: User | None) -> None:
    """Lift the limit of a country; that of every other country holds for it then."""
    _record(limit, actor, before=_amounts(limit), after={})
    limit.delete()


def _amounts(limit: CountryLimit) -> dict[str, object]:
    return {"per_day": limit.per_day, "per_campaign": limit.per_campaign}


def _record(
    limit: CountryLimit,
    actor: User | None,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    audit.record(
        workspace=limit.workspace,
        actor=actor,
        action="rules.set_country_limit" if after else "rules.remove_country_limit",
        subject=limit.country,
        before=before,
        after=after,
    )
