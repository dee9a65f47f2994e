from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import OptOut
from contacts.services import opt_outs
from contacts.services.opt_out_rows import Entry
from messaging.models import InboundMessage, InboundReading
from messaging.services import inbound, listening, reports
from messaging.services.inbound import Received
from tests.fixtures import SandboxAccount
from tests.messaging.webhooks.conftest import Post, event

ANNA = "+491771234567"


def listen() -> dict[str, int]:
    InboundReading.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    return listening.listen()


def write_in(sandbox: SandboxAccount, text: str, sender: str = ANNA) -> str:
    """Let a handset write to us; no webhook is registered. Returns the id."""
    answer = sandbox.ask("inbound", **{"from": sender, "text": text})
    return str(answer["id"])


def received(text: str = "STOP", *, age_s: float = 0, **more: object) -> Received:
    values: dict[str, object] = {
        "gateway_id": "681590",
        "sender": ANNA.lstrip("+"),
        "recipient": "491771783130",
        "text": text,
        "at": timezone.now() - timedelta(seconds=age_s),
    }
    return Received(**{**values, **more})  # type: ignore[arg-type]


def is_opted_out(workspace: Workspace) -> bool:
    return OptOut.objects.filter(workspace=workspace, phone=ANNA, channel="").exists()


@pytest.mark.usefixtures("connection")
def test_stop_holds_without_any_webhook(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    write_in(sandbox, "Stop!")
    assert listening.listen()["new"] == 1
    assert is_opted_out(workspace)
    assert InboundMessage.objects.get().is_from_journal


@pytest.mark.usefixtures("connection")
def test_message_read_again_is_kept_once(sandbox: SandboxAccount) -> None:
    write_in(sandbox, "Hello")
    listen()
    assert listen()["new"] == 0
    assert InboundMessage.objects.count() == 1


def test_message_told_both_ways_is_kept_once(
    sandbox: SandboxAccount, post: Post
) -> None:
    same = write_in(sandbox, "Hello")
    told = {"id": same, "sender": ANNA.lstrip("+"), "text": "Hello"}
    post(event("sms_mo", **told, time=str(round(timezone.now().timestamp()))))
    reports.apply_pending()
    assert listen()["new"] == 0
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize("is_journal_first", [True, False])
def test_same_text_at_the_same_time_is_one_message_whatever_its_id(
    workspace: Workspace, *, is_journal_first: bool
) -> None:
    ways = [is_journal_first, not is_journal_first]
    for gateway_id, way in zip(("681590", "1710407"), ways, strict=True):
        told = received("Hello", gateway_id=gateway_id, is_from_journal=way)
        inbound.keep(workspace=workspace, received=told)
    assert InboundMessage.objects.count() == 1


@pytest.mark.usefixtures("connection")
def test_same_text_twice_is_two_messages(sandbox: SandboxAccount) -> None:
    write_in(sandbox, "Hello")
    write_in(sandbox, "Hello")
    assert listen()["new"] == 2


def test_lost_webhook_of_a_repeated_text_is_made_good(
    sandbox: SandboxAccount, workspace: Workspace, connection: Connection
) -> None:
    told = write_in(sandbox, "Hello")
    write_in(sandbox, "Hello")
    first = received("Hello", gateway_id=told)
    inbound.keep(workspace=workspace, received=first)
    assert listen()["new"] == 1
    assert InboundMessage.objects.count() == 2


def test_webhook_tells_the_channel_that_the_journal_does_not(
    workspace: Workspace,
) -> None:
    inbound.keep(workspace=workspace, received=received("Hi", is_from_journal=True))
    inbound.keep(workspace=workspace, received=received("Hi", channel="rcs"))
    assert InboundMessage.objects.get().channel == "rcs"


def test_stop_soon_after_a_start_is_heard_whatever_its_id(
    workspace: Workspace,
) -> None:
    stop = received("STOP", age_s=40, gateway_id="1")
    start = received("START", age_s=30, gateway_id="2")
    # Its webhook was lost, and the journal calls messages by other ids.
    again = received("STOP", age_s=20, gateway_id="903", is_from_journal=True)
    for told in (stop, start, again):
        inbound.keep(workspace=workspace, received=told)
    assert is_opted_out(workspace)


def test_id_of_somebody_else_swallows_no_stop(workspace: Workspace) -> None:
    other = received("Hello", sender="491770000000")
    inbound.keep(workspace=workspace, received=other)
    inbound.keep(workspace=workspace, received=received(is_from_journal=True))
    assert is_opted_out(workspace)


def test_old_stop_does_not_overrule_a_later_decision(
    workspace: Workspace, owner: User
) -> None:
    opt_outs.add(workspace=workspace, phone=ANNA, source=OptOut.Source.MANUAL)
    opt_outs.remove_all(workspace=workspace, phone=ANNA, actor=owner)
    late = received(age_s=3600, is_from_journal=True)
    assert inbound.keep(workspace=workspace, received=late)
    assert not is_opted_out(workspace)


def test_undone_opt_out_does_not_overrule_a_stop_that_comes_late(
    workspace: Workspace,
) -> None:
    [row] = opt_outs.add_many(
        workspace=workspace, entries=[Entry(ANNA)], source="manual", actor=None
    )
    opt_outs.withdraw(
        workspace=workspace, ids=[row.id], source="manual", reason="", actor=None
    )
    late = received(age_s=3600, is_from_journal=True)
    inbound.keep(workspace=workspace, received=late)
    assert is_opted_out(workspace)


def test_stop_after_a_removal_holds(workspace: Workspace, owner: User) -> None:
    opt_outs.add(workspace=workspace, phone=ANNA, source=OptOut.Source.MANUAL)
    opt_outs.remove_all(workspace=workspace, phone=ANNA, actor=owner)
    inbound.keep(workspace=workspace, received=received(is_from_journal=True))
    assert is_opted_out(workspace)


def test_removed_opt_out_stays_removed_when_the_journal_is_read_again(
    sandbox: SandboxAccount, workspace: Workspace, owner: User, connection: Connection
) -> None:
    write_in(sandbox, "STOP")
    listen()
    opt_outs.remove_all(workspace=workspace, phone=ANNA, actor=owner)
    listen()
    assert not is_opted_out(workspace)


@pytest.mark.usefixtures("connection")
def test_long_journal_is_read_in_several_runs_and_fresh_ones_first(
    sandbox: SandboxAccount, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PAGES", 2)
    monkeypatch.setattr(listening, "PAGE_SIZE", 3)
    for at in range(20):
        write_in(sandbox, f"Hello {at}")
    assert listen()["new"] == 6
    write_in(sandbox, "STOP")
    listen()
    assert is_opted_out(workspace)
    for _ in range(3):
        listen()
    assert InboundMessage.objects.count() == 21
    assert (
        InboundReading.objects.filter(read_until=None, journal="inbound").count() == 0
    )


def test_pass_ends_a_day_before_what_was_read(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    write_in(sandbox, "Hello")
    listen()
    InboundMessage.objects.all().delete()
    InboundReading.objects.update(read_until=timezone.now() + timedelta(days=3))
    assert listen().get("new") == 0


def test_trouble_is_met_with_a_growing_pause(
    sandbox: SandboxAccount, workspace: Workspace, connection: Connection
) -> None:
    write_in(sandbox, "STOP")
    sandbox.ask("faults", scope="all", random={"503": 1})
    assert listen()["failed"] == 2
    reading = InboundReading.objects.filter(journal="inbound").get()
    assert reading.failures == 1 and reading.due_at > timezone.now()
    sandbox.ask("faults", scope="all", random={})
    listen()
    assert is_opted_out(workspace)
    assert InboundReading.objects.filter(failures=0).count() == 2


def test_broken_connection_is_not_asked(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    Connection.objects.update(state=Connection.State.BROKEN)
    assert listening.listen() == {}
