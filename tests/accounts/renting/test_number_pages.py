"""Pages of numbers, in a browser without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, Errand, NumberOffer, OwnNumber, User
from tests.accounts.renting.shown import fields, listed, page, text_of
from tests.fixtures import ClientAs, SandboxAccount

pytestmark = pytest.mark.usefixtures("rung")


class TestSearch:
    @pytest.fixture(autouse=True)
    def offers(self, connection: Connection) -> None:
        listed(connection, "4520000001", monthly_charge=9, annual_charge=80)
        listed(connection, "4520000002", monthly_charge=5, annual_charge=90)
        listed(connection, "4520000003", has_voice=True, annual_charge=70)
        listed(connection, "4920000004", country="DE", monthly_charge=7)

    @pytest.mark.parametrize(
        ("query", "order"),
        [
            ({}, "2413"),
            ({"sort": "-monthly"}, "1423"),
            ({"sort": "annually"}, "3124"),
            ({"sort": "number"}, "1234"),
            ({"country": "DE"}, "4"),
            ({"country": "dk", "has_voice": "1"}, "3"),
            ({"country": "X\x00"}, "2413"),
            ({"sort": "evil", "after": "1e999|x"}, "2413"),
            ({"sort": "monthly", "after": "5.0000|"}, "2413"),
        ],
    )
    def test_rows_fit_and_are_sorted(
        self, query: dict[str, str], order: str, browser: Client
    ) -> None:
        rows = page(browser, "number_search", **query).select("#offers tbody tr")
        links = [str(row.select("a.row-link")[0]["href"]) for row in rows]
        assert "".join(link.rstrip("/")[-1] for link in links) == order

    def test_pages_go_on_where_the_last_one_ended(
        self, browser: Client, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("accounts.selectors.sorted_pages.PAGE_SIZE", 2)
        seen, address = "", reverse("accounts:number_search")
        while address:
            soup = BeautifulSoup(browser.get(address).content, "html.parser")
            seen += "".join(a["href"][-2] for a in soup.select("#offers a.row-link"))
            further = soup.select_one("a[rel=next]")
            address = (
                f"{reverse('accounts:number_search')}{further['href']}"
                if further
                else ""
            )
        assert seen == "2413"

    def test_rows_of_a_slow_gateway_are_there_at_once(
        self, browser: Client, settings: Settings
    ) -> None:
        settings.SEVEN_BASE_URL = "http://127.0.0.1:1/api"
        NumberOffer.objects.update(seen_at=timezone.now() - timedelta(hours=2))
        soup = page(browser, "number_search", country="DK")
        assert len(soup.select("#offers tbody tr")) == 3
        live = soup.select_one("#offers")
        assert live is not None
        answer = browser.get(str(live["hx-get"]))
        found = BeautifulSoup(answer.content, "html.parser")
        assert len(found.select("tbody tr")) == 3
        assert found.select_one(".fresh-trouble")


@pytest.mark.parametrize(
    "fault", ["code-902", "code-900", "garbage-before", "503", "drop-before"]
)
def test_search_says_what_is_wrong_with_the_gateway(
    fault: str, sandbox: SandboxAccount, connection: Connection, browser: Client
) -> None:
    listed(connection, "4520000001", monthly_charge=9)
    sandbox.ask("faults", next=[fault], scope="all")
    soup = page(browser, "number_search_live", country="DK")
    assert soup.select_one(".fresh-trouble")
    assert soup.select("a.row-link")


class TestOrder:
    @pytest.fixture
    def one(self, connection: Connection) -> NumberOffer:
        return listed(
            connection, "4523854818", monthly_charge="29.9", monthly_setup="19.9"
        )

    def test_page_names_number_cost_and_interval(
        self, one: NumberOffer, browser: Client
    ) -> None:
        said = text_of(page(browser, "number_order", one.number)).replace("\xa0", " ")
        assert (
            "I order +45 23 85 48 18 for 49.80 € now, and then 29.90 € each month"
            in said
        )

    def test_order_is_agreed_to_once_however_often_it_is_sent(
        self, one: NumberOffer, browser: Client, rung: list[Errand]
    ) -> None:
        soup = page(browser, "number_order", one.number)
        values = {**fields(soup), "agreed": "on"}
        for _ in range(2):
            answer = browser.post(
                reverse("accounts:number_order", args=[one.number]), values
            )
            assert answer["Location"] == reverse("accounts:number_list")
        assert [errand.values["cost"] for errand in rung] == ["49.8000"]
        assert "49.80" in text_of(page(browser, "number_list"))

    @pytest.mark.parametrize(
        "change",
        [
            {"agreed": ""},
            {"cost": "1"},
            {"cost": "NaN"},
            {"interval": "daily"},
            {"token": "\0"},
        ],
    )
    def test_what_was_not_agreed_to_is_not_ordered(
        self, change: dict[str, str], one: NumberOffer, browser: Client
    ) -> None:
        soup = page(browser, "number_order", one.number)
        values = {**fields(soup), "agreed": "on", **change}
        answer = browser.post(
            reverse("accounts:number_order", args=[one.number]), values
        )
        assert answer.status_code == 422
        assert not Errand.objects.exists()

    def test_number_without_a_price_cannot_be_ordered(
        self, connection: Connection, browser: Client
    ) -> None:
        one = listed(connection, "4523854819")
        soup = page(browser, "number_order", one.number)
        assert not soup.select("main form.form")


class TestNumber:
    @pytest.fixture
    def number(self, connection: Connection) -> OwnNumber:
        return OwnNumber.objects.create(
            connection=connection,
            number="4523854818",
            has_sms=True,
            sms_forward=["4915112345101"],
            interval="monthly",
            rented_at=timezone.now(),
            seen_at=timezone.now(),
        )

    @pytest.mark.parametrize(
        ("field", "entry"),
        [
            ("sms", "not a number"),
            ("email", "nobody"),
            ("slack", "https://hooks.slack.com.evil.example/services/T0/B0/abcdefgh"),
            ("slack", "http://hooks.slack.com/services/T0/B0/abcdefgh"),
            ("slack", "https://127.0.0.1/services/T0/B0/abcdefgh"),
            ("email", "\n".join(f"a{n}@x.example" for n in range(11))),
        ],
    )
    def test_bad_target_is_said_and_asked_for_again(
        self, field: str, entry: str, number: OwnNumber, browser: Client
    ) -> None:
        address = reverse("accounts:number_forward", args=[number.pk])
        answer = browser.post(address, {"token": "a", field: entry})
        assert answer.status_code == 422
        soup = BeautifulSoup(answer.content, "html.parser")
        assert soup.select_one(".field-error")
        assert entry.split("\n")[0] in answer.content.decode()
        assert not Errand.objects.exists()

    def test_targets_are_read_line_by_line(
        self, number: OwnNumber, browser: Client, rung: list[Errand]
    ) -> None:
        values = {
            "token": "a",
            "sms": "0151 12345102\n+49 151 12345102\n\n+4915112345103",
            "email": "a@x.example",
            "slack": "https://hooks.slack.com/services/T0/B0/abcdefgh",
        }
        browser.post(reverse("accounts:number_forward", args=[number.pk]), values)
        assert rung[0].values == {
            "sms": ["4915112345102", "4915112345103"],
            "email": ["a@x.example"],
        }

    def test_form_shows_what_was_just_saved(
        self, number: OwnNumber, browser: Client
    ) -> None:
        values = {
            "token": "a",
            "sms": "+4915112345102",
            "email": "a@x.example",
            "slack": "https://hooks.slack.com/services/T0/B0/abcdefgh",
        }
        browser.post(reverse("accounts:number_forward", args=[number.pk]), values)
        named = {"token": "b", "name": "Shop"}
        browser.post(reverse("accounts:number_rename", args=[number.pk]), named)
        soup = page(browser, "number_detail", number.pk)
        shown = {
            str(box["name"]): box.get_text().strip() for box in soup.select("textarea")
        }
        assert shown == {n: v for n, v in values.items() if n != "token"}
        assert soup.select_one("input[name=name][value=Shop]")

    def test_slack_address_is_shown_to_owners_alone(
        self, number: OwnNumber, browser: Client, manager: User, client_as: ClientAs
    ) -> None:
        number.slack_forward = '["https://hooks.slack.com/services/T0/B0/secretive"]'
        number.save()
        address = reverse("accounts:number_detail", args=[number.pk])
        assert "secretive" in browser.get(address).content.decode()
        shown = client_as(manager).get(address).content.decode()
        assert "secretive" not in shown
        assert "tive" in shown

    @pytest.mark.parametrize(("typed", "count"), [("+45 23854818", 1), ("yes", 0)])
    def test_number_is_given_up_when_it_is_typed(
        self, typed: str, count: int, number: OwnNumber, browser: Client
    ) -> None:
        values = {"token": "a", "when": "now", "confirm_word": typed}
        browser.post(reverse("accounts:number_give_up", args=[number.pk]), values)
        assert Errand.objects.count() == count

    def test_number_is_a_sender_at_once(
        self, number: OwnNumber, browser: Client
    ) -> None:
        soup = BeautifulSoup(
            browser.get(reverse("messaging:sender_options")).content, "html.parser"
        )
        assert [o["value"] for o in soup.select("#senders option")] == ["+4523854818"]

    def test_number_of_another_workspace_is_no_sender(
        self, number: OwnNumber, stranger: User, client_as: ClientAs
    ) -> None:
        shown = client_as(stranger).get(reverse("messaging:sender_options"))
        assert number.number not in shown.content.decode()
