"""Who hears of what, and when a balance is low."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts.models import AlertChoice, AlertRules, Membership, User, Workspace
from accounts.selectors.alerts import Choice
from accounts.services import audit
from seven_dashboard import seen as pages


@transaction.atomic
def choose(*, membership: Membership, choices: Mapping[str, Choice]) -> None:
    """Keep how a member wants to hear of each kind; it concerns nobody else."""
    for kind, one in choices.items():
        AlertChoice.objects.update_or_create(
            workspace=membership.workspace,
            user=membership.user,
            kind=kind,
            defaults=one._asdict(),
        )


@transaction.atomic
def set_rules(
    *,
    workspace: Workspace,
    actor: User | None,
    balance_below: Decimal | None,
    days_below: int | None,
    seen: str = "",
) -> AlertRules:
    """Say below which balance (EUR) or how many days there is an alert.

    ``seen`` is what the person's page showed (``pages``). Raises Overtaken.
    """
    AlertRules.objects.get_or_create(workspace=workspace)
    rules = AlertRules.objects.select_for_update().get(workspace=workspace)
    before = shown_values(rules)
    wanted = {"balance_below": balance_below, "days_below": days_below}
    after = before | pages.merged(wanted, now=before, seen=seen)
    if before != after:
        for name, value in after.items():
            setattr(rules, name, value)
        rules.save()
        audit.record(
            workspace=workspace,
            actor=actor,
            action="alert_rules.update",
            before=before,
            after=after,
        )
    return rules


def shown_values(rules: AlertRules) -> dict[str, object]:
    """Return what the form of the rules shows."""
    return {"balance_below": rules.balance_below, "days_below": rules.days_below}
