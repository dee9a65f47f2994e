"""Nobody is led to a page that their role may not open."""

from __future__ import annotations

import pytest
from django.urls import resolve

from accounts.access import right_of
from accounts.models import Role, User
from accounts.rights import allows
from seven_dashboard.navigation import ACTIONS, PAGES, TYPED, Shown, entries, flat
from tests.fixtures import ClientAs


@pytest.mark.parametrize("role", Role.values)
def test_navigation_offers_what_the_role_may_open(role: str) -> None:
    offered = flat(entries((*PAGES, *ACTIONS, *TYPED), Shown(role=role)))
    asked = {one.url: right_of(resolve(one.url).func) for one in offered}
    assert {url: r for url, r in asked.items() if r and not allows(role, r)} == {}


@pytest.mark.django_db
def test_sender_without_groups_is_led_to_no_import(
    sender_member: User, client_as: ClientAs
) -> None:
    page = client_as(sender_member).get("/campaigns/new/").content.decode()
    assert "A manager or an owner can make one" in page
    assert "/imports/new/" not in page
