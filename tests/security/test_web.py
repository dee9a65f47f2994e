"""What the browser is told and what it may be talked into."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from seven_dashboard.middleware import POLICY
from tests.fixtures import ClientAs
from tests.house.test_routes import OPEN, ROUTES, _path

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "///evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example/",
    "/\t/evil.example",
]
PAGES = ["/", "/auth/login/", "/nothing/", "/admin/", "/admin/login/", "/campaigns/"]


@pytest.mark.django_db
def test_post_without_a_token_is_refused(owner: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    # 405: the view takes no POST at all.
    taken = {
        name: status
        for name, pattern in ROUTES
        if name != "messaging:webhook_receive"
        and (status := browser.post(_path(name, pattern)).status_code) not in {403, 405}
    }
    assert taken == {}


def test_only_the_letterbox_is_open_by_name() -> None:
    assert {
        "accounts:setup",
        "accounts:invitation_accept",
        "messaging:webhook_receive",
        # Its address is a secret of its own, and it only has the gateway asked again.
        "messaging:caller_told",
    } >= {name for name in OPEN if ":" in name}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_policy(
    path: str, owner: User, client_as: ClientAs
) -> None:
    for browser in (Client(), client_as(owner)):
        answer = browser.get(path)
        assert answer["Content-Security-Policy"] == POLICY
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_failure_carries_the_policy(
    owner: User, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("messaging.selectors.home.of", broken)
    browser = client_as(owner)
    browser.raise_request_exception = False
    answer = browser.get("/")
    assert answer.status_code == 500
    assert answer["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("set_theme", {"theme": "dark"}),
        ("set_language", {"language": "de"}),
        ("accounts:workspace_switch", {"workspace": "bakery"}),
    ],
)
def test_form_leads_to_no_other_site(
    name: str,
    values: dict[str, str],
    target: str,
    owner: User,
    client_as: ClientAs,
) -> None:
    answer = client_as(owner).post(reverse(name), {**values, "next": target})
    assert answer.status_code in {204, 302}
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_bulk_act_leads_to_no_other_site(
    target: str, owner: User, client_as: ClientAs
) -> None:
    values = {"act": "delete", "back": target}
    answer = client_as(owner).post(reverse("contacts:contact_bulk"), values)
    assert answer["Location"] == reverse("contacts:contact_list")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_leads_to_no_other_site(target: str, owner: User) -> None:
    owner.set_password("a-long-passphrase-7")
    owner.save()
    values = {"login": owner.email, "password": "a-long-passphrase-7", "next": target}
    answer = Client().post(reverse("account_login"), values)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_sign_in_changes_the_session(owner: User) -> None:
    owner.set_password("a-long-passphrase-7")
    owner.save()
    browser = Client()
    session = browser.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    values = {"login": owner.email, "password": "a-long-passphrase-7"}
    browser.post(reverse("account_login"), values)
    assert browser.session.session_key != before


def test_sign_up_is_closed(owner: User) -> None:
    values = {"email": "new@x.example", "password1": "s0me-passphrase"}
    values["password2"] = values["password1"]
    Client().post(reverse("account_signup"), values)
    assert not User.objects.filter(email="new@x.example").exists()


def test_set_up_is_closed_once_somebody_is_there(owner: User) -> None:
    answer = Client().post(reverse("accounts:setup"), {"email": "new@x.example"})
    assert answer.status_code == 302
    assert User.objects.count() == 1


def test_zero_byte_in_a_path_is_a_page_that_is_not_there(owner: User) -> None:
    assert Client().get("/callers/told/%00/").status_code == 404


@pytest.mark.parametrize(
    "query", ["q=a%00b", "q=%0%000", "name%00=x&before=%00&after=%00"]
)
@pytest.mark.parametrize(
    "page",
    [
        "messaging:campaign_list",
        "messaging:inbox",
        "contacts:contact_list",
        "contacts:group_list",
    ],
)
def test_zero_byte_in_an_address_breaks_nothing(
    owner: User, client_as: ClientAs, page: str, query: str
) -> None:
    assert client_as(owner).get(f"{reverse(page)}?{query}").status_code == 200
