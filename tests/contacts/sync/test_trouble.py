"""One contact without an answer of the gateway, and a gateway that answers nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contacts.models import Contact, Group, SyncGroup, SyncLink, SyncRun
from contacts.services import contacts, groups
from contacts.services.sync import decisions, patience, runs, setups
from tests.contacts.sync.conftest import Sides
from tests.fixtures import ClientAs

pytestmark = pytest.mark.django_db(transaction=True)
BAD = "491711234560"


def add(sides: Sides, count: int = 5) -> list[Contact]:
    return [
        contacts.create(
            workspace=sides.workspace, actor=None, phone=f"+49171123456{number}"
        )
        for number in range(count)
    ]


def spoil(sides: Sides, fault: str, about: str = "", scope: str = "all") -> None:
    sides.sandbox.ask("faults", random={fault: 1.0}, scope=scope, about=about)


def calls(sides: Sides) -> int:
    return sum(sides.sandbox.ask("requests").values())


def pushing(sides: Sides) -> SyncRun:
    """Return a run that has listed both sides and has only to push."""
    run = setups.begin(setup=sides.setup, actor=None)
    SyncRun.objects.filter(pk=run.pk).update(phase="ours")
    return run


@pytest.mark.parametrize("fault", ["500-status", "503", "drop-after"])
def test_one_without_an_answer_keeps_nobody_waiting(sides: Sides, fault: str) -> None:
    gone = sides.add(firstname="Old", mobile_number="01719999999")
    sides.run()
    sides.allow(on_deleted_here="delete")
    contacts.delete(workspace=sides.workspace, uuids=[sides.here()[0].uuid], actor=None)
    bad, *_good = add(sides)
    spoil(sides, fault, about=BAD)
    run = sides.run()
    assert run.state == SyncRun.State.FINISHED
    told = {c.properties.mobile_number for c in sides.there().values()}
    assert told - {bad.phone} == {f"+49171123456{n}" for n in range(1, 5)}
    assert gone.id not in sides.there()
    link = SyncLink.objects.get(contact=bad)
    assert (link.failures, bool(link.error)) == (patience.TRIES, True)
    assert run.tally["unanswered"] == 1


def test_one_without_an_answer_is_shown_with_the_reason(
    sides: Sides, client_as: ClientAs, owner: User
) -> None:
    [bad] = add(sides, 1)
    spoil(sides, "500-status", about=BAD)
    sides.run()
    browser: Client = client_as(owner)
    page = browser.get(reverse("contacts:sync_questions", args=["refused"]))
    shown = page.content.decode()
    assert str(bad.uuid) in shown and "no clear answer" in shown
    assert "tried 3 times" in shown


def test_one_without_an_answer_is_left_alone_for_a_while(sides: Sides) -> None:
    add(sides, 1)
    spoil(sides, "500-status", about=BAD)
    sides.run()
    before = SyncLink.objects.get()
    sides.run()
    assert SyncLink.objects.get().failures == before.failures
    SyncLink.objects.update(retry_at=before.retry_at and before.retry_at - timedelta(2))
    sides.run()
    assert SyncLink.objects.get().failures == before.failures + 1


def test_one_that_is_answered_again_has_no_trouble(sides: Sides) -> None:
    add(sides, 1)
    spoil(sides, "500-status", about=BAD)
    sides.run()
    sides.sandbox.ask("faults", scope="all")
    decisions.try_again(workspace=sides.workspace)
    assert sides.writes() == {"created_there": 1}
    link = SyncLink.objects.get()
    assert (link.error, link.failures, link.retry_at) == ("", 0, None)


def test_one_that_cannot_be_asked_for_is_not_believed_to_be_gone(sides: Sides) -> None:
    sides.allow(on_deleted_there="delete")
    [ours] = add(sides, 1)
    sides.run()
    [there] = sides.there()
    sides.client.contacts.delete(there)
    spoil(sides, "500-status", about=f"/contacts/{there}")
    sides.run()
    assert sides.here() == [ours]


def test_one_that_cannot_be_asked_for_is_not_deleted_there(sides: Sides) -> None:
    add(sides, 1)
    sides.run()
    [there] = sides.there()
    sides.allow(on_deleted_here="delete")
    spoil(sides, "500-status", about=f"/contacts/{there}")
    Contact.objects.all().delete()
    run = sides.run()
    assert (run.state, run.tally["unanswered"]) == (SyncRun.State.FINISHED, 1)
    sides.sandbox.ask("faults", scope="all")
    assert list(sides.there()) == [there]


def test_what_a_person_decides_waits_for_no_pause(sides: Sides) -> None:
    add(sides, 1)
    sides.run()
    Contact.objects.all().delete()
    sides.run()
    later = timezone.now() + timedelta(hours=9)
    SyncLink.objects.update(error="none", failures=5, retry_at=later)
    ids = [SyncLink.objects.get().pk]
    decisions.answer(
        workspace=sides.workspace, actor=sides.actor, ids=ids, what="delete"
    )
    sides.run(is_short=True)
    assert sides.there() == {}


def test_gateway_that_is_down_is_asked_for_a_few_only(sides: Sides) -> None:
    add(sides, 9)
    run, before = pushing(sides), calls(sides)
    spoil(sides, "503")
    runs.run(run.id)
    run.refresh_from_db()
    assert (run.state, run.phase, run.failures) == (SyncRun.State.READY, "push", 1)
    assert calls(sides) - before <= patience.MOST_UNHEARD + 6
    assert not SyncLink.objects.exclude(error="").exists()


def test_gateway_that_only_can_be_read_ends_the_run_early(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST_IN_A_ROW", 6)
    add(sides, 9)
    run = pushing(sides)
    spoil(sides, "500-status", scope="write")
    runs.run(run.id)
    run.refresh_from_db()
    assert (run.state, run.phase, run.failures) == (SyncRun.State.READY, "push", 1)
    assert SyncLink.objects.exclude(error="").count() >= 6


def test_who_was_not_asked_is_not_looked_for(sides: Sides) -> None:
    add(sides, 9)
    run = pushing(sides)
    spoil(sides, "503")
    runs.run(run.id)
    meant = SyncLink.objects.filter(attempted_at__isnull=False)
    assert meant.count() < 9


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 0), (2, 0), (3, 1), (4, 2), (8, 24), (900, 24)]
)
def test_pauses_grow(failures: int, hours: int) -> None:
    assert patience.pause_after(failures) == timedelta(hours=hours)


Pair = Callable[..., SyncGroup]


def shared(sides: Sides, pair: Pair) -> SyncGroup:
    """Return a pair of groups with one contact in both."""
    link = pair("Customers")
    properties = {"mobile_number": "01711234567"}
    sides.client.contacts.create(properties=properties, groups=[link.remote_id or 0])
    sides.run()
    return link


def spoil_group(sides: Sides, link: SyncGroup) -> None:
    spoil(sides, "500-status", about=f"/groups/{link.remote_id}")


def test_group_without_an_answer_keeps_nobody_waiting(sides: Sides, pair: Pair) -> None:
    link = pair("Customers")
    sides.run()
    groups.rename(group=Group.objects.get(), name="Patrons", actor=None)
    add(sides, 2)
    spoil_group(sides, link)
    run = sides.run()
    assert (run.state, run.tally["groups_unanswered"]) == (SyncRun.State.FINISHED, 1)
    assert len(sides.there()) == 2
    link.refresh_from_db()
    assert (link.state, link.failures, bool(link.error)) == ("linked", 1, True)
    sides.sandbox.ask("faults", scope="all")
    assert sides.writes() == {"groups_renamed_there": 1}
    link.refresh_from_db()
    assert (link.failures, link.error) == (0, "")


def test_group_that_may_be_gone_loses_nobody(
    sides: Sides, pair: Pair, client_as: ClientAs, owner: User
) -> None:
    link = shared(sides, pair)
    sides.allow(on_deleted_there="delete")
    sides.client.groups.delete(link.remote_id or 0)
    spoil_group(sides, link)
    assert sides.run().state == SyncRun.State.FINISHED
    link.refresh_from_db()
    assert (link.state, Group.objects.get().member_count) == ("unsure", 1)
    assert SyncLink.objects.get().groups == [link.pk]
    browser: Client = client_as(owner)
    page = browser.get(reverse("contacts:sync_overview")).content.decode()
    assert "left as it is and tried again later" in page
    sides.sandbox.ask("faults", scope="all")
    assert sides.writes() == {"groups_deleted_here": 1}
    assert Contact.objects.count() == 1


def test_contact_deleted_while_its_group_may_be_gone_is_decided_later(
    sides: Sides, pair: Pair
) -> None:
    link = shared(sides, pair)
    sides.client.groups.delete(link.remote_id or 0)
    spoil_group(sides, link)
    Contact.objects.all().delete()
    sides.run()
    assert (SyncLink.objects.get().state, len(sides.there())) == ("linked", 1)


def test_group_without_an_answer_is_left_alone_for_a_while(
    sides: Sides, pair: Pair
) -> None:
    link = shared(sides, pair)
    sides.client.groups.delete(link.remote_id or 0)
    spoil_group(sides, link)
    for _n in range(patience.TRIES + 1):
        sides.run()
    link.refresh_from_db()
    assert link.failures == patience.TRIES
