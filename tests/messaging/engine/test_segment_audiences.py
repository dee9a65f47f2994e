"""Campaigns to segments, from draft to message."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Contact, CustomField, Group, Segment
from contacts.services import segments
from messaging.models import Campaign, Message
from messaging.selectors import audience_words, segment_fields
from messaging.services import audiences, checks
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from tests.messaging.engine.conftest import (
    add_contacts,
    assert_totals_equal_rows,
    phones,
)
from tests.messaging.engine.segmented import (
    draft,
    every,
    launch,
    line,
    put,
    reach,
    refused,
    save,
    sent_to,
)


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
