"""Nobody is led to a page that their role may not open."""

from __future__ import annotations

import pytest
from django.urls import resolve

from accounts.access import right_of
from accounts.models import Role
from accounts.rights import allows
from seven_dashboard.navigation import ACTIONS, PAGES, TYPED, Shown, entries, flat


@pytest.mark.parametrize("role", Role.values)
def test_navigation_offers_what_the_role_may_open(role: str) -> None:
    offered = flat(entries((*PAGES, *ACTIONS, *TYPED), Shown(role=role)))
    asked = {one.url: right_of(resolve(one.url).func) for one in offered}
    assert {url: r for url, r in asked.items() if r and not allows(role, r)} == {}
