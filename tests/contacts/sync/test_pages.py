"""The pages of the sync, as a person walks through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Connection, User, Workspace
from contacts.models import Contact, SyncGroup, SyncLink, SyncRun, SyncSetup
from contacts.services import contacts, groups
from contacts.services.sync import brake, decisions, pairs, pushes, runs, setups
from tests.contacts.sync.conftest import Sides
from tests.fixtures import ClientAs, SandboxAccount

pytestmark = pytest.mark.django_db(transaction=True)


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert page is not None
    return " ".join(page.get_text(" ").split())


def work() -> SyncRun:
    run = SyncRun.objects.latest("created_at")
    runs.run(run.id)
    run.refresh_from_db()
    return run


def test_from_nothing_to_the_first_sync(
    workspace: Workspace,
    manager: User,
    connection: Connection,
    sandbox: SandboxAccount,
    client_as: ClientAs,
) -> None:
    client, browser = sandbox.client(), client_as(manager)
    group = client.groups.create("Customers")
    client.contacts.create(
        properties={"firstname": "Anna", "mobile_number": "01711234567"},
        groups=[group.id],
    )
    assert "First fetch your groups" in text(browser, "/contacts/sync/")
    browser.post("/contacts/sync/groups/")
    pair = SyncGroup.objects.get()
    assert "Customers" in text(browser, "/contacts/sync/")
    answer = browser.post(
        "/contacts/sync/settings/",
        {
            f"pair-{pair.pk}-direction": "both",
            f"pair-{pair.pk}-group": "",
            "ungrouped": "off",
            "on_conflict": "ask",
            "on_deleted_here": "ask",
            "on_deleted_there": "ask",
            "act": "preview",
        },
    )
    preview = work()
    assert answer["Location"] == f"/contacts/sync/runs/{preview.id}/"
    shown = text(browser, answer["Location"])
    assert "Contacts added here 1" in shown
    assert "Anna" in shown
    assert not Contact.objects.exists()
    browser.post(f"/contacts/sync/runs/{preview.id}/approve/")
    work()
    [found] = Contact.objects.all()
    assert (found.firstname, found.groups.get().name) == ("Anna", "Customers")
    assert "Sync now" in text(browser, "/contacts/sync/")


def test_nothing_runs_before_a_preview_was_agreed_to(
    sides: Sides, client_as: ClientAs
) -> None:
    sides.setup.refresh_from_db()
    sides.setup.approved = ""
    sides.setup.save()
    browser = client_as(sides.actor)
    before = SyncRun.objects.count()
    browser.post("/contacts/sync/start/")
    assert SyncRun.objects.count() == before


def test_an_agreement_ends_with_the_settings(sides: Sides) -> None:
    assert setups.is_approved(sides.setup)
    setups.change(
        setup=sides.setup, actor=sides.actor, values={"on_deleted_here": "delete"}
    )
    assert not setups.is_approved(sides.setup)


def test_an_agreement_ends_with_the_key(sides: Sides, connection: Connection) -> None:
    connection.subaccount_id = "123"
    connection.save()
    assert not setups.is_approved(sides.setup)


def test_an_old_preview_cannot_be_agreed_to(sides: Sides, client_as: ClientAs) -> None:
    preview = sides.run(is_preview=True)
    setups.change(
        setup=sides.setup, actor=sides.actor, values={"on_conflict": "theirs"}
    )
    browser = client_as(sides.actor)
    browser.post(f"/contacts/sync/runs/{preview.id}/approve/")
    sides.setup.refresh_from_db()
    assert not setups.is_approved(sides.setup)


def test_preview_counts_both_sides_and_changes_neither(sides: Sides) -> None:
    sides.add(firstname="Anna", mobile_number="01711234567")
    contacts.create(
        workspace=sides.workspace, actor=None, phone="+491711234568", firstname="Ben"
    )
    contacts.create(
        workspace=sides.workspace,
        actor=None,
        phone="+491711234569",
        firstname="Clara",
        city="Kiel",
    )
    sides.add(mobile_number="01711234569", firstname="Clara", notes="VIP")
    tally = sides.run(is_preview=True).tally
    names = ("created_here", "changed_here", "created_there", "changed_there")
    assert [tally[name] for name in names] == [1, 1, 1, 1]
    assert (len(sides.there()), len(sides.here())) == (2, 2)
    assert not SyncLink.objects.exists()


def conflict(sides: Sides) -> SyncLink:
    made = sides.add(mobile_number="01711234567", city="Kiel", notes="old")
    sides.run()
    [ours] = sides.here()
    contacts.update(contact=ours, actor=None, city="Berlin", notes="ours")
    sides.client.contacts.update(
        made.id, properties={"city": "Hamburg", "notes": "theirs"}
    )
    sides.run()
    return SyncLink.objects.get()


def test_a_conflict_is_decided_field_by_field(
    sides: Sides, client_as: ClientAs
) -> None:
    link, browser = conflict(sides), client_as(sides.actor)
    address = f"/contacts/sync/conflicts/{link.pk}/"
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    assert "Berlin" in page.get_text() and "Hamburg" in page.get_text()
    seen = page.select_one("input[name=seen]")
    assert seen is not None
    choices = {"field-city": "ours", "field-notes": "theirs", "seen": seen["value"]}
    answer = browser.post(address, choices)
    assert answer["Location"] == "/contacts/sync/conflicts/"
    work()
    [ours], [theirs] = sides.here(), sides.there().values()
    assert (ours.city, ours.notes) == ("Berlin", "theirs")
    assert (theirs.properties.city, theirs.properties.notes) == ("Berlin", "theirs")


def test_all_conflicts_are_decided_with_one_button(
    sides: Sides, client_as: ClientAs
) -> None:
    conflict(sides)
    browser = client_as(sides.actor)
    assert "City, Notes" in text(browser, "/contacts/sync/conflicts/")
    browser.post("/contacts/sync/conflicts/resolve/", {"side": "theirs"})
    work()
    assert sides.here()[0].city == "Hamburg"


@pytest.mark.parametrize("kind", ["deleted", "duplicates", "refused", "unlinked"])
def test_questions_of_each_kind_are_listed(
    sides: Sides, client_as: ClientAs, kind: str
) -> None:
    states = {"deleted": "deleted_here", "duplicates": "duplicate"}
    SyncLink.objects.create(
        workspace=sides.workspace,
        remote_id=5,
        state=states.get(kind, "unlinked"),
        base_theirs={"firstname": "Anna"},
        error="E-mail address is wrong" if kind == "refused" else "",
    )
    shown = text(client_as(sides.actor), f"/contacts/sync/{kind}/")
    assert "Anna" in shown


def test_a_chosen_deletion_is_carried_out(sides: Sides, client_as: ClientAs) -> None:
    sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    contacts.delete(workspace=sides.workspace, uuids=[sides.here()[0].uuid], actor=None)
    sides.run()
    rows = [str(SyncLink.objects.get().pk)]
    browser = client_as(sides.actor)
    browser.post("/contacts/sync/answer/", {"rows": rows, "act": "delete"})
    work()
    assert sides.there() == {}


def test_a_link_of_another_workspace_cannot_be_answered(
    sides: Sides, client_as: ClientAs, stranger: User
) -> None:
    link = SyncLink.objects.create(
        workspace=sides.workspace, remote_id=5, state="deleted_here"
    )
    client_as(stranger).post(
        "/contacts/sync/answer/", {"rows": [str(link.pk)], "act": "keep"}
    )
    link.refresh_from_db()
    assert link.state == "deleted_here"


def test_a_group_that_is_gone_is_settled_by_a_person(
    sides: Sides, client_as: ClientAs
) -> None:
    made = sides.client.groups.create("Customers")
    row = SyncGroup.objects.create(
        workspace=sides.workspace, remote_id=made.id, remote_name="Customers"
    )
    pairs.set_pair(pair=row, actor=sides.actor, direction="both", group=None)
    sides.agree()
    group = SyncGroup.objects.get().group
    assert group is not None
    groups.delete(group=group, actor=None)
    sides.run()
    browser = client_as(sides.actor)
    assert "was deleted here" in text(browser, "/contacts/sync/")
    pair = SyncGroup.objects.get()
    browser.post(f"/contacts/sync/groups/{pair.pk}/", {"act": "delete"})
    assert list(sides.client.groups.iter_all()) == []
    assert not SyncGroup.objects.exists()
    sides.setup.refresh_from_db()
    assert setups.is_approved(sides.setup)


def test_schedule_is_off_at_first_and_kept(sides: Sides, client_as: ClientAs) -> None:
    assert not SyncSetup.objects.get().is_automatic
    browser = client_as(sides.actor)
    browser.post(
        "/contacts/sync/schedule/", {"is_automatic": "on", "every_minutes": "15"}
    )
    sides.setup.refresh_from_db()
    assert sides.setup.is_automatic and sides.setup.due_at is not None
    assert setups.begin_due() == []
    SyncSetup.objects.update(due_at="2026-01-01T00:00Z")
    assert len(setups.begin_due()) == 1
    assert setups.begin_due() == []


def test_trouble_makes_the_pauses_grow(sides: Sides) -> None:
    setups.schedule(setup=sides.setup, actor=sides.actor, is_on=True, minutes=15)
    sides.sandbox.ask("faults", random={"code-902": 1.0}, scope="all")
    assert sides.run().state == SyncRun.State.FAILED
    sides.setup.refresh_from_db()
    assert sides.setup.failures == 1
    assert sides.setup.error
    sides.sandbox.ask("faults", scope="all")
    sides.run()
    sides.setup.refresh_from_db()
    assert (sides.setup.failures, sides.setup.error) == (0, "")


def test_starting_over_forgets_links_and_changes_nobody(sides: Sides) -> None:
    sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    decisions.start_over(setup=sides.setup, actor=sides.actor)
    assert not SyncLink.objects.exists()
    assert len(sides.here()) == len(sides.there()) == 1
    sides.allow()
    assert sides.writes() == {"linked": 1}


def test_the_contact_page_says_what_the_gateway_knows(
    sides: Sides, client_as: ClientAs
) -> None:
    made = sides.add(mobile_number="01711234567")
    sides.sandbox.ask("contact-validation", id=made.id, state="invalid")
    sides.run()
    [ours] = sides.here()
    answer = client_as(sides.actor).get(f"/contacts/sync/contacts/{ours.uuid}/")
    assert f"Contact {made.id}" in answer.content.decode()
    assert "invalid" in answer.content.decode()


def test_groups_are_asked_for_once_while_a_person_waits(
    manager: User, connection: Connection, sandbox: SandboxAccount, client_as: ClientAs
) -> None:
    sandbox.ask("faults", next=["503"], scope="all")
    browser = client_as(manager)
    answer = browser.post("/contacts/sync/groups/", follow=True)
    assert "First fetch your groups" in answer.content.decode()
    browser.post("/contacts/sync/groups/")
    assert SyncSetup.objects.get().listed_at is not None


def test_page_tells_since_when_the_gateway_does_not_answer(
    workspace: Workspace, manager: User, client_as: ClientAs
) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    run = SyncRun.objects.create(
        workspace=workspace, state=SyncRun.State.RUNNING, heartbeat_at=hour_ago
    )
    shown = text(client_as(manager), f"/contacts/sync/runs/{run.pk}/")
    assert "Waiting for an answer of seven.io: 1 hour ago" in shown


def test_very_many_missing_stop_the_sync_until_a_person_goes_on(
    sides: Sides, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brake, "MOST_MISSING", 2)
    monkeypatch.setattr(pushes, "BATCH", 2)
    sides.sandbox.ask("contacts", count=6)
    sides.run()
    sides.allow(on_deleted_there="delete")
    for number in sides.there():
        sides.client.contacts.delete(number)
    assert sides.run().state == SyncRun.State.FAILED
    browser = client_as(sides.actor)
    assert "They were deleted, go on" in text(browser, "/contacts/sync/")
    browser.post("/contacts/sync/start/", {"release": "missing"})
    # A run that ends for another reason says so, and says nothing of the missing ones.
    SyncRun.objects.filter(state="ready").update(digest="of settings before")
    assert work().state == SyncRun.State.FAILED
    shown = text(browser, "/contacts/sync/")
    assert "The last sync did not finish" in shown
    assert "Very many contacts" not in shown and "Deletions wait" not in shown
    browser.post("/contacts/sync/start/", {"release": "missing"})
    assert work().braked == {"here": 6}
    assert len(sides.here()) == 6
    assert "Deletions wait for you" in text(browser, "/contacts/sync/")


def test_who_switched_a_group_is_in_the_audit_trail(
    sides: Sides, pair: Callable[..., SyncGroup]
) -> None:
    link = pair("Customers")
    pairs.set_pair(pair=link, actor=sides.actor, direction="off", group=None)
    told = AuditEntry.objects.filter(action="sync.update", subject="Customers")
    assert [(e.before, e.after, e.actor) for e in told.order_by("id")] == [
        ({"direction": "off"}, {"direction": "both"}, sides.actor),
        ({"direction": "both"}, {"direction": "off"}, sides.actor),
    ]
