"""Who hears of what, and when a balance is low."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts.models import AlertChoice, AlertRules, Membership, User, Workspace
from accounts.selectors.alerts import Choice
from accounts.services import audit


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
) -> AlertRules:
    """Say below which balance (EUR) or how many days there is an alert."""
    AlertRules.objects.get_or_create(workspace=workspace)
    rules = AlertRules.objects.select_for_update().get(workspace=workspace)
    before = {"balance_below": rules.balance_below, "days_below": rules.days_below}
    after = {"balance_below": balance_below, "days_below": days_below}
    if before != after:
        rules.balance_below, rules.days_below = balance_below, days_below
        rules.save()
        audit.record(
            workspace=workspace,
            actor=actor,
            action="alert_rules.update",
            before=before,
            after=after,
        )
    return rules
