"""Taking a merge back: both as before, and what was changed since wins."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User, Workspace
from contacts.models import (
    Contact,
    Duplicate,
    FormerNumber,
    GroupMembership,
    Merge,
    OptOut,
)
from contacts.services import contacts, groups, merges, opt_outs, unmerges
from contacts.services.merge_rows import snapshot
from messaging.models import Campaign, Message
from seven_dashboard.errors import Refused
from tests.contacts.merging.conftest import tell_apart

FIRST, SECOND = "+491711234567", "+491719999999"
WORDS = st.sampled_from(["", "one", "two"])


def person(phone: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "phone": st.sampled_from(["", phone]),
            "home_phone": st.sampled_from(["", FIRST, "030 123"]),
            "firstname": WORDS,
            "email": WORDS,
            "notes": WORDS,
            "birthday": st.sampled_from([None, date(1990, 5, 17), date(1991, 1, 1)]),
            "custom": st.dictionaries(st.sampled_from(["size", "since"]), WORDS),
        }
    )


def merge(kept: Contact, other: Contact, **choices: str) -> Merge:
    return merges.merge(
        workspace=kept.workspace,
        kept=kept.uuid,
        other=other.uuid,
        actor=None,
        choices=choices,
    )


def world(workspace: Workspace) -> list[Any]:
    """Return all that a merge touches, as plain values."""
    return [
        [snapshot(row) for row in Contact.objects.order_by("id")],
        sorted(GroupMembership.objects.values_list("group", "contact")),
        sorted(OptOut.objects.values_list("phone", "channel", "source")),
        sorted(FormerNumber.objects.values_list("phone", "contact")),
        sorted(Message.objects.values_list("id", "contact")),
    ]


@given(
    one=person(FIRST),
    two=person(SECOND),
    choice=st.sampled_from(["kept", "other"]),
    said=st.lists(st.sampled_from([(FIRST, "sms"), (SECOND, ""), (SECOND, "rcs")])),
    in_group=st.sets(st.sampled_from([0, 1])),
)
@settings(
    max_examples=40,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
def test_merge_and_undo_leave_everything_as_it_was(
    workspace: Workspace,
    one: dict[str, Any],
    two: dict[str, Any],
    choice: str,
    said: list[tuple[str, str]],
    in_group: set[int],
) -> None:
    with transaction.atomic():
        pair = [
            contacts.create(workspace=workspace, actor=None, **values)
            for values in (one, two)
        ]
        group = groups.create(workspace=workspace, name="Group", actor=None)
        uuids = [pair[n].uuid for n in in_group]
        groups.add(group=group, uuids=uuids, actor=None)
        campaign = Campaign.objects.create(workspace=workspace, name="One")
        Message.objects.create(workspace=workspace, campaign=campaign, contact=pair[1])
        for phone, channel in said:
            opt_outs.add(
                workspace=workspace, phone=phone, channel=channel, source="reply"
            )
        before = world(workspace)
        merged = merge(*pair, phone=choice, firstname=choice)
        undone = unmerges.undo(merge=merged, actor=None)
        assert world(workspace) == before
        assert (undone.left, undone.lost) == ([], [])
        transaction.set_rollback(True)


def test_what_was_changed_since_stays_and_is_told(
    contact: Contact, twin: Contact
) -> None:
    merged = merge(contact, twin)
    contacts.update(contact=contact, actor=None, city="Hamburg")
    undone = unmerges.undo(merge=merged, actor=None)
    contact.refresh_from_db()
    assert (contact.city, undone.left) == ("Hamburg", ["city"])


def test_number_that_another_has_by_now_stays_with_them(
    contact: Contact, twin: Contact
) -> None:
    merged = merge(contact, twin, phone="kept")
    new = contacts.create(workspace=contact.workspace, actor=None, phone=twin.phone)
    undone = unmerges.undo(merge=merged, actor=None)
    new.refresh_from_db()
    assert (new.phone, undone.lost, undone.restored.phone) == (SECOND, [SECOND], "")


def test_pair_comes_back_though_whoever_told_it_apart_is_gone(
    contact: Contact, twin: Contact, owner: User
) -> None:
    third = contacts.create(workspace=twin.workspace, actor=None, firstname="Third")
    tell_apart(twin, third, owner)
    merged = merge(contact, twin)
    owner.delete()
    unmerges.undo(merge=merged, actor=None)
    connection.check_constraints()
    back = Duplicate.objects.get(first=twin)
    assert back.dismissed_at and back.dismissed_by is None


def test_stop_said_since_stays(contact: Contact, twin: Contact) -> None:
    workspace = contact.workspace
    opt_outs.add(workspace=workspace, phone=twin.phone, source="reply")
    merged = merge(contact, twin, phone="kept")
    opt_outs.add(workspace=workspace, phone=contact.phone, source="reply")
    unmerges.undo(merge=merged, actor=None)
    assert OptOut.objects.filter(phone=contact.phone).exists()


def test_opt_out_of_a_second_merged_contact_stays(
    contact: Contact, twin: Contact
) -> None:
    workspace = contact.workspace
    third = contacts.create(workspace=workspace, actor=None, phone="+491718888888")
    for phone in (twin.phone, third.phone):
        opt_outs.add(workspace=workspace, phone=phone, source="reply")
    merged = merge(contact, twin, phone="kept")
    merge(contact, third, phone="kept")
    unmerges.undo(merge=merged, actor=None)
    assert OptOut.objects.filter(phone=contact.phone).exists()


def test_contact_comes_back_although_the_other_was_deleted(
    contact: Contact, twin: Contact
) -> None:
    merged = merge(contact, twin)
    contacts.delete(workspace=contact.workspace, uuids=[contact.uuid], actor=None)
    undone = unmerges.undo(merge=merged, actor=None)
    assert undone.kept is None
    assert Contact.objects.get().uuid == twin.uuid


def test_later_merge_has_to_be_undone_first(contact: Contact, twin: Contact) -> None:
    third = contacts.create(workspace=contact.workspace, actor=None, firstname="Third")
    first = merge(contact, twin)
    second = merge(third, contact)
    with pytest.raises(Refused) as refused:
        unmerges.undo(merge=first, actor=None)
    assert refused.value.code == "merged_since"
    unmerges.undo(merge=second, actor=None)
    unmerges.undo(merge=first, actor=None)
    assert Contact.objects.count() == 3


def test_merge_is_undone_once(contact: Contact, twin: Contact) -> None:
    merged = merge(contact, twin)
    unmerges.undo(merge=merged, actor=None)
    with pytest.raises(Refused) as refused:
        unmerges.undo(merge=merged, actor=None)
    assert refused.value.code == "undone"


def test_merge_of_long_ago_is_forgotten(contact: Contact, twin: Contact) -> None:
    merged = merge(contact, twin)
    long_ago = timezone.now() - timedelta(days=31)
    Merge.objects.update(created_at=long_ago)
    assert merges.forget_old() == 1
    merged.refresh_from_db()
    assert (merged.removed, merged.removed_name) == ({}, "")
    with pytest.raises(Refused) as refused:
        unmerges.undo(merge=merged, actor=None)
    assert refused.value.code == "too_old"


def test_undo_is_in_the_audit_trail(contact: Contact, twin: Contact) -> None:
    unmerges.undo(merge=merge(contact, twin), actor=None)
    entries = AuditEntry.objects.filter(action="contact.unmerge")
    assert {entry.subject for entry in entries} == {str(contact.uuid), str(twin.uuid)}


@pytest.mark.django_db(transaction=True)
def test_number_taken_in_the_moment_of_the_undo_is_told(
    contact: Contact, twin: Contact
) -> None:
    workspace, number = contact.workspace, twin.phone
    merged = merge(contact, twin, phone="kept")
    is_taken = threading.Event()

    def take() -> None:
        with closing(connection), transaction.atomic():
            Contact.objects.create(workspace=workspace, phone=number)
            is_taken.set()
            _wait_for_one_who_waits()

    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(take)
        assert is_taken.wait(10)
        undone = unmerges.undo(merge=merged, actor=None)
        taking.result()
    assert undone.lost == [number]
    assert Contact.objects.get(pk=twin.pk).phone == ""


def _wait_for_one_who_waits() -> None:
    """Return when another session waits for a lock."""
    for _look in range(10_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_undo_tells_again_who_told_two_apart(workspace: Workspace, owner: User) -> None:
    one, two, third = (
        contacts.create(workspace=workspace, actor=None, firstname=name)
        for name in ("One", "Two", "Third")
    )
    tell_apart(two, third, owner)
    undone = unmerges.undo(merge=merge(one, two), actor=None)
    pair = Duplicate.objects.get(first=undone.restored)
    assert (pair.second, pair.dismissed_by) == (third, owner)
