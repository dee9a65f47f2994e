"""Who is left out: by group, by segment, by an earlier campaign."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry, Workspace
from contacts.models import Contact, CustomField, Group, Segment
from contacts.services import groups as group_services
from contacts.services import segments
from messaging.models import Message
from messaging.services import audiences, campaigns
from messaging.states import REACHED, MessageState
from tests.messaging.engine.segmented import (
    draft,
    launch,
    line,
    put,
    reach,
    refused,
    save,
    sent_to,
)


@pytest.mark.parametrize("included", ["groups", "segments"])
def test_excluded_groups_and_segments_get_nothing(
    workspace: Workspace,
    people: dict[str, Contact],
    berliners: Segment,
    group: Group,
    included: str,
) -> None:
    put(group, *people.values())
    staff = Group.objects.create(workspace=workspace, name="Staff")
    put(staff, people["Cleo"])
    everyone = save(workspace, "Everyone", line("phone", "filled"))
    wanted: Any = {"groups": [group]} if included == "groups" else {}
    wanted = wanted or {"segments": [everyone]}
    campaign = launch(
        draft(
            workspace, **wanted, excluded_groups=[staff], excluded_segments=[berliners]
        )
    )
    assert sent_to(campaign) == "D"


@pytest.mark.parametrize("state", MessageState.values)
def test_whoever_was_reached_by_a_campaign_gets_nothing(
    workspace: Workspace, people: dict[str, Contact], group: Group, state: str
) -> None:
    put(group, *people.values())
    earlier = reach(workspace, people["Ben"], state)
    campaign = launch(draft(workspace, groups=[group], excluded_campaigns=[earlier]))
    assert sent_to(campaign) == ("ACD" if state in REACHED else "ABCD")


def test_reached_is_what_is_or_may_be_with_the_person() -> None:
    not_reached = {"refused", "skipped", "cancelled"}
    assert set(REACHED) == set(MessageState.values) - not_reached


def test_reached_is_the_number_and_not_the_row_of_the_contact(
    workspace: Workspace, people: dict[str, Contact], group: Group
) -> None:
    earlier = reach(workspace, people["Ben"])
    phone = people["Ben"].phone
    people["Ben"].delete()
    again = Contact.objects.create(workspace=workspace, firstname="Ben", phone=phone)
    put(group, people["Ada"], again)
    campaign = launch(draft(workspace, groups=[group], excluded_campaigns=[earlier]))
    assert sent_to(campaign) == "A"


def test_reached_is_also_a_number_of_before_a_merge(
    workspace: Workspace, people: dict[str, Contact], group: Group
) -> None:
    from contacts.models import FormerNumber

    earlier = reach(workspace, people["Ben"])
    old = people["Ben"].phone
    people["Ben"].phone = "+4915199999999"
    people["Ben"].save()
    FormerNumber.objects.create(workspace=workspace, contact=people["Ben"], phone=old)
    put(group, people["Ada"], people["Ben"])
    campaign = launch(draft(workspace, groups=[group], excluded_campaigns=[earlier]))
    assert sent_to(campaign) == "A"


def test_campaign_that_has_not_written_down_its_people_excludes_nobody_yet(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    first = launch(draft(workspace, "First", segments=[berliners]))
    second = draft(workspace, segments=[berliners], excluded_campaigns=[first])
    with refused("excluded_campaign_open"):
        launch(second)
    audiences.freeze(first.pk)
    with refused("no_recipients"):
        launch(second)


def test_what_breaks_while_it_is_prepared_pauses_and_sends_nothing(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    field = CustomField.objects.create(workspace=workspace, slug="vip", label="VIP")
    vips = save(workspace, "VIPs", line("custom:vip", "is", "1"))
    campaign = launch(draft(workspace, segments=[berliners], excluded_segments=[vips]))
    field.delete()
    assert audiences.freeze(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "audience")
    # A word of the code, which every reader gets in their own language.
    assert AuditEntry.objects.get(action="campaign.pause").after["reason"] == "audience"
    assert not Message.objects.filter(campaign=campaign).exists()
    CustomField.objects.create(workspace=workspace, slug="vip", label="VIP")
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    assert sent_to(campaign) == "AB"


def test_group_that_a_draft_leaves_out_cannot_be_deleted(
    workspace: Workspace, berliners: Segment, group: Group
) -> None:
    draft(workspace, "Autumn", segments=[berliners], excluded_groups=[group])
    with refused("in_use") as sentences:
        group_services.delete(group=group, actor=None)
    assert "Autumn" in sentences[0]
    with refused("in_use"):
        segments.delete(segment=berliners, actor=None)


@pytest.mark.parametrize(
    "condition",
    [
        line("birthday", "between", ["01-01", "12-31"]),
        line("birthday", "age_from", 1),
        line("custom:size", "gt", "1"),
        line("custom:since", "past", 10),
        line("looked_up", "within", 10),
        line("last_state", "is", "undelivered"),
        line("count", "at_least", ["1", "10"]),
    ],
    ids=lambda condition: f"{condition['field']}-{condition['op']}",
)
def test_who_has_no_value_is_not_left_out(
    workspace: Workspace,
    people: dict[str, Contact],
    berliners: Segment,
    condition: dict[str, Any],
) -> None:
    for slug, kind in (("size", "number"), ("since", "date")):
        CustomField.objects.create(
            workspace=workspace, slug=slug, label=slug, kind=kind
        )
    spared = save(workspace, "Spared", condition)
    campaign = launch(
        draft(workspace, segments=[berliners], excluded_segments=[spared])
    )
    assert sent_to(campaign) == "AB"
