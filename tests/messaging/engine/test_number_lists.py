"""Numbers that a campaign goes to once: read, counted, frozen, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group, GroupMembership, OptOut
from messaging.models import Campaign, ListedNumber, Message, NumberList, NumberRefusal
from messaging.selectors.audience_parts import of_draft
from messaging.selectors.audiences import Audience
from messaging.services import (
    audiences,
    campaigns,
    checks,
    drafts,
    forecasts,
    number_list_runs,
    number_lists,
)
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

FILE = "Handy;Vorname;Code\n0171 5000001;Anna;A1\n0171 5000002;;B2\nx;Tim;C3\n"
TEXT = "Hi {{ firstname|you }}, {{ code|none }}"


@pytest.fixture(autouse=True)
def connected(fast: Connection) -> None:
    pass


def draft(workspace: Workspace, text: str = TEXT, **fields: Any) -> Campaign:
    return drafts.create(
        workspace=workspace, actor=None, name="Once", text=text, **fields
    )


def add_file(campaign: Campaign, text: str = FILE) -> NumberList:
    source = number_lists.upload(
        campaign=campaign, actor=None, chunks=[text.encode()], filename="once.csv"
    )
    number_list_runs.run(source.pk)
    source.refresh_from_db()
    return source


def launch(campaign: Campaign) -> dict[str, tuple[str, dict[str, str]]]:
    """Launch and freeze; return state and values by recipient."""
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert audiences.freeze(campaign.pk)
    rows = Message.objects.filter(campaign=campaign)
    return {m.recipient: (m.state, m.variables) for m in rows}


def known(workspace: Workspace, phone: str, **fields: Any) -> Contact:
    return Contact.objects.create(
        workspace=workspace, phone=phone, country="DE", **fields
    )


def test_file_is_read_and_makes_no_contact(workspace: Workspace) -> None:
    source = add_file(draft(workspace))
    assert (source.state, source.numbers, source.refused) == ("finished", 2, 1)
    assert not Contact.objects.exists()
    assert NumberRefusal.objects.get().reason == "bad_number"


def test_columns_become_variables_of_the_text(workspace: Workspace) -> None:
    campaign = draft(workspace)
    add_file(campaign)
    assert launch(campaign) == {
        "+491715000001": ("queued", {"firstname": "Anna", "code": "A1"}),
        "+491715000002": ("queued", {"firstname": "", "code": "B2"}),
    }


def test_contact_lends_the_values_that_the_file_lacks(workspace: Workspace) -> None:
    contact = known(workspace, "+491715000002", firstname="Ben")
    known(workspace, "+491715000001", firstname="Not this")
    campaign = draft(workspace)
    add_file(campaign)
    found = launch(campaign)
    assert found["+491715000002"][1] == {"firstname": "Ben", "code": "B2"}
    assert found["+491715000001"][1]["firstname"] == "Anna"
    assert Message.objects.get(recipient="+491715000002").contact == contact


def test_number_in_group_file_and_paste_gets_one_message(
    workspace: Workspace, group: Group
) -> None:
    contact = known(workspace, "+491715000001", firstname="Group")
    GroupMembership.objects.create(group=group, contact=contact)
    campaign = draft(
        workspace, groups=[group], numbers="0171 5000001\n+491715000003\n01715000003"
    )
    add_file(campaign)
    check = checks.of(campaign)
    assert check.forecast.recipients == 3
    found = launch(campaign)
    assert sorted(found) == ["+491715000001", "+491715000002", "+491715000003"]
    # The file's values win, whatever came first.
    assert found["+491715000001"][1] == {"firstname": "Anna", "code": "A1"}
    campaign.refresh_from_db()
    assert campaign.total == 3


def test_opted_out_numbers_are_skipped(workspace: Workspace) -> None:
    OptOut.objects.create(workspace=workspace, phone="+491715000001", source="reply")
    campaign = draft(workspace)
    add_file(campaign)
    assert checks.of(campaign).forecast.opted_out == 1
    assert launch(campaign)["+491715000001"][0] == "skipped"


def test_left_out_contacts_get_nothing_by_a_list(
    workspace: Workspace, group: Group
) -> None:
    contact = known(workspace, "+491715000001")
    GroupMembership.objects.create(group=group, contact=contact)
    campaign = draft(workspace, excluded_groups=[group])
    add_file(campaign)
    assert checks.of(campaign).forecast.recipients == 1
    assert list(launch(campaign)) == ["+491715000002"]


def test_numbers_reached_by_a_campaign_to_spare_get_nothing(
    workspace: Workspace,
) -> None:
    first = draft(workspace, text="Hi", numbers="+491715000001")
    launch(first)
    second = draft(workspace, excluded_campaigns=[first])
    add_file(second)
    assert list(launch(second)) == ["+491715000002"]


def test_missing_value_of_a_list_forbids_the_launch(workspace: Workspace) -> None:
    campaign = draft(workspace, text="Hi {{ firstname }}")
    add_file(campaign)
    with pytest.raises(Refused) as refused:
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert refused.value.code == "values_missing"


def test_longest_text_counts_the_values_of_lists(workspace: Workspace) -> None:
    campaign = draft(workspace, text="{{ code }}" * 4)
    add_file(campaign, f"Handy;Code\n01715000001;{'x' * 400}\n")
    with pytest.raises(Refused) as refused:
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert refused.value.code == "text_too_long"


def test_unread_list_forbids_the_launch(workspace: Workspace) -> None:
    campaign = draft(workspace, numbers="+491715000009")
    number_lists.upload(
        campaign=campaign, actor=None, chunks=[FILE.encode()], filename="once.csv"
    )
    with pytest.raises(Refused) as refused:
        campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert refused.value.code == "list_unread"


def test_list_added_after_the_look_stops_the_launch(workspace: Workspace) -> None:
    campaign = draft(workspace, numbers="+491715000009")
    seen = checks.fingerprint(campaign)
    add_file(campaign)
    campaign.refresh_from_db()
    assert seen != checks.fingerprint(campaign)


def test_launched_campaign_keeps_its_lists(workspace: Workspace) -> None:
    campaign = draft(workspace)
    source = add_file(campaign)
    launch(campaign)
    with pytest.raises(Refused):
        number_lists.delete(source=source, actor=None)
    with pytest.raises(Refused):
        add_file(campaign)


def test_freezing_goes_on_where_it_was_killed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 1)
    campaign = draft(workspace, numbers="+491715000003")
    add_file(campaign)
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert not audiences.freeze(campaign.pk, budget_s=0)
    assert audiences.freeze(campaign.pk)
    assert Message.objects.filter(campaign=campaign).count() == 3


def test_reading_goes_on_where_it_was_killed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_list_runs, "SLICE_ROWS", 1)
    campaign = draft(workspace)
    source = number_lists.upload(
        campaign=campaign, actor=None, chunks=[FILE.encode()], filename="once.csv"
    )
    write, seen = number_list_runs._write, []

    def dies_once(*args: Any) -> None:
        seen.append(args)
        if len(seen) == 2:
            raise KeyboardInterrupt
        write(*args)

    monkeypatch.setattr(number_list_runs, "_write", dies_once)
    with pytest.raises(KeyboardInterrupt):
        number_list_runs.run(source.pk)
    NumberList.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    number_list_runs.run(source.pk)
    source.refresh_from_db()
    assert (source.numbers, source.refused, source.done) == (2, 1, 3)


def test_other_columns_read_the_file_again(workspace: Workspace) -> None:
    campaign = draft(workspace, text="Hi {{ who }}")
    source = add_file(campaign, "A;B\nTim;01715000001\n")
    assert source.state == NumberList.UPLOADED or source.numbers == 1
    number_lists.set_columns(
        source=source,
        mapping={"0": "custom:who", "1": "phone"},
        country="DE",
        actor=None,
    )
    number_list_runs.run(source.pk)
    assert launch(campaign) == {"+491715000001": ("queued", {"who": "Tim"})}


def test_copy_has_the_numbers_of_the_original(workspace: Workspace) -> None:
    campaign = draft(workspace, numbers="+491715000003")
    add_file(campaign)
    copy = drafts.duplicate(campaign=campaign, actor=None)
    assert len(launch(copy)) == 3
    assert campaign.number_lists.count() == 2


def test_pasted_numbers_change_with_the_text(workspace: Workspace) -> None:
    campaign = draft(workspace, numbers="+491715000003")
    drafts.update(campaign=campaign, actor=None, numbers="Tim: 0171 5000004\nx")
    assert [row.phone for row in ListedNumber.objects.all()] == ["+491715000004"]
    drafts.update(campaign=campaign, actor=None, numbers="")
    assert not NumberList.objects.exists()


def test_numbers_are_forgotten_some_time_after_the_end(workspace: Workspace) -> None:
    campaign = draft(workspace)
    source = add_file(campaign)
    launch(campaign)
    ended = timezone.now() - timedelta(days=31)
    Campaign.objects.update(state=CampaignState.FINISHED, finished_at=ended)
    assert number_lists.forget_old() == 1
    source.refresh_from_db()
    assert not ListedNumber.objects.exists()
    assert (source.file.name, source.numbers) == ("", 2)


def test_preview_walks_from_contacts_to_lists_and_back(
    workspace: Workspace, group: Group
) -> None:
    contact = known(workspace, "+491715000009", firstname="Zoe")
    GroupMembership.objects.create(group=group, contact=contact)
    campaign = draft(workspace, groups=[group])
    add_file(campaign)
    audience = Audience(workspace, of_draft(campaign))
    walked, at = [], 0
    for _step in range(4):
        here = audience.recipient(at=at, step="next" if at else "")
        assert here
        walked.append(here.phone[-1])
        at = here.pk
    assert walked == ["9", "1", "2", "2"]
    back = audience.recipient(at=at, step="previous")
    assert back and back.values["firstname"] == "Anna"
    first = audience.recipient(at=back.pk, step="previous")
    assert first and first.contact == contact


def test_sample_is_taken_from_lists_too(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "EXACT_UP_TO", 1)
    campaign = draft(workspace, text="{{ code }}")
    add_file(campaign)
    assert forecasts.estimate(campaign).parts == 2
