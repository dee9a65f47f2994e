"""A lookup asks once for each number, keeps the answers, and stops where it has to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User, Workspace
from contacts.models import Contact, Lookup, LookupAsk, LookupPrice, NumberFact
from contacts.services import lookup_plans, lookup_runs, lookups
from tests.contacts.lookups.conftest import PEOPLE, Start, charged, run
from tests.fixtures import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["format", "hlr", "mnp", "cnam", "rcs"])
def test_every_number_is_asked_once(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, kind: str
) -> None:
    lookup = run(start(kind))
    seen = gateway_account.ask("lookups")
    assert (lookup.state, lookup.done, lookup.answered) == ("finished", 45, 45)
    assert set(seen["numbers"][kind]) == {phone[1:] for phone in numbers}
    assert seen["more_than_once"][kind] == {}
    assert NumberFact.objects.exclude(**{f"{kind}_at": None}).count() == PEOPLE


def test_several_kinds_are_asked_in_one_lookup(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    lookup = run(start("format", "mnp"))
    fact = NumberFact.objects.get(phone=numbers[0])
    assert (lookup.done, lookup.total) == (90, 90)
    assert (fact.network_type, fact.network) == ("mobile", "Telekom Deutschland GmbH")
    assert fact.stale_at and fact.stale_at < timezone.now() + timedelta(days=91)


def test_cost_is_what_the_gateway_took(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    lookup = run(start("mnp", "hlr"))
    assert lookup.spent == charged(gateway_account) == Decimal("0.675")


@pytest.mark.parametrize(
    ("kind", "price"), [("mnp", "0.005"), ("hlr", "0.01"), ("rcs", "0")]
)
def test_price_is_learned(
    gateway_account: SandboxAccount,
    numbers: list[str],
    start: Start,
    kind: str,
    price: str,
) -> None:
    run(start(kind))
    assert LookupPrice.objects.get(kind=kind).seen_eur == Decimal(price)


def test_fates_of_handsets_become_facts(
    gateway_account: SandboxAccount, workspace: Workspace, start: Start
) -> None:
    for ending in ("000901", "000902", "000903", "100001"):
        Contact.objects.create(workspace=workspace, phone=f"+4917112{ending}")
    lookup = run(start("hlr"))
    assert lookup.tally == {
        "hlr.unreachable": 3,
        "hlr.invalid": 1,
        "hlr.absent": 1,
        "hlr.reachable": 1,
    }


def test_number_that_is_none_costs_nothing(
    gateway_account: SandboxAccount, start: Start
) -> None:
    lookup = run(start("mnp", "hlr", "cnam", "format", phone="+49123"))
    assert (lookup.answered, lookup.spent) == (4, Decimal(0))
    assert NumberFact.objects.get().validity == "not_valid"


def test_fresh_answers_are_used_again(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    run(start("mnp"))
    NumberFact.objects.filter(phone=numbers[0]).update(
        mnp_at=timezone.now() - timedelta(days=31)
    )
    again = run(start("mnp", max_age_days=30))
    assert (again.reused, again.answered) == (PEOPLE - 1, 1)
    assert sum(again.tally.values()) == PEOPLE
    assert charged(gateway_account) == Decimal("0.005") * (PEOPLE + 1)


def test_cap_is_kept_and_can_be_raised(
    gateway_account: SandboxAccount,
    numbers: list[str],
    start: Start,
    owner: User,
) -> None:
    lookup = run(start("hlr", cap="0.12"))
    assert (lookup.state, lookup.error) == ("paused", "cap")
    assert charged(gateway_account) == lookup.spent == Decimal("0.12")
    lookups.resume(lookup=lookup, actor=owner, cap=Decimal(1))
    assert run(lookup).state == "finished"
    assert gateway_account.ask("lookups")["more_than_once"]["hlr"] == {}


@pytest.mark.parametrize("code", ["500", "900", "901", "902", "903"])
def test_trouble_with_the_account_pauses(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, code: str
) -> None:
    gateway_account.ask("faults", next=[f"code-{code}"], scope="lookup")
    lookup = run(start("mnp"))
    assert (lookup.state, lookup.error) == ("paused", code)
    assert charged(gateway_account) == lookup.spent == 0


def test_account_that_runs_dry_pauses_and_goes_on(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, owner: User
) -> None:
    gateway_account.ask("account", balance=0.21)
    lookup = run(start("hlr"))
    assert (lookup.state, lookup.error, lookup.answered) == ("paused", "500", 21)
    gateway_account.ask("account", balance=10)
    lookups.resume(lookup=lookup, actor=owner)
    assert run(lookup).answered == PEOPLE
    assert gateway_account.ask("lookups")["more_than_once"]["hlr"] == {}


def test_workspace_without_connection_pauses(numbers: list[str], start: Start) -> None:
    lookup = run(start("format"))
    assert (lookup.state, lookup.error) == ("paused", "no_connection")


def test_what_surely_was_not_asked_is_asked_again(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    gateway_account.ask("faults", next=["429"], scope="lookup", retry_after_s=0.1)
    lookup = run(start("mnp"))
    assert (lookup.state, lookup.unclear, lookup.answered) == ("finished", 0, PEOPLE)


@pytest.mark.parametrize(
    "fault",
    ["503", "503-after", "500-status", "502", "drop-before", "drop-after"]
    + ["garbage-before", "garbage-after", "hang-after"],
)
def test_lost_answer_is_never_asked_for_again(
    gateway_account: SandboxAccount,
    numbers: list[str],
    start: Start,
    settings: Settings,
    fault: str,
) -> None:
    if fault.startswith("hang"):
        settings.GATEWAY_TIMEOUT_S = 1.0
    LookupPrice.objects.create(
        workspace=Workspace.objects.get(), kind="hlr", seen_eur=Decimal("0.01")
    )
    gateway_account.ask("faults", next=[fault], scope="lookup", hang_s=30)
    lookup = run(start("hlr"))
    assert (lookup.state, lookup.unclear, lookup.answered) == ("finished", 20, 25)
    assert (lookup.doubtful, lookup.spent) == (Decimal("0.2"), Decimal("0.25"))
    assert not gateway_account.ask("lookups")["more_than_once"].get("hlr")


def test_short_answer_leaves_one_number_unclear(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    gateway_account.ask("faults", next=["short-after"], scope="lookup")
    LookupPrice.objects.create(
        workspace=Workspace.objects.get(), kind="mnp", seen_eur=Decimal("0.005")
    )
    lookup = run(start("mnp"))
    ask = LookupAsk.objects.get(state="unclear")
    assert (lookup.answered, lookup.unclear) == (PEOPLE - 1, 1)
    assert ask.phone == numbers[-1]
    assert not NumberFact.objects.filter(phone=ask.phone).exists()


def test_free_answers_are_simply_asked_for_again(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    gateway_account.ask("faults", next=["garbage-after", "short-after"], scope="lookup")
    lookup = run(start("format"))
    assert (lookup.unclear, lookup.answered) == (0, PEOPLE)


def test_gateway_that_answers_nothing_clear_stops_the_lookup(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    gateway_account.ask("faults", random={"garbage-after": 1}, scope="lookup")
    lookup = run(start("mnp"))
    assert (lookup.state, lookup.error, lookup.unclear) == ("paused", "unclear", 3)


def test_unclear_numbers_are_asked_again_when_a_person_says_so(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, owner: User
) -> None:
    gateway_account.ask("faults", next=["garbage-after"], scope="lookup")
    lookup = run(start("mnp"))
    unclear = lookup.unclear
    assert lookups.ask_again(lookup=lookup, actor=owner) == unclear > 0
    lookup = run(lookup)
    assert (lookup.state, lookup.unclear, lookup.answered) == ("finished", 0, PEOPLE)
    twice = gateway_account.ask("lookups")["more_than_once"]["mnp"]
    assert len(twice) == unclear


def test_asking_again_after_a_cancel_asks_nothing_else(
    gateway_account: SandboxAccount,
    numbers: list[str],
    start: Start,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup_plans, "STEP", 10)
    monkeypatch.setattr(lookup_runs, "MAX_UNCLEAR", 1)
    gateway_account.ask("faults", next=["garbage-after"], scope="lookup")
    lookup = run(start("mnp"))
    assert lookups.cancel(lookup=lookup, actor=owner)
    # As of a batch that was under way at the cancel, and went back.
    LookupAsk.objects.create(
        lookup=lookup, workspace=lookup.workspace, phone=numbers[20], kind="mnp"
    )
    # One at a time, while nobody knows the price.
    assert lookups.ask_again(lookup=lookup, actor=owner) == 1
    lookup = run(lookup)
    assert (lookup.state, lookup.answered) == ("finished", 1)


def test_unclear_number_is_left_alone_by_the_next_lookup(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, owner: User
) -> None:
    gateway_account.ask("faults", next=["garbage-after"], scope="lookup")
    first = run(start("mnp"))
    second = run(start("mnp"))
    assert (second.held, second.reused) == (first.unclear, PEOPLE - first.unclear)
    assert lookups.leave_unclear(lookup=first, actor=owner) == first.unclear
    assert run(start("mnp")).answered == first.unclear


def test_paused_lookup_asks_nothing(
    gateway_account: SandboxAccount, numbers: list[str], start: Start, owner: User
) -> None:
    lookup = start("mnp")
    lookups.pause(lookup=lookup, actor=owner)
    assert run(lookup).is_paused
    assert gateway_account.ask("lookups")["total"] == 0
    lookups.resume(lookup=lookup, actor=owner)
    assert run(lookup).state == "finished"


def test_group_that_is_gone_fails_the_lookup(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    gone = {"group": "00000000-0000-0000-0000-000000000000"}
    lookup = run(start("format", criteria=gone))
    assert (lookup.state, lookup.error) == ("failed", "list_gone")


def test_same_form_starts_one_lookup(start: Start, owner: User) -> None:
    values = {
        "workspace": Workspace.objects.get(),
        "actor": owner,
        "launch_key": "6d1f7a3e-58a3-4f0a-8f39-2a4b5f3c9d10",
        "kinds": ["format"],
        "numbers": 1,
        "phone": "+491711000001",
    }
    first, second = lookups.start(**values), lookups.start(**values)  # type: ignore[arg-type]
    assert first.pk == second.pk
    assert Lookup.objects.count() == 1


def test_answer_whose_cost_nobody_could_see_is_the_last(
    gateway_account: SandboxAccount, numbers: list[str], start: Start
) -> None:
    seen_before, gone_after = ["slow-after"] * 2, {"fault": "503", "times": 10}
    gateway_account.ask(
        "faults", next=[*seen_before, gone_after], scope="read", slow_s=0
    )
    lookup = run(start("hlr"))
    assert (lookup.state, lookup.error) == ("paused", "no_price")
    assert gateway_account.ask("lookups")["total"] == lookup.answered == 1
