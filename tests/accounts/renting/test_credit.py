"""Subaccounts: credit moves once, and what is unclear is settled by the balances."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connections as databases

from accounts.models import AuditEntry, Connection, Errand, Subaccount, User, Workspace
from accounts.services import errands, subaccount_lists, subaccounts
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.resources.subaccounts import Subaccount as Listed
from tests.accounts.renting.conftest import look_later, make_due
from tests.fixtures import SandboxAccount

State = Errand.State
TWENTY = Decimal("20.00")


@pytest.fixture
def transfer(branch: Subaccount, owner: User) -> Errand:
    return transferred(branch, owner)


@pytest.fixture
def add(workspace: Workspace, connection: Connection, owner: User) -> Errand:
    return subaccounts.create(
        workspace=workspace,
        actor=owner,
        name="Ben Branch",
        email="ben@branch.example",
        token=uuid4().hex,
    )


def transferred(branch: Subaccount, actor: User, *, token: str = "") -> Errand:
    return subaccounts.transfer(
        subaccount=branch, actor=actor, amount=TWENTY, token=token or uuid4().hex
    )


def balances(sandbox: SandboxAccount) -> list[Decimal]:
    client = sandbox.client()
    return [client.balance.get().amount, client.subaccounts.all()[0].balance]


def calls(sandbox: SandboxAccount, action: str) -> int:
    return int(sandbox.ask("requests").get(f"POST /subaccounts/{action}", 0))


def test_credit_moves_once(
    sandbox: SandboxAccount, transfer: Errand, owner: User
) -> None:
    assert errands.run(transfer.pk) == State.DONE
    assert errands.run(transfer.pk) == "taken"
    assert balances(sandbox) == [980, 20]
    assert Subaccount.objects.get().balance == 20
    entry = AuditEntry.objects.get(action="subaccount.transfer")
    assert entry.actor == owner
    assert Decimal(entry.before["subaccount_balance"]) == 0
    assert Decimal(entry.after["subaccount_balance"]) == 20
    assert Decimal(entry.after["balance"]) == 980


def test_same_form_moves_no_more(branch: Subaccount, owner: User) -> None:
    first = transferred(branch, owner, token="once")
    errands.run(first.pk)
    assert transferred(branch, owner, token="once") == first


@pytest.mark.django_db(transaction=True)
def test_owners_at_once_move_once(
    sandbox: SandboxAccount, branch: Subaccount, owner: User
) -> None:
    def try_it(_nth: int) -> bool:
        try:
            transferred(branch, owner)
        except Refused:
            return False
        finally:
            databases.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, range(4))) == 1


@pytest.mark.parametrize("fault", ["drop", "garbage", "503"])
@pytest.mark.parametrize("was_done", [True, False])
def test_unclear_transfer_is_settled_by_both_balances(
    was_done: bool, fault: str, sandbox: SandboxAccount, transfer: Errand
) -> None:
    name = (
        f"{fault}-after" if was_done else "503" if fault == "503" else f"{fault}-before"
    )
    sandbox.ask("faults", next=[name], scope="write")
    assert errands.run(transfer.pk) == State.UNCLEAR
    first = look_later(transfer)
    assert first == (State.DONE if was_done else State.UNCLEAR)
    if not was_done:
        assert look_later(transfer) == State.FAILED
    assert calls(sandbox, "transfer_credits") == 1
    assert balances(sandbox)[1] == (20 if was_done else 0)


def test_worker_killed_between_call_and_note_moves_once(
    sandbox: SandboxAccount, transfer: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_arguments: object) -> str:
        raise Killed

    monkeypatch.setattr(errands, "note_done", die)
    with pytest.raises(Killed):
        errands.run(transfer.pk)
    monkeypatch.undo()
    make_due(transfer)
    errands.doubt_abandoned()
    assert look_later(transfer) == State.DONE
    assert balances(sandbox) == [980, 20]


def test_figures_that_do_not_agree_leave_it_to_a_person(
    sandbox: SandboxAccount, transfer: Errand, branch: Subaccount, owner: User
) -> None:
    sandbox.ask("faults", next=["drop-before"], scope="write")
    errands.run(transfer.pk)
    # Somebody else moves another amount meanwhile.
    sandbox.client().subaccounts.transfer_credits(
        branch.gateway_id, amount=Decimal("7.00")
    )
    for _ in range(6):
        assert look_later(transfer) == State.UNCLEAR
    transfer.refresh_from_db()
    assert transfer.due_at is None
    errands.settle(errand=transfer, actor=owner, was_done=False)
    transfer.refresh_from_db()
    assert transfer.state == State.FAILED
    assert calls(sandbox, "transfer_credits") == 2


class TestAutomaticTopUp:
    """Credit that may have come by itself leaves an unclear transfer to a person."""

    @pytest.fixture
    def unclear(
        self, sandbox: SandboxAccount, branch: Subaccount, owner: User
    ) -> Errand:
        """Return a transfer without an answer to one with 50 EUR, topped up below 5."""
        subaccounts = sandbox.client().subaccounts
        subaccounts.transfer_credits(branch.gateway_id, amount=Decimal(50))
        subaccounts.set_auto_topup(
            branch.gateway_id, threshold=Decimal(5), amount=Decimal(20)
        )
        errand = transferred(branch, owner)
        sandbox.ask("faults", next=["drop-after"], scope="write")
        assert errands.run(errand.pk) == State.UNCLEAR
        errand.refresh_from_db()
        return errand

    def test_one_that_was_not_due_settles_nothing_and_hinders_nothing(
        self, unclear: Errand
    ) -> None:
        assert look_later(unclear) == State.DONE

    def test_rule_that_would_have_been_due_leaves_it_to_a_person(
        self, sandbox: SandboxAccount, unclear: Errand, branch: Subaccount
    ) -> None:
        sandbox.client().subaccounts.set_auto_topup(
            branch.gateway_id, threshold=Decimal(60), amount=Decimal(20)
        )
        for _ in range(6):
            assert look_later(unclear) == State.UNCLEAR
        unclear.refresh_from_db()
        assert unclear.due_at is None
        assert "Other credit moved" in unclear.reason

    def test_rule_that_was_switched_off_since_counts_too(
        self, sandbox: SandboxAccount, unclear: Errand, branch: Subaccount
    ) -> None:
        Errand.objects.update(before={**unclear.before, "topup_below": "60"})
        sandbox.client().subaccounts.set_auto_topup(
            branch.gateway_id, threshold=Decimal(0), amount=Decimal(0)
        )
        assert look_later(unclear) == State.UNCLEAR


@pytest.mark.parametrize("was_found", [True, False])
def test_trail_names_the_amount_whoever_found_out(
    was_found: bool, sandbox: SandboxAccount, transfer: Errand, owner: User
) -> None:
    sandbox.ask("faults", next=["drop-after"], scope="write")
    errands.run(transfer.pk)
    if was_found:
        assert look_later(transfer) == State.DONE
    else:
        transfer.refresh_from_db()
        errands.settle(errand=transfer, actor=owner, was_done=True)
    entry = AuditEntry.objects.get(action="subaccount.transfer")
    assert entry.after["amount"] == "20.00"


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "10000.01"])
def test_absurd_amount_is_refused(amount: str, branch: Subaccount, owner: User) -> None:
    with pytest.raises(Refused):
        subaccounts.transfer(
            subaccount=branch, actor=owner, amount=Decimal(amount), token="x"
        )


def test_more_than_there_is_is_not_asked_for(
    sandbox: SandboxAccount, transfer: Errand
) -> None:
    sandbox.ask("account", balance=3)
    assert errands.run(transfer.pk) == State.FAILED
    assert calls(sandbox, "transfer_credits") == 0


def test_subaccount_is_added(sandbox: SandboxAccount, add: Errand) -> None:
    assert errands.run(add.pk) == State.DONE
    (made,) = sandbox.client().subaccounts.all()
    assert Subaccount.objects.get().gateway_id == made.id
    assert AuditEntry.objects.get(action="subaccount.create").after == {
        "subaccount": made.id
    }


@pytest.mark.parametrize("fault", ["garbage-before", "garbage-after"])
def test_unclear_addition_is_settled_by_the_list(
    fault: str, sandbox: SandboxAccount, add: Errand, branch: Subaccount
) -> None:
    # One with the same address was there before and proves nothing.
    sandbox.client().subaccounts.create(name="Old", email="ben@branch.example")
    sandbox.ask("faults", next=[fault], scope="write")
    assert errands.run(add.pk) == State.UNCLEAR
    was_done = fault == "garbage-after"
    assert look_later(add) == (State.DONE if was_done else State.UNCLEAR)
    if not was_done:
        assert look_later(add) == State.FAILED
    assert len(sandbox.client().subaccounts.all()) == (3 if was_done else 2)


def test_refusal_is_said_in_the_gateways_words(
    workspace: Workspace, sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    errand = subaccounts.create(
        workspace=workspace, actor=owner, name="x", email="nobody@nowhere", token="x"
    )
    assert errands.run(errand.pk) == State.FAILED
    errand.refresh_from_db()
    assert "valid email" in errand.reason


def top_up(branch: Subaccount, actor: User, threshold: str, amount: str) -> Errand:
    return subaccounts.set_top_up(
        subaccount=branch,
        actor=actor,
        threshold=Decimal(threshold),
        amount=Decimal(amount),
        token=uuid4().hex,
    )


def test_top_up_is_switched_on_and_off(branch: Subaccount, owner: User) -> None:
    assert errands.run(top_up(branch, owner, "5", "20").pk) == State.DONE
    branch.refresh_from_db()
    assert [branch.topup_threshold, branch.topup_amount] == [5, 20]
    assert errands.run(top_up(branch, owner, "5", "0").pk) == State.DONE
    branch.refresh_from_db()
    assert not branch.tops_up
    last = AuditEntry.objects.filter(action="subaccount.set_top_up").order_by("-id")[0]
    assert [Decimal(last.before["amount"]), Decimal(last.after["amount"])] == [20, 0]


def test_unclear_top_up_is_settled_by_the_rule(
    sandbox: SandboxAccount, branch: Subaccount, owner: User
) -> None:
    errand = top_up(branch, owner, "5", "20")
    sandbox.ask("faults", next=["502"], scope="write")
    assert errands.run(errand.pk) == State.UNCLEAR
    assert look_later(errand) == State.UNCLEAR
    assert look_later(errand) == State.FAILED


def delete(branch: Subaccount, actor: User) -> Errand:
    return subaccounts.delete(
        subaccount=branch, actor=actor, agreed=branch.balance, token=uuid4().hex
    )


def test_credit_that_came_since_is_not_deleted_with_it(
    sandbox: SandboxAccount, deletion: Errand, branch: Subaccount, owner: User
) -> None:
    sandbox.client().subaccounts.transfer_credits(branch.gateway_id, amount=TWENTY)
    assert errands.run(deletion.pk) == State.FAILED
    assert calls(sandbox, "delete") == 0
    branch.refresh_from_db()
    with pytest.raises(Refused) as refused:
        subaccounts.delete(
            subaccount=branch, actor=owner, agreed=Decimal(0), token=uuid4().hex
        )
    assert refused.value.code == "credit"


def test_deletion_waits_for_credit_that_is_on_its_way(
    transfer: Errand, branch: Subaccount, owner: User
) -> None:
    with pytest.raises(Refused) as refused:
        delete(branch, owner)
    assert refused.value.code == "beside"
    errands.run(transfer.pk)
    branch.refresh_from_db()
    delete(branch, owner)


def test_credit_does_not_follow_a_subaccount_that_is_being_deleted(
    deletion: Errand, branch: Subaccount, owner: User
) -> None:
    with pytest.raises(Refused) as moved:
        transferred(branch, owner)
    with pytest.raises(Refused) as ruled:
        top_up(branch, owner, "5", "20")
    assert (moved.value.code, ruled.value.code) == ("beside", "beside")


@pytest.fixture
def deletion(branch: Subaccount, owner: User) -> Iterator[Errand]:
    yield delete(branch, owner)


def test_subaccount_is_deleted(sandbox: SandboxAccount, deletion: Errand) -> None:
    assert errands.run(deletion.pk) == State.DONE
    assert sandbox.client().subaccounts.all() == []
    assert not Subaccount.objects.exists()


def test_unclear_deletion_is_settled_by_the_list(
    sandbox: SandboxAccount, deletion: Errand
) -> None:
    sandbox.ask("faults", next=["drop-after"], scope="write")
    assert errands.run(deletion.pk) == State.UNCLEAR
    assert look_later(deletion) == State.DONE
    assert calls(sandbox, "delete") == 1
    assert not Subaccount.objects.exists()


def test_hostile_list_is_kept_as_far_as_it_makes_sense(connection: Connection) -> None:
    rows: list[dict[str, object]] = [
        {"id": "7\r\nX-Evil: 1", "balance": "5"},
        {"id": "", "balance": "5"},
        {"id": "8", "balance": "1e40", "total_usage": "NaN", "auto_topup": None},
    ]
    subaccount_lists.keep(connection, [Listed.model_validate(row) for row in rows])
    one = Subaccount.objects.get()
    assert (one.gateway_id, one.balance, one.tops_up) == ("8", Decimal(0), False)
