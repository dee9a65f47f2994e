"""Campaigns to segments, and people who are left out, from draft to message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Contact, CustomField, Group, GroupMembership, Segment
from contacts.services import groups as group_services
from contacts.services import segments
from messaging.models import Campaign, Message
from messaging.selectors import audience_words, segment_fields
from messaging.services import audiences, campaigns, checks, drafts
from messaging.states import REACHED, CampaignState, MessageState
from seven_dashboard.errors import Refused
from tests.messaging.engine.conftest import (
    add_contacts,
    assert_totals_equal_rows,
    phones,
)


def line(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def every(*conditions: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def save(workspace: Workspace, name: str, *conditions: Any) -> Segment:
    return segments.create(
        workspace=workspace, name=name, definition=every(*conditions), actor=None
    )


def draft(workspace: Workspace, name: str = "X", **parts: Any) -> Campaign:
    return drafts.create(workspace=workspace, actor=None, name=name, text="Hi", **parts)


def launch(campaign: Campaign) -> Campaign:
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    campaign.refresh_from_db()
    return campaign


@contextmanager
def refused(code: str) -> Iterator[list[str]]:
    """Expect a refusal; its sentence is in the list afterwards."""
    sentences: list[str] = []
    with pytest.raises(Refused) as raised:
        yield sentences
    assert raised.value.code == code
    sentences.append(str(raised.value))


def sent_to(campaign: Campaign) -> str:
    """Return the first letters of those who have a message, in order."""
    assert audiences.freeze(campaign.pk)
    rows = Message.objects.filter(campaign=campaign).order_by("pk")
    return "".join(row.contact.firstname[0] for row in rows if row.contact)


@pytest.fixture
def people(workspace: Workspace, fast: Connection) -> dict[str, Contact]:
    """Ada and Ben live in Berlin, Cleo and Dora in Bonn."""
    cities = {"Ada": "Berlin", "Ben": "Berlin", "Cleo": "Bonn", "Dora": "Bonn"}
    return {
        name: Contact.objects.create(
            workspace=workspace, firstname=name, city=city, phone=phone, country="DE"
        )
        for (name, city), phone in zip(cities.items(), phones(4), strict=True)
    }


@pytest.fixture
def berliners(workspace: Workspace) -> Segment:
    return save(workspace, "Berliners", line("city", "is", "Berlin"))


def put(group: Group, *contacts: Contact) -> None:
    for contact in contacts:
        GroupMembership.objects.create(group=group, contact=contact)


def reach(
    workspace: Workspace, contact: Contact, state: str = "delivered", days: int = 0
) -> Campaign:
    """Let a campaign have written to somebody some days ago."""
    campaign = Campaign.objects.create(
        workspace=workspace, name="Earlier", text="Hi", state=CampaignState.FINISHED
    )
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        contact=contact,
        recipient=contact.phone,
        state=state,
        attempted_at=timezone.now() - timedelta(days=days),
    )
    return campaign


def test_segment_is_an_audience(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    campaign = launch(draft(workspace, segments=[berliners]))
    assert sent_to(campaign) == "AB"
    campaign.refresh_from_db()
    assert (campaign.state, campaign.total) == (CampaignState.SENDING, 2)
    assert_totals_equal_rows(campaign)


def test_one_in_a_group_and_two_segments_gets_one_message(
    workspace: Workspace,
    people: dict[str, Contact],
    berliners: Segment,
    group: Group,
) -> None:
    put(group, people["Ada"], people["Cleo"])
    early = save(workspace, "Early", line("firstname", "starts", "A"))
    campaign = launch(draft(workspace, groups=[group], segments=[berliners, early]))
    assert sent_to(campaign) == "ABC"


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


def test_days_count_from_the_launch(
    workspace: Workspace, people: dict[str, Contact]
) -> None:
    reach(workspace, people["Ada"], days=5)
    quiet = save(workspace, "Quiet", line("last_sent", "not_within", 3))
    campaign = launch(draft(workspace, segments=[quiet]))
    campaign.launched_at = timezone.now() - timedelta(days=4)
    campaign.save()
    assert sent_to(campaign) == "BCD"


def test_definition_counts_as_it_was_at_the_launch(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    campaign = launch(draft(workspace, segments=[berliners]))
    segments.update(
        segment=berliners,
        name="All",
        definition=every(line("phone", "filled")),
        actor=None,
    )
    segments.delete(segment=berliners, actor=None)
    assert sent_to(campaign) == "AB"
    words = audience_words.of(campaign)
    assert words.included == [("Berliners", "City is “Berlin”")]


def test_contact_added_after_the_launch_is_not_meant(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    campaign = launch(draft(workspace, segments=[berliners]))
    Contact.objects.create(
        workspace=workspace, firstname="Eve", city="Berlin", phone="+4915177777000"
    )
    assert sent_to(campaign) == "AB"


def test_killed_launch_of_a_segment_goes_on_at_the_bookmark(
    workspace: Workspace, fast: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 4)
    group = Group.objects.create(workspace=workspace, name="G")
    add_contacts(workspace, group, phones(11))
    odd = save(workspace, "Odd", line("phone", "contains", "1"))
    campaign = launch(draft(workspace, segments=[odd]))
    assert not audiences.freeze(campaign.pk, budget_s=0.000001)
    assert audiences.freeze(campaign.pk)
    assert Message.objects.filter(campaign=campaign).count() == 11


def test_opted_out_of_a_segment_is_a_row_with_a_reason(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    from contacts.services import opt_outs

    opt_outs.add(workspace=workspace, phone=people["Ada"].phone, source="manual")
    campaign = launch(draft(workspace, segments=[berliners]))
    audiences.freeze(campaign.pk)
    states = Message.objects.order_by("pk").values_list("state", "skip_reason")
    assert list(states) == [("skipped", "opted_out"), ("queued", "")]


def test_broken_segment_refuses_the_launch(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    field = CustomField.objects.create(workspace=workspace, slug="vip", label="VIP")
    vips = save(workspace, "VIPs", line("custom:vip", "is", "1"))
    campaign = draft(workspace, segments=[berliners], excluded_segments=[vips])
    field.delete()
    with refused("segment_broken"):
        launch(campaign)
    assert "VIPs" in checks.of(campaign).problems[0]


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


def test_changed_segment_shows_the_check_again(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment
) -> None:
    campaign = draft(workspace, segments=[berliners])
    seen = checks.fingerprint(campaign)
    changed = every(line("city", "is", "Bonn"))
    segments.update(segment=berliners, name="B", definition=changed, actor=None)
    assert checks.fingerprint(campaign) != seen


def test_things_of_another_workspace_are_refused(
    workspace: Workspace, other_workspace: Workspace, fast: Connection
) -> None:
    theirs = save(other_workspace, "Theirs", line("city", "is", "Berlin"))
    with pytest.raises(Refused):
        draft(workspace, segments=[theirs])
    with pytest.raises(Refused):
        draft(workspace, excluded_segments=[theirs])


def test_forecast_counts_the_very_people_that_are_frozen(
    workspace: Workspace,
    people: dict[str, Contact],
    berliners: Segment,
    group: Group,
) -> None:
    put(group, people["Cleo"], people["Dora"])
    earlier = reach(workspace, people["Ada"])
    campaign = draft(
        workspace, groups=[group], segments=[berliners], excluded_campaigns=[earlier]
    )
    assert checks.of(campaign).forecast.recipients == 3
    assert sent_to(launch(campaign)) == "BCD"


def test_command_takes_segments_and_exclusions(
    workspace: Workspace, people: dict[str, Contact], berliners: Segment, group: Group
) -> None:
    put(group, people["Cleo"], people["Dora"])
    earlier = reach(workspace, people["Ada"])
    staff = Group.objects.create(workspace=workspace, name="Staff")
    put(staff, people["Dora"])
    call_command(
        "send_campaign",
        workspace.slug,
        *("--group", group.name, "--segment", "berliners", "--text", "Hi"),
        *("--exclude-group", "Staff", "--exclude-campaign", str(earlier.pk)),
        stdout=StringIO(),
    )
    campaign = Campaign.objects.exclude(pk=earlier.pk).get()
    assert sent_to(campaign) == "BC"


def test_segment_fields_know_only_launched_campaigns(workspace: Workspace) -> None:
    draft(workspace, "Draft")
    assert segment_fields.Campaigns(workspace).listed() == []


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
