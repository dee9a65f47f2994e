"""Pages of subaccounts, and all of these pages while the gateway is in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    Connection,
    Errand,
    Poll,
    Subaccount,
    Usage,
    User,
    Workspace,
)
from accounts.selectors.clock import gateway_today
from accounts.services import errands, schedules, subaccounts
from tests.accounts.renting.shown import fields, page, text_of
from tests.fixtures import ClientAs, SandboxAccount

pytestmark = pytest.mark.usefixtures("rung")


class TestSubaccounts:
    @pytest.fixture
    def one(self, connection: Connection) -> Subaccount:
        Connection.objects.update(balance=100)
        return Subaccount.objects.create(
            connection=connection,
            gateway_id="7700",
            name="Ada",
            balance=5,
            seen_at=timezone.now(),
        )

    def transfer(
        self, browser: Client, one: Subaccount, **values: str
    ) -> BeautifulSoup:
        address = reverse("accounts:subaccount_transfer", args=[one.pk])
        return BeautifulSoup(browser.post(address, values).content, "html.parser")

    def test_transfer_is_shown_before_it_is_made(
        self, one: Subaccount, browser: Client, rung: list[Errand]
    ) -> None:
        soup = self.transfer(browser, one, amount="25", token="a")
        said = text_of(soup).replace("\xa0", " ")
        assert "100.00 € → 75.00 €" in said
        assert "5.00 € → 30.00 €" in said
        assert not rung
        self.transfer(browser, one, **fields(soup))
        self.transfer(browser, one, **fields(soup))
        assert [errand.values for errand in rung] == [{"amount": "25.00"}]

    @pytest.mark.parametrize(
        "amount", ["", "0", "-5", "NaN", "1e9", "0.001", "100.01", "10000.01"]
    )
    def test_odd_amount_is_said(
        self, amount: str, one: Subaccount, browser: Client, rung: list[Errand]
    ) -> None:
        soup = self.transfer(browser, one, amount=amount, agreed=amount, token="a")
        assert soup.select_one(".field-error")
        assert not rung

    def test_other_amount_than_the_agreed_one_is_shown_again(
        self, one: Subaccount, browser: Client, rung: list[Errand]
    ) -> None:
        self.transfer(browser, one, amount="50", agreed="5", token="a")
        assert not rung

    def test_top_up_is_switched_off_without_figures(
        self, one: Subaccount, browser: Client, rung: list[Errand]
    ) -> None:
        address = reverse("accounts:subaccount_top_up", args=[one.pk])
        browser.post(address, {"act": "off", "token": "a"})
        assert Decimal(str(rung[0].values["amount"])) == 0

    def test_chart_names_the_subaccount_of_an_id(
        self, one: Subaccount, browser: Client
    ) -> None:
        Usage.objects.create(
            connection=one.connection,
            dimension=Usage.Dimension.SUBACCOUNT,
            day=gateway_today(),
            key=one.gateway_id,
            cost="1.20",
            fetched_at=timezone.now(),
        )
        row = page(browser, "subaccount_list").select_one("#usage tbody tr")
        assert row is not None
        assert row.get_text(" ", strip=True).split() == ["Ada", "1.20"]

    def test_workspace_is_made_and_entered(
        self, one: Subaccount, browser: Client
    ) -> None:
        address = reverse("accounts:subaccount_workspace", args=[one.pk])
        answer = browser.post(address, {"name": "Branch"}, follow=True)
        assert Workspace.objects.filter(name="Branch").exists()
        assert "Branch" in answer.content.decode()

    def test_foreign_workspace_that_acts_as_it_is_not_named(
        self, one: Subaccount, browser: Client, stranger: User
    ) -> None:
        made = subaccounts.open_workspace(subaccount=one, actor=stranger, name="Hidden")
        assert made.name == "Hidden"
        assert "Hidden" not in text_of(page(browser, "subaccount_detail", one.pk))
        assert "Hidden" not in text_of(page(browser, "subaccount_delete", one.pk))

    def test_workspace_of_a_subaccount_shows_no_subaccounts(
        self, one: Subaccount, stranger: User, client_as: ClientAs, browser: Client
    ) -> None:
        made = subaccounts.open_workspace(subaccount=one, actor=stranger, name="Branch")
        visitor = client_as(stranger)
        visitor.post(reverse("accounts:workspace_switch"), {"workspace": made.slug})
        said = text_of(page(visitor, "subaccount_list"))
        assert "acts as a subaccount" in said
        assert "Ada" not in said
        hidden = visitor.get(reverse("accounts:subaccount_detail", args=[one.pk]))
        assert hidden.status_code == 404

    def test_unclear_transfer_is_settled_by_an_owner(
        self, one: Subaccount, owner: User, browser: Client
    ) -> None:
        errand = subaccounts.transfer(
            subaccount=one, actor=owner, amount=Decimal(5), token="a"
        )
        before = {"balance": "105.0000", "subaccount_balance": "0.0000"}
        Errand.objects.update(
            state="unclear", due_at=None, asked_at=timezone.now(), before=before
        )
        soup = page(browser, "subaccount_detail", one.pk)
        assert soup.select("button[value=done], button[value=not_done]")
        # What was read before it was asked for tells nothing.
        assert "This account:" not in text_of(soup)
        Connection.objects.update(balance_at=timezone.now())
        Subaccount.objects.update(seen_at=timezone.now())
        soup = page(browser, "subaccount_detail", one.pk)
        said = text_of(soup).replace("\xa0", " ")
        assert "This account: 105.00 € before, 100.00 € now." in said
        assert "Ada: 0.00 € before, 5.00 € now." in said
        address = reverse("accounts:errand_settle", args=[errand.pk])
        browser.post(address, {"decision": "not_done"})
        errand.refresh_from_db()
        assert errand.state == "failed"

    def test_deletion_agrees_to_the_credit_that_was_shown(
        self, one: Subaccount, browser: Client, rung: list[Errand]
    ) -> None:
        address = reverse("accounts:subaccount_delete", args=[one.pk])
        shown = page(browser, "subaccount_delete", one.pk)
        values = {**fields(shown), "confirm_word": one.gateway_id}
        Subaccount.objects.update(balance=90)
        answer = browser.post(address, values)
        assert answer.status_code == 422
        assert "credit has grown" in answer.content.decode()
        again = BeautifulSoup(answer.content, "html.parser")
        browser.post(address, {**values, **fields(again)})
        assert [errand.kind for errand in rung] == ["delete"]

    def test_workspace_of_somebody_else_is_ended_without_a_name(
        self,
        one: Subaccount,
        browser: Client,
        stranger: User,
        sandbox: SandboxAccount,
    ) -> None:
        subaccounts.open_workspace(subaccount=one, actor=stranger, name="Hidden")
        soup = page(browser, "subaccount_workspace_end", one.pk)
        assert "Hidden" not in text_of(soup)
        address = reverse("accounts:subaccount_workspace_end", args=[one.pk])
        said = browser.post(address, follow=True).content.decode()
        assert "The workspace is disconnected" in said
        assert Connection.objects.get() == one.connection

    def test_missing_right_leads_to_the_connection(
        self, one: Subaccount, owner: User, browser: Client, sandbox: SandboxAccount
    ) -> None:
        errand = subaccounts.transfer(
            subaccount=one, actor=owner, amount=Decimal(5), token="a"
        )
        sandbox.ask("account", scopes=["balance"])
        assert errands.run(errand.pk) == "failed"
        link = page(browser, "subaccount_detail", one.pk).select_one("td .sub a")
        assert link and link["href"] == reverse("accounts:connection")


def test_page_promises_nothing_that_is_in_the_way(
    connection: Connection, browser: Client
) -> None:
    schedules.begin(connection)
    Poll.objects.update(failures=1, error="Not.", code=902)
    for name in ("number_list", "subaccount_list"):
        assert "in a moment" not in text_of(page(browser, name))


@pytest.fixture
def hanging(sandbox: SandboxAccount) -> Iterator[None]:
    sandbox.ask("faults", random={"hang-before": 1.0}, scope="all", hang_s=10)
    yield
    sandbox.ask("faults", next=[], scope="all")


@pytest.mark.usefixtures("hanging", "connection")
@pytest.mark.parametrize("name", ["number_list", "subaccount_list", "number_search"])
def test_page_does_not_wait_for_a_gateway_that_hangs(
    name: str, browser: Client
) -> None:
    began = timezone.now()
    page(browser, name)
    assert (timezone.now() - began).total_seconds() < 5


def test_finished_errand_is_polled_no_more(
    connection: Connection, owner: User, browser: Client
) -> None:
    subaccounts.create(
        workspace=connection.workspace,
        actor=owner,
        name="A",
        email="a@x.example",
        token="a",
    )
    address = reverse("accounts:subaccount_list_state")
    polled = BeautifulSoup(browser.get(address).content, "html.parser").select_one(
        "div"
    )
    assert polled is not None
    assert "every 1s" in polled["hx-trigger"]
    # It stands inside an element that selects its own part of an answer.
    assert (polled["hx-target"], polled["hx-select"]) == ("this", "unset")
    errand = Errand.objects.get()
    errands.note_failed(errand, "No.", was_asked=False)
    assert b"hx-trigger" not in browser.get(address).content
