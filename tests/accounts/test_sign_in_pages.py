"""The pages of allauth look and speak as ours do."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
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
        ("account_reauthenticate", "Confirm that it is you"),
    ],
)
def test_page_and_window_are_called_as_the_tab(
    url_name: str, heading: str, owner: User, client_as: ClientAs
) -> None:
    shown = page(url_name, owner, client_as)
    named = [" ".join(found.get_text().split()) for found in shown.select("title, h1")]
    assert named == [
        f"{heading} · Seven Dashboard",
        heading,
    ]


def test_window_of_a_forgotten_password_is_called_as_its_heading() -> None:
    content = Client().get(reverse("account_reset_password")).content
    title = BeautifulSoup(content, "html.parser").title
    assert title is not None
    assert title.get_text() == "Reset the password · Seven Dashboard"


def test_password_managers_learn_whose_password_it_is(
    owner: User, client_as: ClientAs
) -> None:
    shown = page("account_change_password", owner, client_as)
    named = shown.select_one("form input[autocomplete=username]")
    assert named is not None
    assert named["value"] == owner.email
    assert named.has_attr("hidden")
    assert not named.has_attr("name")
