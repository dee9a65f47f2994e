"""What segments ask of messages, against a few people and answers written by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import Workspace
from contacts.models import Contact, FormerNumber
from contacts.selectors import segments
from messaging.models import Campaign, InboundMessage, Message
from tests.contacts.segments.test_truth import NOW, both_shapes, line

World = dict[str, Contact]
CAMPAIGNS = ("Spring", "Summer")


def days(count: int) -> dt.datetime:
    return NOW - dt.timedelta(days=count)


@pytest.fixture
def world(workspace: Workspace, other_workspace: Workspace) -> World:
    """Ada: two delivered, a reply. Ben: one undelivered. Cleo: refused. Dora: nothing.

    Eve's message is unclear; Finn has no number; Gus waits and said STOP long ago.
    """
    people = {
        name: Contact.objects.create(
            workspace=workspace,
            firstname=name,
            phone="" if name == "Finn" else f"+4915100000{at:03}",
        )
        for at, name in enumerate(("Ada", "Ben", "Cleo", "Dora", "Eve", "Finn", "Gus"))
    }
    sent = [
        ("Spring", "Ada", "delivered", 40),
        ("Summer", "Ada", "delivered", 5),
        ("Spring", "Ben", "delivered", 40),
        ("Summer", "Ben", "undelivered", 5),
        ("Summer", "Cleo", "refused", 5),
        ("Summer", "Eve", "unclear", 5),
        ("Summer", "Finn", "skipped", None),
        ("Summer", "Gus", "queued", None),
    ]
    made = {
        name: Campaign.objects.create(workspace=workspace, name=name, state="finished")
        for name in CAMPAIGNS
    }
    for campaign, name, state, ago in sent:
        Message.objects.create(
            workspace=workspace,
            campaign=made[campaign],
            recipient=people[name].phone,
            state=state,
            attempted_at=None if ago is None else days(ago),
        )
    for at, (name, ago, is_stop) in enumerate((("Ada", 3, False), ("Gus", 300, True))):
        InboundMessage.objects.create(
            workspace=workspace,
            channel="sms",
            gateway_id=str(at),
            sender=people[name].phone,
            is_opt_out=is_stop,
            received_at=days(ago),
        )
    # The same number in another workspace is somebody else's business.
    theirs = Campaign.objects.create(workspace=other_workspace, name="X")
    Message.objects.create(
        workspace=other_workspace,
        campaign=theirs,
        recipient=people["Dora"].phone,
        state="delivered",
        attempted_at=days(1),
    )
    return people


def found(workspace: Workspace, field: str, op: str, value: Any = None) -> str:
    definition = {"match": "all", "conditions": [line(field, op, value)]}
    return both_shapes(workspace, segments.required(workspace, definition, now=NOW))


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("last_sent", "within", 5, "ABE"),
        ("last_sent", "within", 4, ""),
        ("last_sent", "not_within", 5, "CDFG"),
        ("last_sent", "ever", None, "ABE"),
        ("last_sent", "never", None, "CDFG"),
        ("last_state", "is", "delivered", "A"),
        ("last_state", "is", "undelivered", "B"),
        ("last_state", "is", "unclear", "E"),
        ("last_state", "is", "on_the_way", ""),
        ("delivered", "within", 5, "A"),
        ("delivered", "within", 40, "AB"),
        ("delivered", "not_within", 5, "BCDEFG"),
        ("delivered", "ever", None, "AB"),
        ("delivered", "never", None, "CDEFG"),
        ("count", "at_least", [2, 40], "AB"),
        ("count", "at_least", [1, 39], "ABE"),
        ("count", "at_most", [1, 40], "CDEFG"),
        ("count", "at_most", [0, 40], "CDFG"),
        ("replied", "within", 3, "A"),
        ("replied", "not_within", 3, "BCDEFG"),
        ("replied", "ever", None, "AG"),
        ("replied", "never", None, "BCDEF"),
        ("replied", "stop", None, "G"),
    ],
)
def test_message_or_reply(
    workspace: Workspace,
    world: World,
    field: str,
    op: str,
    value: Any,
    expected: str,
) -> None:
    assert found(workspace, field, op, value) == expected


@pytest.mark.parametrize(
    ("op", "names", "expected"),
    [
        ("reached", ["Spring"], "AB"),
        ("reached", ["Summer"], "ABEG"),
        ("reached", ["Spring", "Summer"], "ABEG"),
        ("not_reached", ["Summer"], "CDF"),
    ],
)
def test_campaign(
    workspace: Workspace, world: World, op: str, names: list[str], expected: str
) -> None:
    ids = [str(Campaign.objects.get(name=name).pk) for name in names]
    assert found(workspace, "campaign", op, ids) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("delivered", "A"),
        ("undelivered", "B"),
        ("refused", "C"),
        ("unclear", "E"),
        ("queued", "G"),
        ("skipped", ""),
    ],
)
def test_state_of_a_campaigns_message(
    workspace: Workspace, world: World, state: str, expected: str
) -> None:
    pk = str(Campaign.objects.get(name="Summer").pk)
    assert found(workspace, "campaign", "state", [pk, state]) == expected


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("last_sent", "ever", None, "ABDE"),
        ("last_sent", "never", None, "CFG"),
        ("delivered", "ever", None, "ABD"),
        ("replied", "ever", None, "ADG"),
        ("last_state", "is", "delivered", "A"),
    ],
)
def test_merged_contact_has_the_past_of_its_former_number(
    workspace: Workspace,
    world: World,
    field: str,
    op: str,
    value: Any,
    expected: str,
) -> None:
    former = "+4915199999999"
    FormerNumber.objects.create(
        workspace=workspace, contact=world["Dora"], phone=former
    )
    Message.objects.create(
        workspace=workspace,
        campaign=Campaign.objects.get(name="Spring"),
        recipient=former,
        state="delivered",
        attempted_at=days(40),
    )
    InboundMessage.objects.create(
        workspace=workspace,
        channel="sms",
        gateway_id="former",
        sender=former,
        received_at=days(40),
    )
    assert found(workspace, field, op, value) == expected
