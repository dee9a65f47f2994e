"""Who is in an audience under both forms of their number gets one message."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group, GroupMembership
from contacts.services import opt_outs
from messaging.models import Campaign, Message
from messaging.services import (
    audiences,
    campaigns,
    drafts,
    number_list_runs,
    number_lists,
)
from tests.messaging.engine.conftest import MakeCampaign, add_contacts, send, states

PAIRS = [("+541123456789", "+5491123456789"), ("+551177654321", "+5511977654321")]
FORMS = [number for pair in PAIRS for number in pair]


def launch(campaign: Campaign) -> list[str]:
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert audiences.freeze(campaign.pk)
    rows = Message.objects.filter(campaign=campaign).order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def add_list(campaign: Campaign, numbers: list[str]) -> None:
    source = number_lists.upload(
        campaign=campaign,
        actor=None,
        chunks=["\n".join(["Handy", *numbers, ""]).encode()],
        filename="once.csv",
    )
    number_list_runs.run(source.pk)


@pytest.mark.parametrize("chunk", [50_000, 1], ids=["one-chunk", "chunk-each"])
def test_group_with_both_forms_sends_once(
    make_campaign: MakeCampaign, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", chunk)
    campaign = make_campaign([*FORMS, "+541123456780"])
    sent = Message.objects.filter(campaign=campaign).order_by("pk")
    assert list(sent.values_list("recipient", flat=True)) == [
        PAIRS[0][0],
        PAIRS[1][0],
        "+541123456780",
    ]
    campaign.refresh_from_db()
    assert campaign.total == 3


def test_number_is_looked_up_by_its_own_index(
    make_campaign: MakeCampaign, workspace: Workspace
) -> None:
    """Also where tables are known as empty: it was quadratic in the audience."""
    with database.cursor() as cursor:
        # What other tests took back makes an index taller, and the plan hang on it.
        cursor.execute("TRUNCATE contacts_contact, messaging_message CASCADE")
    campaign = make_campaign(FORMS, is_frozen=False)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact, messaging_message")
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO messaging_message" in sql:
            with database.cursor() as cursor:
                cursor.cursor.execute(f"EXPLAIN {sql}", params)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with database.execute_wrapper(explain):
        assert audiences.freeze(campaign.pk)
    assert "using message_recipient_unique on messaging_message" in plans[0]
    assert "using contact_phone_unique on contacts_contact o" in plans[0]


def test_form_outside_of_the_audience_takes_nothing_away(
    make_campaign: MakeCampaign, workspace: Workspace
) -> None:
    Contact.objects.create(workspace=workspace, phone=FORMS[0], country="AR")
    assert states(make_campaign([FORMS[1]])) == {"queued": 1}


def test_lists_and_groups_with_both_forms_send_once(
    workspace: Workspace, group: Group, fast: Connection
) -> None:
    campaign = drafts.create(
        workspace=workspace, actor=None, name="X", text="Hi", groups=[group]
    )
    add_list(campaign, [FORMS[0], FORMS[3]])
    add_list(campaign, [FORMS[1]])
    add_contacts(workspace, group, [FORMS[1], FORMS[2]])
    assert sorted(launch(campaign)) == sorted([FORMS[0], FORMS[3]])


def test_list_takes_the_form_of_the_contact(
    workspace: Workspace, group: Group, fast: Connection
) -> None:
    add_contacts(workspace, group, [FORMS[0]])
    campaign = drafts.create(workspace=workspace, actor=None, name="X", text="Hi")
    campaign.excluded_groups.set([group])
    add_list(campaign, [FORMS[1], "+491715000001"])
    assert GroupMembership.objects.count() == 1
    assert launch(campaign) == ["+491715000001"]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=["AR", "BR"])
def test_opt_out_by_hand_stops_the_other_form_at_the_last_moment(
    make_campaign: MakeCampaign,
    workspace: Workspace,
    fast: Connection,
    one: str,
    other: str,
) -> None:
    campaign = make_campaign([other])
    opt_outs.add(workspace=workspace, phone=one, source="manual")
    send(fast)
    assert states(campaign) == {"skipped": 1}
