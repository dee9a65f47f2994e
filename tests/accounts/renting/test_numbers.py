"""Numbers of the account: their names, where their SMS go, and their end."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry, Connection, Errand, OwnNumber, User
from accounts.selectors import numbers as selected
from accounts.services import errands, number_lists, numbers
from accounts.services.numbers import Targets
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import UnclearOutcome
from seven_dashboard.gateway.resources.numbers import ActiveNumber, AvailableNumber
from tests.accounts.renting.conftest import look_later
from tests.fixtures import SandboxAccount

State = Errand.State
SLACK = [f"https://hooks.slack.com/services/T00/B00/{n}" for n in ("aaaa1", "bbbb2")]


def done(errand: Errand | None) -> Errand:
    assert errand is not None
    assert errands.run(errand.pk) == State.DONE
    errand.refresh_from_db()
    return errand


def forward(number: OwnNumber, actor: User, **targets: list[str]) -> Errand | None:
    return numbers.forward(
        number=number, actor=actor, targets=Targets(**targets), token=uuid4().hex
    )


def give_up(number: OwnNumber, actor: User, when: str) -> Errand:
    return numbers.give_up(number=number, actor=actor, when=when, token=uuid4().hex)


def test_name_is_changed_at_the_gateway(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    done(numbers.rename(number=rented, actor=owner, name="Shop", token="a"))
    assert sandbox.client().numbers.get(rented.number).friendly_name == "Shop"
    rented.refresh_from_db()
    assert rented.friendly_name == "Shop"
    entry = AuditEntry.objects.get(action="number.rename")
    assert (entry.before, entry.after) == ({"name": ""}, {"name": "Shop"})


def test_same_name_asks_nothing(rented: OwnNumber, owner: User) -> None:
    assert numbers.rename(number=rented, actor=owner, name="", token="a") is None


def test_way_back_waits_for_the_change_under_way(
    rented: OwnNumber, owner: User
) -> None:
    assert numbers.rename(number=rented, actor=owner, name="Shop", token="a")
    assert forward(rented, owner, email=["a@x.example"])
    with pytest.raises(Refused) as named:
        numbers.rename(number=rented, actor=owner, name="", token="b")
    with pytest.raises(Refused) as led:
        forward(rented, owner)
    assert (named.value.code, led.value.code) == ("open", "open")


def test_forwarding_goes_to_several_targets_of_each_kind(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    sms, email = ["4915112345101", "4915112345102"], ["a@x.example", "b@x.example"]
    done(forward(rented, owner, sms=sms, email=email, slack=SLACK))
    found = sandbox.client().numbers.get(rented.number).forwarding
    assert found.sms.numbers == sms
    assert found.email.addresses == email
    assert found.slack.uris == SLACK
    done(forward(OwnNumber.objects.get(), owner))
    found = sandbox.client().numbers.get(rented.number).forwarding
    assert not (found.sms.numbers or found.email.addresses or found.slack.uris)


def test_slack_address_is_ciphertext_and_in_no_trail(
    rented: OwnNumber, owner: User
) -> None:
    errand = done(forward(rented, owner, slack=SLACK))
    entry = AuditEntry.objects.get(action="number.forward")
    assert entry.after["forward_slack"] == "…aaa1, …bbb2"
    kept = [
        *OwnNumber.objects.extra(select={"raw": "slack_forward"}).values_list("raw"),
        *Errand.objects.extra(select={"raw": "secret"}).values_list("raw"),
    ]
    assert not any("slack.com" in str(raw) for raw in kept)
    assert "slack.com" not in str([errand.values, errand.before, errand.after])


def test_gateway_that_shows_one_slack_address_does_not_lose_the_others(
    connection: Connection, rented: OwnNumber, owner: User
) -> None:
    done(forward(rented, owner, slack=SLACK))
    listed = ActiveNumber.model_validate(
        {"number": rented.number, "forward_sms_mo": {"slack": {"uri": SLACK[0]}}}
    )
    number_lists.keep(connection, [listed])
    assert OwnNumber.objects.get().slack_addresses == SLACK


def test_way_that_is_switched_off_at_the_gateway_leads_nowhere(
    connection: Connection, rented: OwnNumber, owner: User
) -> None:
    ways = {
        "sms": {"number": ["4915112345101"], "enabled": False},
        "email": {"address": ["a@x.example"]},
        "slack": {"uri": SLACK[0], "enabled": 0},
    }
    row = {"number": rented.number, "forward_sms_mo": ways}
    number_lists.keep(connection, [ActiveNumber.model_validate(row)])
    number = OwnNumber.objects.get()
    assert (number.sms_forward, number.slack_addresses) == ([], [])
    # What does not say whether it is on is on.
    assert number.email_forward == ["a@x.example"]
    # So that it can be switched on again.
    assert forward(number, owner, sms=["4915112345101"], email=["a@x.example"])


def test_unclear_forwarding_is_settled_by_looking(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    errand = forward(rented, owner, sms=["4915112345101"], slack=SLACK)
    assert errand is not None
    sandbox.ask("faults", next=["garbage-after"], scope="write")
    assert errands.run(errand.pk) == State.UNCLEAR
    assert look_later(errand) == State.DONE
    assert OwnNumber.objects.get().slack_addresses == SLACK


def test_slack_addresses_that_cannot_be_read_are_asked_for_anew(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User, settings: Settings
) -> None:
    errand = forward(rented, owner, slack=SLACK)
    assert errand is not None and errand.connection is not None
    keys = errand.connection.api_key.reveal(), errand.connection.signing_key.reveal()
    settings.FIELD_KEYS = ["another"]
    errand.connection.api_key, errand.connection.signing_key = keys
    errand.connection.save()
    # Nothing was asked, so that nothing is unclear.
    assert errands.run(errand.pk) == State.FAILED
    errand.refresh_from_db()
    assert "Slack addresses" in errand.reason


def test_forwarding_in_a_circle_is_refused(
    connection: Connection, rented: OwnNumber, owner: User
) -> None:
    other = OwnNumber.objects.create(
        connection=connection,
        number="4523854999",
        sms_forward=[rented.number],
        seen_at=timezone.now(),
    )
    for targets in ([rented.number], [other.number]):
        with pytest.raises(Refused) as refused:
            forward(rented, owner, sms=targets)
        assert refused.value.code == "circle"


def test_number_given_up_at_the_end_stays_until_then(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    done(give_up(rented, owner, "end"))
    rented.refresh_from_db()
    assert rented.expires_at is not None
    assert sandbox.client().numbers.get(rented.number).expires_at == rented.expires_at
    with pytest.raises(Refused):
        give_up(rented, owner, "end")


def test_number_given_up_now_is_gone(
    sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    done(give_up(rented, owner, "now"))
    assert sandbox.client().numbers.active() == []
    assert not OwnNumber.objects.exists()
    assert AuditEntry.objects.get(action="number.give_up").after["when"] == "now"


@pytest.mark.parametrize("when", ["end", "now"])
def test_unclear_end_is_settled_by_looking(
    when: str, sandbox: SandboxAccount, rented: OwnNumber, owner: User
) -> None:
    errand = give_up(rented, owner, when)
    sandbox.ask("faults", next=["drop-after"], scope="write")
    assert errands.run(errand.pk) == State.UNCLEAR
    assert look_later(errand) == State.DONE
    assert sandbox.ask("requests")[f"DELETE /numbers/active/{rented.number}"] == 1


def test_list_that_is_garbage_wipes_nothing(
    sandbox: SandboxAccount, connection: Connection, rented: OwnNumber
) -> None:
    sandbox.ask("faults", random={"garbage-before": 1.0}, scope="all")
    with pytest.raises(UnclearOutcome):
        number_lists.refresh(connection=connection)
    assert OwnNumber.objects.get() == rented


def test_hostile_list_is_kept_as_far_as_it_makes_sense(connection: Connection) -> None:
    rows: list[dict[str, object]] = [
        {"number": "45<script>1", "country": "DKK"},
        {"number": "+45 23 85 48 18", "country": "dk", "friendly_name": "x" * 999},
        {"number": "4523854818", "billing": {"fees": {"basic_charge": "1e99"}}},
        {"number": "9" * 60},
        {"number": None},
    ]
    number_lists.keep(connection, [ActiveNumber.model_validate(row) for row in rows])
    number = OwnNumber.objects.get()
    assert (number.number, number.charge) == ("4523854818", None)


def test_offer_with_an_absurd_price_has_none(connection: Connection) -> None:
    fees = {"monthly": {"basic_charge": "-5", "setup": "NaN"}, "annually": []}
    row = {"number": "4523854818", "country": "DK", "fees": fees}
    number_lists.keep_offers(connection, [AvailableNumber.model_validate(row)])
    offer = connection.number_offers.get()
    assert (offer.monthly_now, offer.annual_now) == (None, None)


def test_offers_of_one_country_leave_the_others(connection: Connection) -> None:
    def listed(number: str, country: str) -> AvailableNumber:
        return AvailableNumber.model_validate({"number": number, "country": country})

    both = [listed("4523854818", "DK"), listed("4915735980100", "DE")]
    number_lists.keep_offers(connection, both)
    number_lists.keep_offers(connection, [listed("4523854836", "DK")], country="DK")
    left = connection.number_offers.order_by("number").values_list("number", flat=True)
    assert list(left) == ["4523854836", "4915735980100"]


@pytest.mark.parametrize(
    ("interval", "start", "now", "end"),
    [
        ("monthly", "2026-01-31", "2026-02-10", "2026-02-28"),
        ("monthly", "2026-01-31", "2026-03-01", "2026-03-31"),
        ("monthly", "2026-01-15", "2026-01-15", "2026-02-15"),
        ("annually", "2024-02-29", "2026-11-25", "2027-02-28"),
        ("annually", "2025-11-25", "2026-11-25", "2027-11-25"),
    ],
)
def test_end_of_what_is_paid(interval: str, start: str, now: str, end: str) -> None:
    def noon(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T12:00:00+00:00")

    number = OwnNumber(interval=interval, rented_at=noon(start))
    assert selected.period_end(number, now=noon(now)) == noon(end)


def test_yearly_cost_counts_what_goes_on() -> None:
    rows = [
        OwnNumber(interval="monthly", charge=Decimal("9.90")),
        OwnNumber(interval="annually", charge=Decimal("238.80")),
        OwnNumber(interval="monthly", charge=Decimal(5), expires_at=timezone.now()),
    ]
    assert selected.yearly_cost(rows) == Decimal("357.60")
