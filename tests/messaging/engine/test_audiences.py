from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group, GroupMembership, OptOut
from contacts.services import fields
from messaging.models import Campaign, Message
from messaging.selectors import audiences as selected
from messaging.services import audiences, campaigns, drafts
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from tests.messaging.engine.conftest import (
    MakeCampaign,
    add_contacts,
    assert_totals_equal_rows,
    phones,
    states,
)


def draft(workspace: Workspace, groups: list[Group], text: str = "Hi") -> Campaign:
    return drafts.create(
        workspace=workspace, actor=None, name="X", text=text, groups=groups
    )


def refusal_of(campaign: Campaign) -> Refused:
    with pytest.raises(Refused) as raised:
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    return raised.value


def test_contact_in_two_groups_gets_one_message(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    add_contacts(workspace, group, phones(3))
    other = Group.objects.create(workspace=workspace, name="Other")
    for contact in Contact.objects.all():
        GroupMembership.objects.create(group=other, contact=contact)
    campaign = draft(workspace, [group, other])
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    audiences.freeze(campaign.pk)
    assert states(campaign) == {"queued": 3}


def test_opted_out_and_numberless_are_rows_with_a_reason(
    make_campaign: MakeCampaign, workspace: Workspace, group: Group
) -> None:
    OptOut.objects.create(workspace=workspace, phone=phones(3)[0], source="manual")
    nobody = Contact.objects.create(workspace=workspace, firstname="Nobody")
    GroupMembership.objects.create(group=group, contact=nobody)
    campaign = make_campaign(phones(3))
    skipped = Message.objects.filter(state="skipped").order_by("skip_reason")
    assert [m.skip_reason for m in skipped] == ["no_number", "opted_out"]
    assert states(campaign) == {"queued": 2, "skipped": 2}
    assert_totals_equal_rows(campaign)


def test_opt_out_of_another_channel_does_not_count(
    make_campaign: MakeCampaign, workspace: Workspace
) -> None:
    OptOut.objects.create(
        workspace=workspace, phone=phones(1)[0], source="manual", channel="voice"
    )
    assert states(make_campaign(phones(1))) == {"queued": 1}


def test_killed_launch_goes_on_at_the_bookmark(
    make_campaign: MakeCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 4)
    campaign = make_campaign(phones(10), is_frozen=False)
    assert not audiences.freeze(campaign.pk, budget_s=0.000001)
    assert audiences.freeze(campaign.pk)
    assert audiences.freeze(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.total) == (CampaignState.SENDING, 10)
    assert states(campaign) == {"queued": 10}


def test_membership_after_the_launch_is_not_written_to(
    make_campaign: MakeCampaign, workspace: Workspace, group: Group
) -> None:
    campaign = make_campaign(phones(2), is_frozen=False)
    add_contacts(workspace, group, ["+4915199999000"])
    audiences.freeze(campaign.pk)
    assert states(campaign) == {"queued": 2}


def test_later_edit_changes_no_message(make_campaign: MakeCampaign) -> None:
    make_campaign(phones(1))
    Contact.objects.update(firstname="Somebody", phone="+4915100000099")
    message = Message.objects.get()
    assert message.variables == {"firstname": "A0"}
    assert message.recipient == phones(1)[0]


def test_only_variables_of_the_text_are_kept(make_campaign: MakeCampaign) -> None:
    make_campaign(phones(1), text="Hello {{ city|there }}, {{ birthday|soon }}")
    assert Message.objects.get().variables == {"city": "", "birthday": ""}


def test_missing_value_without_default_refuses_the_launch(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    add_contacts(workspace, group, phones(3))
    Contact.objects.filter(phone=phones(3)[1]).update(firstname=" \u00a0")
    refused = refusal_of(draft(workspace, [group], "Hi {{ firstname }}"))
    assert refused.code == "values_missing"
    assert "1 contact has no value for firstname" in str(refused)


def test_default_stands_in_for_a_missing_value(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    add_contacts(workspace, group, phones(3))
    Contact.objects.update(firstname="")
    campaign = draft(workspace, [group], "Hi {{ firstname|there }}")
    launched = campaigns.launch(
        campaign_id=campaign.pk, actor=None, cost_agreed=Decimal(1)
    )
    assert launched.state == CampaignState.PREPARING


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("Hi {{ nonsense }}", "variable_unknown"),
        ("Hi {{ firstname", "text_unclosed"),
        ("x" * 1521, "text_too_long"),
        ("x" * 1510 + "{{ company }}", "text_too_long"),
        ("x" * 1510 + "{{ city|a very long default }}", "text_too_long"),
    ],
)
def test_text_nobody_can_send_refuses_the_launch(
    workspace: Workspace, group: Group, connection: Connection, text: str, code: str
) -> None:
    add_contacts(workspace, group, phones(2))
    Contact.objects.update(company="A company with a long name")
    assert refusal_of(draft(workspace, [group], text)).code == code


def test_longest_text_that_fits_is_launched(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    add_contacts(workspace, group, phones(1))
    text = "x" * 1518 + "{{ firstname }}"
    campaign = draft(workspace, [group], text)
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)


def test_launch_needs_somebody_to_write_to(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    assert refusal_of(draft(workspace, [])).code == "no_groups"
    assert refusal_of(draft(workspace, [group])).code == "no_recipients"


def test_launch_needs_a_working_connection(workspace: Workspace, group: Group) -> None:
    add_contacts(workspace, group, phones(1))
    assert refusal_of(draft(workspace, [group])).code == "no_connection"


def test_campaign_is_launched_once(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    assert refusal_of(campaign).code == "state"


def test_launched_campaign_cannot_be_changed(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    with pytest.raises(Refused):
        drafts.update(campaign=campaign, actor=None, text="Other")


def test_group_of_another_workspace_is_refused(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    theirs = Group.objects.create(workspace=other_workspace, name="Theirs")
    with pytest.raises(Refused):
        draft(workspace, [theirs])


def test_yes_and_no_are_written_in_the_words_of_the_field(
    workspace: Workspace, group: Group, connection: Connection
) -> None:
    fields.create(
        workspace=workspace,
        actor=None,
        label="Club",
        kind="boolean",
        choices=["gern", "nie"],
    )
    add_contacts(workspace, group, phones(2))
    for contact, value in zip(Contact.objects.order_by("id"), "10", strict=True):
        Contact.objects.filter(pk=contact.pk).update(custom={"club": value})
    campaign = draft(workspace, [group], "Club: {{ club }}")
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    audiences.freeze(campaign.pk)
    frozen = Message.objects.order_by("contact_id").values_list("variables", flat=True)
    assert list(frozen) == [{"club": "gern"}, {"club": "nie"}]
    contact = Contact.objects.earliest("id")
    assert selected.values_of(contact)["club"] == "gern"
