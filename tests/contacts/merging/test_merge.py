"""Merging two contacts: nothing is lost, and who said STOP is not written to."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from contacts.models import Contact, Duplicate, Group, Merge, OptOut
from contacts.selectors import contacts as found
from contacts.selectors import merges as selected
from contacts.services import contacts, groups, merges, opt_outs
from messaging.models import Campaign, InboundMessage, Message
from messaging.services import inbound
from messaging.services.inbound import Received
from seven_dashboard.errors import Refused
from tests.contacts.merging.conftest import tell_apart


def merge(kept: Contact, other: Contact, **options: object) -> Merge:
    return merges.merge(
        workspace=kept.workspace,
        kept=kept.uuid,
        other=other.uuid,
        actor=None,
        **options,  # type: ignore[arg-type]
    )


def test_one_contact_is_left_with_what_both_had(
    contact: Contact, twin: Contact
) -> None:
    merge(contact, twin, choices={"phone": "kept", "firstname": "kept"})
    left = Contact.objects.get()
    assert (left.uuid, left.phone, left.city) == (contact.uuid, contact.phone, "Berlin")
    assert left.custom == {"size": "M"}
    assert left.home_phone == twin.phone


def test_groups_are_united(
    contact: Contact, twin: Contact, group: Group, workspace: Workspace
) -> None:
    second = groups.create(workspace=workspace, name="Second", actor=None)
    groups.add(group=group, uuids=[contact.uuid, twin.uuid], actor=None)
    groups.add(group=second, uuids=[twin.uuid], actor=None)
    merge(contact, twin)
    assert set(contact.groups.all()) == {group, second}
    group.refresh_from_db()
    assert group.member_count == 1


@pytest.mark.parametrize("choice", ["kept", "other"])
@pytest.mark.parametrize("said_by", ["kept", "other"])
def test_opt_out_of_one_number_holds_for_the_one_that_stays(
    contact: Contact, twin: Contact, choice: str, said_by: str
) -> None:
    phone = contact.phone if said_by == "kept" else twin.phone
    opt_outs.add(
        workspace=contact.workspace, phone=phone, channel="sms", source="reply"
    )
    merge(contact, twin, choices={"phone": choice})
    assert [row.channel for row in found.opt_outs_of(Contact.objects.get())] == ["sms"]


def test_opt_out_holds_for_the_former_number_too(
    contact: Contact, twin: Contact
) -> None:
    opt_outs.add(workspace=contact.workspace, phone=contact.phone, source="reply")
    merge(contact, twin, choices={"phone": "kept"})
    assert OptOut.objects.get(phone=twin.phone).source == OptOut.Source.MERGE


def test_former_number_still_leads_to_the_contact(
    contact: Contact, twin: Contact
) -> None:
    merge(contact, twin, choices={"phone": "kept"})
    assert found.by_phone(contact.workspace, twin.phone) == contact
    assert selected.numbers_of(contact) == [contact.phone, twin.phone]


def test_former_number_belongs_to_who_has_it_now(
    contact: Contact, twin: Contact
) -> None:
    merge(contact, twin, choices={"phone": "kept"})
    new = contacts.create(workspace=contact.workspace, actor=None, phone=twin.phone)
    assert found.by_phone(contact.workspace, twin.phone) == new
    assert selected.numbers_of(contact) == [contact.phone]


def test_messages_point_at_the_contact_that_stays(
    contact: Contact, twin: Contact
) -> None:
    message = _message(twin)
    merge(contact, twin)
    message.refresh_from_db()
    assert message.contact == contact


def test_not_the_same_person_holds_for_the_one_that_stays(
    contact: Contact, twin: Contact, workspace: Workspace, owner: User
) -> None:
    third = contacts.create(workspace=workspace, actor=None, firstname="Third")
    tell_apart(twin, third, owner)
    merge(contact, twin)
    left = Duplicate.objects.get()
    assert (left.first, left.second, left.dismissed_by) == (contact, third, owner)


def test_merge_is_in_the_audit_trail(
    contact: Contact, twin: Contact, owner: User
) -> None:
    merge(contact, twin)
    entry = AuditEntry.objects.get(action="contact.merge")
    assert entry.subject == str(contact.uuid)
    assert entry.after["city"] == "Berlin"
    gone = AuditEntry.objects.get(action="contact.merged")
    assert gone.before["phone"] == twin.phone


def test_merge_of_what_the_person_has_not_seen_is_refused(
    contact: Contact, twin: Contact
) -> None:
    seen = selected.fingerprint(contact, twin)
    contacts.update(contact=twin, actor=None, city="Hamburg")
    with pytest.raises(Refused) as refused:
        merge(contact, twin, seen=seen)
    assert refused.value.code == "changed"
    assert Contact.objects.count() == 2


def test_contact_is_not_merged_with_itself(contact: Contact) -> None:
    with pytest.raises(Refused) as refused:
        merge(contact, contact)
    assert refused.value.code == "same_contact"


def test_contact_of_another_workspace_is_gone(
    contact: Contact, other_workspace: Workspace
) -> None:
    foreign = contacts.create(
        workspace=other_workspace, actor=None, phone="+491719999999"
    )
    with pytest.raises(Refused) as refused:
        merge(contact, foreign)
    assert refused.value.code == "gone"


@pytest.mark.django_db(transaction=True)
def test_merges_at_the_same_time_lose_nobody(contact: Contact, twin: Contact) -> None:
    third = contacts.create(
        workspace=contact.workspace, actor=None, phone="+491718888888", city="Ulm"
    )
    gate, refused = threading.Barrier(2), []

    def run(kept: Contact, other: Contact) -> None:
        gate.wait()
        try:
            merge(kept, other)
        except Refused as error:
            refused.append(error.code)
        finally:
            connection.close()

    steps = [(twin, contact), (third, twin)]
    threads = [threading.Thread(target=run, args=pair) for pair in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = Contact.objects.count()
    # Either both in order, or the second one found the first contact gone.
    assert (left, refused) in [(1, []), (2, ["gone"])]
    numbers = {n for row in Contact.objects.all() for n in selected.numbers_of(row)}
    assert numbers == {contact.phone, twin.phone, third.phone}


def _message(contact: Contact) -> Message:
    campaign = Campaign.objects.create(workspace=contact.workspace, name="One")
    return Message.objects.create(
        workspace=contact.workspace,
        campaign=campaign,
        contact=contact,
        recipient=contact.phone,
    )


def test_reply_from_a_former_number_is_the_contacts(
    contact: Contact, twin: Contact
) -> None:
    merge(contact, twin, choices={"phone": "kept"})
    received = Received(
        gateway_id="1", sender=twin.phone, recipient="", text="Hi", at=timezone.now()
    )
    inbound.keep(workspace=contact.workspace, received=received)
    assert InboundMessage.objects.get().contact == contact
