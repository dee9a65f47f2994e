"""A launch takes the check that a person saw, and no other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Connection
from contacts.models import Contact
from messaging.models import Campaign
from messaging.services import campaigns, checks, drafts
from seven_dashboard.errors import Refused
from tests.messaging.pages.checks.conftest import Know, messaged


def test_launch_takes_the_check_that_the_page_made(
    draft: Campaign, connected: Connection, django_assert_max_num_queries: Any
) -> None:
    checked = checks.of(draft)
    with django_assert_max_num_queries(25):
        campaigns.launch(
            campaign_id=draft.pk,
            actor=None,
            cost_agreed=Decimal(1),
            seen=checked.fingerprint,
            checked=checked,
        )
    draft.refresh_from_db()
    assert draft.state == "preparing"


def test_check_of_a_draft_that_was_changed_since_counts_no_more(
    draft: Campaign, connected: Connection
) -> None:
    checked = checks.of(draft)
    drafts.update(campaign=draft, actor=None, text="Another text")
    with pytest.raises(Refused) as refused:
        campaigns.launch(
            campaign_id=draft.pk,
            actor=None,
            cost_agreed=Decimal(1),
            seen=checked.fingerprint,
            checked=checked,
        )
    assert refused.value.code == "changed"


CHANGES: dict[str, Callable[[Campaign, Know], object]] = {
    "price": lambda draft, know: Connection.objects.get().prices.update(amount="0.09"),
    "value": lambda draft, know: Contact.objects.update(firstname="x" * 95),
    "country": lambda draft, know: Contact.objects.update(country="AT"),
    "lookup": lambda draft, know: know("+491711234567", network_type="fixed_line"),
    "message": lambda draft, know: messaged(draft, "+491711234567"),
    "twin": lambda draft, know: messaged(
        draft, "+491711234567", hours_ago=72, text=draft.text
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_figure_that_changed_holds_the_launch(
    draft: Campaign, connected: Connection, know: Know, change: str
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(text="{{ firstname|you }} " + "x" * 90)
    draft.refresh_from_db()
    seen = checks.fingerprint(draft)
    assert checks.fingerprint(draft) == seen
    CHANGES[change](draft, know)
    cache.clear()
    with pytest.raises(Refused) as refused:
        campaigns.launch(
            campaign_id=draft.pk, actor=None, cost_agreed=Decimal(1), seen=seen
        )
    assert refused.value.code == "changed"
