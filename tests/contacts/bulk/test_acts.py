"""What jobs do to contacts, and what undoing puts back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import AuditEntry, Workspace
from contacts.models import (
    BulkJob,
    ConsentEvent,
    Contact,
    CustomField,
    FormerNumber,
    Group,
    GroupMembership,
    OptOut,
    Segment,
    Work,
)
from contacts.selectors import bulk_traces
from contacts.selectors.criteria import REACHABLE, Filter
from contacts.services import contacts, deletions, groups, opt_outs, segments
from messaging.models import Campaign, Message
from tests.contacts.bulk.conftest import Start, Undo, finish

ADD, REMOVE, SET = BulkJob.Act.ADD, BulkJob.Act.REMOVE, BulkJob.Act.SET
OPT_OUT, DELETE = BulkJob.Act.OPT_OUT, BulkJob.Act.DELETE
Three = list[Contact]


def members(group: Group) -> set[str]:
    return set(group.contacts.values_list("firstname", flat=True))


def test_all_matching_are_added(three: Three, group: Group, do: Start) -> None:
    job = do(ADD, Filter(text="bo"), group=group)
    assert members(group) == {"Bo"}
    assert (job.state, job.total, job.done, job.changed) == ("finished", 1, 1, 1)


def segment_of(workspace: Workspace, name: str) -> Segment:
    condition = {"field": "firstname", "op": "is", "value": name}
    return segments.create(
        workspace=workspace,
        actor=None,
        name="Some",
        definition={"match": "all", "conditions": [condition]},
    )


def test_segment_that_was_edited_after_the_click_stops_the_job(
    workspace: Workspace, three: Three, start: Start
) -> None:
    segment = segment_of(workspace, "Bo")
    job = start(DELETE, Filter(segment=segment))
    condition = {"field": "firstname", "op": "is", "value": "Anna"}
    segments.update(
        segment=segment,
        name="Some",
        definition={"match": "all", "conditions": [condition]},
        actor=None,
    )
    finish(job)
    assert (job.state, job.error, job.changed) == ("failed", "segment_changed", 0)
    assert Contact.objects.count() == 3


def test_broken_segment_stops_the_job(
    workspace: Workspace, three: Three, start: Start
) -> None:
    segment = segment_of(workspace, "Bo")
    Segment.objects.update(definition={"match": "all", "conditions": [{"field": "x"}]})
    job = start(DELETE, Filter(segment=segment))
    finish(job)
    assert (job.state, job.error) == ("failed", "segment_broken")


def test_later_contacts_are_left_alone(
    workspace: Workspace, three: Three, group: Group, start: Start
) -> None:
    job = start(ADD, group=group)
    contacts.create(workspace=workspace, actor=None, firstname="Late")
    finish(job)
    assert members(group) == {"Anna", "Bo", "Cem"}


def test_undone_add_takes_out_whom_it_added(
    three: Three, group: Group, do: Start, undo: Undo
) -> None:
    groups.add(group=group, uuids=[three[0].uuid], actor=None)
    job = do(ADD, group=group)
    groups.remove(group=group, uuids=[three[1].uuid], actor=None)
    groups.add(group=group, uuids=[three[1].uuid], actor=None)
    assert job.changed == 2
    assert undo(job).restored == 1
    assert members(group) == {"Anna", "Bo"}


def test_undone_remove_puts_back_as_it_was(
    three: Three, group: Group, do: Start, undo: Undo
) -> None:
    groups.add(group=group, uuids=[c.uuid for c in three[:2]], actor=None)
    before = list(GroupMembership.objects.order_by("id").values())
    job = do(REMOVE, Filter(group=group), group=group)
    assert members(group) == set()
    assert undo(job).restored == 2
    assert list(GroupMembership.objects.order_by("id").values()) == before
    group.refresh_from_db()
    assert group.member_count == 2


def test_history_tells_who_was_moved_by_a_job_and_by_its_undo(
    three: Three, group: Group, do: Start, undo: Undo
) -> None:
    job = do(ADD, Filter(text="bo"), group=group)
    undo(job)
    do(REMOVE, group=group)
    told = [list(bulk_traces.of_contact(one).order_by("id")) for one in three]
    assert [len(rows) for rows in told] == [0, 2, 0]
    added, taken_back = told[1]
    assert (added.joins, taken_back.joins) == (True, False)
    assert added.actor == taken_back.actor == job.created_by


def test_group_that_goes_ends_the_job(three: Three, group: Group, start: Start) -> None:
    job = start(ADD, group=group)
    group.delete()
    finish(job)
    assert (job.state, job.error) == (Work.State.FAILED, "group_gone")


def test_criteria_that_go_end_the_job(three: Three, group: Group, start: Start) -> None:
    job = start(DELETE, Filter(group=group))
    group.delete()
    finish(job)
    assert (job.state, job.error) == (Work.State.FAILED, "criteria_gone")
    assert Contact.objects.count() == 3


def test_stored_criteria_of_another_workspace_find_nobody(
    other_workspace: Workspace, three: Three, start: Start
) -> None:
    foreign = groups.create(workspace=other_workspace, name="Foreign", actor=None)
    job = start(DELETE)
    BulkJob.objects.update(criteria={"group": str(foreign.id)})
    finish(job)
    assert job.error == "criteria_gone"
    assert Contact.objects.count() == 3


@pytest.mark.parametrize(
    ("field", "value", "before", "after"),
    [
        ("city", "Köln", ["", "", ""], ["Köln", "Köln", "Köln"]),
        ("firstname", "", ["Anna", "Bo", "Cem"], ["", "", ""]),
        ("custom:size", "S", [None, "XL", "XL"], ["S", "S", "S"]),
        ("custom:size", "", [None, "XL", "XL"], [None, None, None]),
        ("birthday", "1990-05-17", [None] * 3, ["1990-05-17"] * 3),
    ],
)
def test_field_is_set_and_set_back(
    three: Three,
    do: Start,
    undo: Undo,
    field: str,
    value: str,
    before: list[str | None],
    after: list[str | None],
) -> None:
    job = do(SET, field=field, label="Field", value=value)
    assert values(field) == after
    undo(job)
    assert values(field) == before


def test_value_that_was_changed_since_is_kept(
    three: Three, do: Start, undo: Undo
) -> None:
    job = do(SET, field="city", label="City", value="Köln")
    contacts.update(contact=three[0], actor=None, city="Bonn")
    assert undo(job).restored == 2
    assert values("city") == ["Bonn", "", ""]


def test_set_field_is_in_the_trail_of_each_contact(three: Three, do: Start) -> None:
    CustomField.objects.create(workspace=three[0].workspace, slug="size", label="Size")
    do(SET, field="custom:size", label="Size", value="S")
    entry = AuditEntry.objects.get(action="contact.update", subject=str(three[1].uuid))
    assert (entry.before, entry.after) == ({"size": "XL"}, {"size": "S"})


def test_unknown_field_is_no_sql(three: Three, do: Start) -> None:
    with pytest.raises(ValueError):
        do(SET, field="city = 'x' --", label="Bad", value="Köln")


def test_opt_out_is_withdrawn_but_for_a_reply(
    workspace: Workspace, three: Three, do: Start, undo: Undo
) -> None:
    opt_outs.add(workspace=workspace, phone=three[0].phone, source="import")
    job = do(OPT_OUT, Filter(), reason="Asked on the phone")
    opt_outs.add(workspace=workspace, phone=three[1].phone, source="reply")
    assert job.changed == 2
    assert undo(job).restored == 1
    left = set(OptOut.objects.values_list("phone", flat=True))
    assert left == {three[0].phone, three[1].phone}
    events = ConsentEvent.objects.filter(phone=three[2].phone).order_by("id")
    assert [event.kind for event in events] == ["opt_out", "opt_in"]


def test_reachable_ones_are_opted_out_to_the_last(three: Three, do: Start) -> None:
    assert do(OPT_OUT, Filter(state=REACHABLE), channel="voice").changed == 3


def test_deleted_contacts_come_back_whole(
    three: Three, group: Group, do: Start, undo: Undo
) -> None:
    groups.add(group=group, uuids=[c.uuid for c in three], actor=None)
    whole = list(Contact.objects.order_by("id").values())
    places = list(GroupMembership.objects.order_by("id").values())
    job = do(DELETE)
    assert not Contact.objects.exists()
    assert undo(job).restored == 3
    assert list(Contact.objects.order_by("id").values()) == whole
    assert list(GroupMembership.objects.order_by("id").values()) == places


def test_deleted_contact_keeps_its_former_numbers(
    workspace: Workspace, three: Three, do: Start, undo: Undo
) -> None:
    former = FormerNumber.objects.create(
        workspace=workspace, contact=three[0], phone="+4917199999999"
    )
    undo(do(DELETE))
    assert FormerNumber.objects.get() == former


def test_messages_to_a_deleted_contact_stay(
    workspace: Workspace, three: Three, do: Start
) -> None:
    campaign = Campaign.objects.create(workspace=workspace, name="Hello")
    sent = Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        contact=three[0],
        recipient=three[0].phone,
    )
    do(DELETE)
    sent.refresh_from_db()
    assert (sent.contact_id, sent.recipient) == (None, three[0].phone)


def test_number_that_is_taken_keeps_its_new_contact(
    workspace: Workspace, three: Three, do: Start, undo: Undo
) -> None:
    job = do(DELETE)
    contacts.create(
        workspace=workspace, actor=None, phone=three[0].phone, firstname="New"
    )
    assert undo(job).restored == 2
    names = set(Contact.objects.values_list("firstname", flat=True))
    assert names == {"New", "Bo", "Cem"}


def test_group_that_went_meanwhile_keeps_nobody_away(
    three: Three, group: Group, do: Start, undo: Undo
) -> None:
    groups.add(group=group, uuids=[c.uuid for c in three], actor=None)
    job = do(DELETE)
    group.delete()
    assert undo(job).restored == 3


def test_unknown_reference_is_left_to_the_collector(
    three: Three, group: Group, do: Start, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletions, "_is_plain", lambda reference: False)
    groups.add(group=group, uuids=[c.uuid for c in three], actor=None)
    job = do(DELETE)
    assert not GroupMembership.objects.exists()
    assert undo(job).restored == 3


def test_deleted_contact_is_in_the_trail(three: Three, do: Start, undo: Undo) -> None:
    undo(do(DELETE, rows=three[1:2]))
    entries = AuditEntry.objects.filter(subject=str(three[1].uuid)).order_by("id")
    gone, back = entries.exclude(action="contact.create")
    assert (gone.action, back.action) == ("contact.delete", "contact.restore")
    assert gone.before == back.after
    assert gone.before["size"] == "XL"


def test_job_tells_the_trail_what_a_deletion_by_hand_tells(
    workspace: Workspace, do: Start
) -> None:
    values: dict[str, Any] = dict.fromkeys(contacts.FIELDS, "x")
    values |= {"birthday": dt.date(1990, 5, 17)}
    by_hand, by_job = (
        contacts.create(
            workspace=workspace,
            actor=None,
            custom={"size": "XL", "notes": "y"},
            **values,
        )
        for _n in range(2)
    )
    contacts.delete(workspace=workspace, uuids=[by_hand.uuid], actor=None)
    do(DELETE, rows=[by_job])
    one, other = AuditEntry.objects.filter(action="contact.delete")
    assert (one.before, one.after) == (other.before, other.after)


def test_withdrawn_opt_out_is_in_the_trail_as_it_was(
    three: Three, do: Start, undo: Undo
) -> None:
    job = do(OPT_OUT, rows=three[:1], reason="Asked")
    entry = OptOut.objects.get()
    undo(job)
    before = AuditEntry.objects.get(action="opt_out.withdraw").before
    assert dt.datetime.fromisoformat(before.pop("created_at")) == entry.created_at
    assert before == {"channel": "", "source": "manual", "reason": "Asked"}


def test_act_has_one_entry_with_criteria_and_counts(
    three: Three, group: Group, do: Start
) -> None:
    do(ADD, Filter(text="bo"), group=group)
    entry = AuditEntry.objects.get(action="bulk.add")
    assert entry.subject == group.name
    assert entry.after == {"q": "bo", "contacts_changed": 1, "outcome": "finished"}


def test_ticked_rows_of_others_are_left_alone(
    other_workspace: Workspace, three: Three, do: Start
) -> None:
    foreign = contacts.create(workspace=other_workspace, actor=None, firstname="F")
    assert do(DELETE, rows=[foreign]).changed == 0


def values(field: str) -> list[str | None]:
    rows = Contact.objects.order_by("id")
    if field.startswith("custom:"):
        return [row.custom.get(field.removeprefix("custom:")) for row in rows]
    found = [getattr(row, field) for row in rows]
    return [str(value) if value is not None else None for value in found]
