"""What sending, reports and checks ask reads by index: 50,000 contacts and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Connection, Workspace
from contacts.models import Group
from messaging.hours import Hours
from messaging.models import Campaign, NumberList, SendingRules, WebhookEvent
from messaging.selectors import (
    audience_parts,
    channel_prices,
    known_networks,
    listed_sql,
    network_prices,
    own_traffic,
    rcs_reach,
    spending,
)
from messaging.selectors.audience_parts import Listed, Parts
from messaging.selectors.audiences import Audience
from messaging.services import (
    claiming,
    journal_reach,
    lessons,
    matching,
    reports,
    waiting,
)
from messaging.services.reactions import Hit
from seven_dashboard.gateway.resources.journal import OutboundEntry
from tests.contacts.test_plans import FILL, nodes
from tests.filled import filled
from tests.messaging.pages.test_plans import read_by
from tests.messaging.segments.test_plans import MEMBERS

pytestmark = pytest.mark.django_db
LARGE = {"messaging_message", "contacts_contact", "messaging_listednumber"}
FACTS = """
INSERT INTO contacts_numberfact (workspace_id, phone, network_type, carrier, network,
  mccmnc, reachable, validity, roaming, caller_name, rcs_capabilities, has_rcs, rcs_at,
  mnp_at)
SELECT workspace_id, phone, '', '', 'Cheap', '26201', '', '', '', '', '{}',
  mod(id, 2) = 0, now(), now()
FROM contacts_contact WHERE workspace_id = %s
"""
NUMBERS = """
INSERT INTO messaging_listednumber (source_id, phone, country, variables)
SELECT %s, '+49171' || (1000000 + 2 * n), 'DE', '{}' FROM generate_series(1, 20000) AS n
"""
SENT = """
INSERT INTO messaging_message (workspace_id, campaign_id, contact_id, channel,
  recipient, country, variables, text, parts, state, skip_reason, attempts, foreign_id,
  gateway_id, looks, doubts, attempted_at, accepted_at, sent_on, price, duration_s,
  due_at)
SELECT workspace_id, %(campaign)s, id, %(channel)s, phone, 'DE', '{}', 'Hi', 1,
  %(state)s, '', 1, '', %(id)s || id, 0, 0, now(), now(), now()::date, 0.045, 61, now()
FROM contacts_contact WHERE workspace_id = %(workspace)s AND id %% %(nth)s = 0
"""

CALLS, CARDS, WAITING, FLYING = "calls", "cards", "waiting", "flying"
SENDING: dict[str, dict[str, Any]] = {
    CALLS: {"channel": "voice", "state": "delivered", "nth": 10},
    CARDS: {"channel": "rcs", "state": "delivered", "nth": 10},
    WAITING: {"channel": "sms", "state": "queued", "nth": 3},
    FLYING: {"channel": "sms", "state": "sending", "nth": 500},
    "old": {"channel": "sms", "state": "delivered", "nth": 1},
}


@pytest.fixture(scope="module")
def large(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Workspace]:
    with filled(django_db_blocker, _fill) as made:
        yield made


def _fill() -> Workspace:
    workspace = Workspace.objects.create(name="Large", slug="large")
    group = Group.objects.create(workspace=workspace, name="Few")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [workspace.pk])
        cursor.execute(MEMBERS, [group.pk, workspace.pk])
        cursor.execute(FACTS, [workspace.pk])
        for name, how in SENDING.items():
            campaign = Campaign.objects.create(
                workspace=workspace,
                name=name,
                channel=how["channel"],
                state="sending",
                text="Hi",
                cost_agreed=Decimal(1000),
            )
            if name in (WAITING, "old"):
                numbers = NumberList.objects.create(
                    campaign=campaign, workspace=workspace, source="file"
                )
                cursor.execute(NUMBERS, [numbers.pk])
            values: dict[str, Any] = {
                "campaign": campaign.pk,
                "workspace": workspace.pk,
                "id": name,
            }
            cursor.execute(SENT, {**how, **values})
        for table in ("contact", "groupmembership", "numberfact"):
            cursor.execute(f"ANALYZE contacts_{table}")
        for table in ("message", "listednumber", "tally"):
            cursor.execute(f"ANALYZE messaging_{table}")
    return workspace


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def campaign_of(workspace: Workspace, name: str) -> Campaign:
    return Campaign.objects.get(workspace=workspace, name=name)


def lists_of(workspace: Workspace, **more: Any) -> Parts:
    found = NumberList.objects.filter(workspace=workspace).order_by("pk")
    return Parts(lists=tuple(Listed(one.pk, "", 20_000) for one in found), **more)


def explained(sql: str, params: dict[str, Any] | None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        return list(nodes(cursor.fetchone()[0][0]["Plan"]))


def read_whole(plan: list[dict[str, Any]]) -> set[str]:
    return {n["Relation Name"] for n in plan if n["Node Type"] == "Seq Scan"}


@pytest.mark.parametrize("is_narrow", [False, True], ids=["plain", "less-others"])
def test_next_numbers_of_lists_are_read_by_their_order(
    large: Workspace, is_narrow: bool
) -> None:
    more: dict[str, Any] = {}
    if is_narrow:
        groups = Group.objects.filter(workspace=large)
        spared = audience_parts.named([campaign_of(large, FLYING)])
        more = {
            "excluded_groups": audience_parts.named(groups),
            "excluded_campaigns": spared,
            "spared": ("landline", "today"),
        }
    meant = listed_sql.chunk(large, lists_of(large, **more), now=timezone.now())
    # Fewer than in life: reading such a small table whole costs less than many looks.
    at = {"bookmark": 0, "chunk": 50, **meant.params}
    plan = explained(f"{meant.text} SELECT count(*) FROM kept", at)
    assert not read_whole(plan) & LARGE
    read = sum(n["Actual Rows"] * n["Actual Loops"] for n in plan if _is_scan(n))
    assert read < 20 * 50


def _is_scan(node: dict[str, Any]) -> bool:
    return "Scan" in node["Node Type"] and node["Node Type"] != "CTE Scan"


def test_reach_by_rcs_reads_the_members_and_their_facts_alone(large: Workspace) -> None:
    groups = audience_parts.named(Group.objects.filter(workspace=large))
    read, whole = read_by(
        lambda: rcs_reach.of(Audience(large, Parts(groups=groups), "rcs"))
    )
    # Fifty members: their memberships, contacts, opt-outs and facts, three times.
    assert read < 20 * 50
    assert not whole & {*LARGE, "contacts_numberfact"}


@pytest.mark.parametrize("channel", ["voice", "rcs"])
def test_what_was_billed_is_read_from_tallies_and_the_newest_calls(
    large: Workspace, channel: str
) -> None:
    read, whole = read_by(lambda: channel_prices.by_country(large, channel))
    assert read < 200
    assert not whole & LARGE


def test_claim_with_limits_reads_what_it_claims(large: Workspace) -> None:
    SendingRules.objects.update_or_create(
        # Above what the rows of today have cost: the limit is asked for, not reached.
        workspace=large,
        defaults={"limit_per_day": Decimal(1_000_000)},
    )
    waiting = campaign_of(large, WAITING)

    def claim() -> None:
        with transaction.atomic():
            claimed = claiming.claim(
                waiting.pk, limit=100, price_of=lambda country: Decimal("0.075")
            )
            assert len(claimed.claims) == 100
            transaction.set_rollback(True)

    read, whole = read_by(claim)
    assert read < 2_000
    assert not whole & LARGE


def test_what_was_spent_is_read_without_a_message(large: Workspace) -> None:
    """However many have no price yet, as RCS before its delivery."""
    with CaptureQueriesContext(connection) as asked:
        read, whole = read_by(
            lambda: spending.of(
                large.pk,
                day=timezone.now().date(),
                campaign_id=campaign_of(large, CARDS).pk,
                price_of=lambda country: Decimal(1),
            )
        )
    assert read < 200
    assert not whole & LARGE
    assert not any("messaging_message" in query["sql"] for query in asked)


def test_networks_of_what_is_on_its_way_are_read_by_index(
    large: Workspace,
) -> None:
    linked = Connection.objects.create(workspace=large, api_key="plans")
    read, whole = read_by(lambda: network_prices.on_its_way(linked))
    # Of each its fact, and its newest messages.
    assert read < 20 * 100
    assert not whole & {*LARGE, "contacts_numberfact"}


def test_networks_of_earlier_messages_are_read_by_index(large: Workspace) -> None:
    phones = [f"+49171{1_000_000 + n}" for n in range(1_000)]
    read, whole = read_by(lambda: known_networks.of(large, phones))
    assert read < 10 * len(phones)
    assert not whole & {*LARGE, "contacts_numberfact"}


def test_networks_of_ranges_are_read_from_few_messages(large: Workspace) -> None:
    Campaign.objects.filter(workspace=large).update(launched_at=timezone.now())
    read, whole = read_by(lambda: own_traffic.of(large))
    # Of five campaigns, with what the plan passes on.
    assert read < 3 * 5 * own_traffic.EACH
    assert not whole & LARGE


def test_reports_of_a_full_batch_find_their_messages_by_index(
    large: Workspace,
) -> None:
    sent = campaign_of(large, CARDS).messages.order_by("pk")
    ids = sent.values_list("gateway_id", flat=True)[: reports.BATCH]
    event = WebhookEvent(workspace=large, kind="rcs_dlr")
    told = [
        Hit(event, gateway_id, None, "read", n, timezone.now())
        for n, gateway_id in enumerate(ids)
    ]
    read, whole = read_by(lambda: matching.messages_of(told))
    assert not whole & LARGE
    assert read <= 2 * reports.BATCH


def test_page_of_the_journal_finds_its_messages_by_index(large: Workspace) -> None:
    some = campaign_of(large, "old").messages.order_by("pk")[:100]
    page = [OutboundEntry(id=one.gateway_id, to=one.recipient) for one in some]
    for ask in (
        lambda: lessons.take(large.pk, page),
        lambda: journal_reach.newest_attempt(page, like=some[0]),
    ):
        read, whole = read_by(ask)
        assert read < 500
        assert not whole & LARGE


def test_what_is_put_off_goes_through_the_regions_once(large: Workspace) -> None:
    late = campaign_of(large, WAITING)
    another_day = 1 << (timezone.now().weekday() + 3) % 7
    with transaction.atomic():
        # It sets how its own statements are planned, and they are of one transaction.
        claiming.claim(late.pk, limit=1, price_of=lambda country: Decimal(0))
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            assert waiting.put_off(late, Hours(weekdays=another_day)) > 10_000
            transaction.set_rollback(True)
        setting, update = (
            query["sql"]
            for query in asked.captured_queries
            if query["sql"].lstrip().startswith(("SET", "WITH"))
        )
        with connection.cursor() as cursor:
            cursor.execute(setting)
        plan = explained(update, None)
        transaction.set_rollback(True)
    read = sum(
        n["Actual Rows"] * n["Actual Loops"] for n in plan if "Scan" in n["Node Type"]
    )
    assert read < 20 * waiting.CHUNK
    assert not read_whole(plan) & LARGE
