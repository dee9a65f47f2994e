"""The pages of allauth look and speak as ours do."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import User
from tests.fixtures import ClientAs


@pytest.fixture(autouse=True)
def password(owner: User) -> None:
    """Without one, its page is another."""
    owner.set_password("walnut-bakery-9")
    owner.save()


def page(url_name: str, person: User, client_as: ClientAs) -> BeautifulSoup:
    content = client_as(person).get(reverse(url_name)).content
    return BeautifulSoup(content, "html.parser")


@pytest.mark.parametrize(
    ("url_name", "heading"),
    [
        ("account_email", "E-mail addresses"),
        ("mfa_index", "Two-factor sign-in"),
        ("usersessions_list", "Sessions"),
        ("account_change_password", "Change password"),
    ],
)
def test_page_is_called_as_its_tab(
    url_name: str, heading: str, owner: User, client_as: ClientAs
) -> None:
    found = page(url_name, owner, client_as).find("h1")
    assert found is not None
    assert found.get_text() == heading


def test_password_managers_learn_whose_password_it_is(
    owner: User, client_as: ClientAs
) -> None:
    shown = page("account_change_password", owner, client_as)
    named = shown.select_one("form input[autocomplete=username]")
    assert named is not None
    assert named["value"] == owner.email
    assert named.has_attr("hidden")
    assert not named.has_attr("name")
