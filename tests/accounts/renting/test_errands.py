"""What costs money at the gateway happens once, whatever the gateway answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connections as databases
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import tasks
from accounts.models import AuditEntry, Connection, Errand, NumberOffer, OwnNumber, User
from accounts.services import errands, gateway, numbers
from accounts.services.acts import ACTS
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from tests.accounts.renting.conftest import look_later, make_due, order
from tests.fixtures import SandboxAccount

State = Errand.State
# What leaves open whether the gateway did it; each with and without having done it.
UNCLEAR = [
    f"{fault}-{when}"
    for fault in ("drop", "garbage", "hang")
    for when in ("before", "after")
] + ["503", "503-after", "500-status", "502", "504", "code-600"]


def state(errand: Errand) -> str:
    errand.refresh_from_db()
    return str(errand.state)


def ordered_calls(sandbox: SandboxAccount) -> int:
    return int(sandbox.ask("requests").get("POST /numbers/order", 0))


def test_order_rents_the_number_once(sandbox: SandboxAccount, ordered: Errand) -> None:
    assert errands.run(ordered.pk) == State.DONE
    assert errands.run(ordered.pk) == "taken"
    assert ordered_calls(sandbox) == 1
    assert [n.number for n in sandbox.client().numbers.active()] == [ordered.subject]


def test_ordered_number_is_ours_at_once(ordered: Errand) -> None:
    errands.run(ordered.pk)
    number = OwnNumber.objects.get()
    assert (number.number, number.interval) == (ordered.subject, "monthly")
    assert not NumberOffer.objects.filter(number=ordered.subject).exists()


def test_trail_tells_the_balance_before_and_after(ordered: Errand, owner: User) -> None:
    errands.run(ordered.pk)
    entry = AuditEntry.objects.get(action="number.order")
    assert entry.actor == owner
    assert Decimal(entry.before["balance"]) == 1000
    assert Decimal(entry.after["balance"]) == Decimal("950.2")
    assert Decimal(entry.after["cost"]) == Decimal("49.8")


def test_same_form_sent_again_is_the_same_order(
    offer: NumberOffer, owner: User
) -> None:
    first = order(offer, owner, token="once")
    assert order(offer, owner, token="once") == first
    errands.run(first.pk)
    assert order(offer, owner, token="once") == first


def test_second_owner_is_told_that_it_is_being_ordered(
    ordered: Errand, offer: NumberOffer, owner: User
) -> None:
    with pytest.raises(Refused) as refused:
        order(offer, owner)
    assert refused.value.code == "open"


@pytest.mark.django_db(transaction=True)
def test_owners_at_once_order_once(
    sandbox: SandboxAccount, offer: NumberOffer, owner: User
) -> None:
    def try_it(_nth: int) -> bool:
        try:
            errands.run(order(offer, owner).pk)
        except Refused:
            return False
        finally:
            databases.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, range(4))) >= 1
    assert ordered_calls(sandbox) == 1
    assert sandbox.client().balance.get().amount == Decimal("950.2")


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_ask_once(sandbox: SandboxAccount, ordered: Errand) -> None:
    def run(_nth: int) -> str:
        try:
            return errands.run(ordered.pk)
        finally:
            databases.close_all()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(run, range(4)))
    assert sorted(outcomes) == ["done", "taken", "taken", "taken"]
    assert ordered_calls(sandbox) == 1


@pytest.mark.parametrize("fault", UNCLEAR)
def test_unclear_answer_is_settled_by_the_list_and_never_repeated(
    fault: str,
    sandbox: SandboxAccount,
    ordered: Errand,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fault.startswith("hang"):
        # Clients are kept with the patience that they were made with.
        monkeypatch.setattr(gateway, "_clients", {})
        settings.GATEWAY_TIMEOUT_S = 0.5
    sandbox.ask("faults", next=[fault], scope="write", hang_s=30)
    assert errands.run(ordered.pk) == State.UNCLEAR
    was_done = fault.endswith("-after")
    first = look_later(ordered)
    assert first == (State.DONE if was_done else State.UNCLEAR)
    if not was_done:
        assert look_later(ordered) == State.FAILED
    assert ordered_calls(sandbox) == 1
    assert OwnNumber.objects.exists() == was_done


def test_worker_killed_before_the_call_costs_nothing(
    sandbox: SandboxAccount, ordered: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "_leave", _die)
    with pytest.raises(Killed):
        errands.run(ordered.pk)
    monkeypatch.undo()
    assert errands.run(ordered.pk) == "taken"
    make_due(ordered)
    assert errands.due(State.WAITING) == [ordered.pk]
    assert errands.run(ordered.pk) == State.DONE
    assert ordered_calls(sandbox) == 1


def test_worker_that_lost_its_lease_has_no_say(
    ordered: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(_client: SevenClient, errand: Errand) -> dict[str, object]:
        # Another worker has taken it over meanwhile, and its call has left.
        now = timezone.now()
        Errand.objects.update(state=State.ASKING, asked_at=now, due_at=now)
        raise Refused("Gone.")

    late = replace(ACTS[Errand.Kind.ORDER], prepare=too_late)
    monkeypatch.setitem(ACTS, Errand.Kind.ORDER, late)
    assert errands.run(ordered.pk) == "taken"
    assert state(ordered) == State.ASKING


def test_worker_killed_between_call_and_note_orders_once(
    sandbox: SandboxAccount, ordered: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "note_done", _die)
    with pytest.raises(Killed):
        errands.run(ordered.pk)
    monkeypatch.undo()
    make_due(ordered)
    assert errands.run(ordered.pk) == "taken"
    assert errands.doubt_abandoned() == 1
    assert state(ordered) == State.UNCLEAR
    assert look_later(ordered) == State.DONE
    assert ordered_calls(sandbox) == 1
    assert AuditEntry.objects.filter(action="number.order").count() == 1


def test_unclear_order_holds_the_number(
    sandbox: SandboxAccount, ordered: Errand, offer: NumberOffer, owner: User
) -> None:
    sandbox.ask("faults", next=["garbage-before"], scope="write")
    errands.run(ordered.pk)
    with pytest.raises(Refused):
        order(offer, owner)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("code-500", "not enough credit"),
        ("code-902", "may not do this"),
        ("code-900", "does not know this API key"),
        # Nobody tries it again by itself, unlike what is said of other calls.
        ("429", "nothing was done. Try again."),
    ],
)
def test_clear_refusal_ends_the_order(
    fault: str, reason: str, sandbox: SandboxAccount, ordered: Errand
) -> None:
    sandbox.ask("faults", next=[fault], scope="write")
    assert errands.run(ordered.pk) == State.FAILED
    assert state(ordered) == State.FAILED
    assert reason in ordered.reason
    assert not OwnNumber.objects.exists()


def test_gateway_that_cannot_be_read_beforehand_is_asked_nothing(
    sandbox: SandboxAccount, ordered: Errand
) -> None:
    sandbox.ask("faults", random={"garbage-before": 1.0}, scope="all")
    assert errands.run(ordered.pk) == State.FAILED
    sandbox.ask("faults", next=[], scope="all")
    assert ordered_calls(sandbox) == 0
    assert "nothing was done" in Errand.objects.get().reason


def test_price_that_rose_since_is_not_paid(
    sandbox: SandboxAccount, offer: NumberOffer, owner: User
) -> None:
    NumberOffer.objects.update(monthly_charge="1.00")
    offer.refresh_from_db()
    assert errands.run(order(offer, owner).pk) == State.FAILED
    assert "price has changed" in Errand.objects.get().reason
    assert ordered_calls(sandbox) == 0


def test_cost_that_nobody_saw_is_refused(offer: NumberOffer, owner: User) -> None:
    with pytest.raises(Refused) as refused:
        numbers.order(
            offer=offer,
            actor=owner,
            interval="monthly",
            agreed=Decimal(1),
            token="x",
        )
    assert refused.value.code == "price"


def test_short_balance_is_refused_before_the_call(
    sandbox: SandboxAccount, ordered: Errand
) -> None:
    sandbox.ask("account", balance=3)
    assert errands.run(ordered.pk) == State.FAILED
    assert ordered_calls(sandbox) == 0


def test_other_account_than_the_one_agreed_to_is_not_asked(
    sandbox: SandboxAccount, ordered: Errand
) -> None:
    Connection.objects.update(keys_changed_at=timezone.now())
    assert errands.run(ordered.pk) == State.FAILED
    assert ordered_calls(sandbox) == 0


def test_errand_that_breaks_every_worker_is_given_up(
    ordered: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "_leave", _die)
    for _ in range(errands.MOST_RUNS):
        with pytest.raises(Killed):
            errands.run(ordered.pk)
        make_due(ordered)
    assert errands.run(ordered.pk) == State.FAILED


def test_other_account_settles_nothing(
    sandbox: SandboxAccount, ordered: Errand, connection: Connection
) -> None:
    sandbox.ask("faults", next=["drop-before"], scope="write")
    errands.run(ordered.pk)
    Connection.objects.update(keys_changed_at=timezone.now())
    assert look_later(ordered) == State.UNCLEAR
    ordered.refresh_from_db()
    assert ordered.due_at is None
    assert "Another gateway account" in ordered.reason


@pytest.mark.parametrize(("was_done", "wanted"), [(True, "done"), (False, "failed")])
def test_person_settles_what_is_unclear(
    was_done: bool,
    wanted: str,
    sandbox: SandboxAccount,
    ordered: Errand,
    owner: User,
) -> None:
    sandbox.ask("faults", next=["drop-before"], scope="write")
    errands.run(ordered.pk)
    ordered.refresh_from_db()
    errands.settle(errand=ordered, actor=owner, was_done=was_done)
    assert state(ordered) == wanted
    entry = AuditEntry.objects.get(action="errand.settle")
    assert entry.after == {"errand": "order", "was_done": was_done}
    told = AuditEntry.objects.filter(action="number.order", after__cost="49.8000")
    assert told.exists() == was_done
    with pytest.raises(Refused):
        errands.settle(errand=ordered, actor=owner, was_done=not was_done)


def test_sweep_rings_for_what_waits(
    ordered: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks.run_errand, "delay", rung.append)
    tasks.sweep_errands()
    assert [UUID(name) for name in rung] == [ordered.pk]


def test_every_kind_has_its_act() -> None:
    assert set(ACTS) == set(Errand.Kind.values)


class Killed(BaseException):
    """Stands for the end of a worker's process."""


def _die(*_arguments: object, **_options: object) -> str:
    raise Killed
