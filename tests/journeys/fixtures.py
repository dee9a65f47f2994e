"""One house for the whole run, and for each test a workspace of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.house import House, key_for, signing_key_of
from tests.journeys.visitor import Shown, Visitor


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """What ``make run`` starts; nothing of it is left at the end."""
    made = House(tmp_path_factory.mktemp("house") / "var")
    try:
        yield made.start()
    finally:
        left = made.stop()
    assert left == []


@dataclass(frozen=True)
class Shop:
    """A workspace with a gateway account nobody else has, and a person in it."""

    house: House
    visitor: Visitor
    slug: str
    api_key: str

    @property
    def name(self) -> str:
        return self.slug.capitalize()

    def control(self, path: str, **values: object) -> Any:
        """Ask the sandbox about this workspace's account."""
        return self.house.sandbox(path, key=self.api_key, **values)

    def handsets(self) -> dict[str, int]:
        """Return how many messages each handset got, by number without the plus."""
        counts: dict[str, int] = self.control("handsets")["recipients"]
        return counts


def sign_in(house: House) -> Visitor:
    """Sign the demo person in, with a session of its own."""
    visitor = Visitor(house.url)
    page = visitor.open("/auth/login/")
    values = {"login": house.email, "password": house.password}
    page = visitor.submit(page, "Sign in", values)
    assert page.status == 200, page.text
    assert "/auth/login/" not in page.url, page.text
    return visitor


@pytest.fixture(scope="session")
def signed_in(house: House) -> Visitor:
    """Sign in once for all tests, because sign-ins are limited by the minute."""
    return sign_in(house)


@pytest.fixture
def visitor(signed_in: Visitor) -> Visitor:
    """The demo person, signed in."""
    made = Visitor(signed_in.url)
    made.session.cookies.update(signed_in.session.cookies)
    return made


@pytest.fixture
def empty_shop(house: House, visitor: Visitor) -> Shop:
    """A workspace that is not connected to any gateway account yet."""
    return open_shop(house, visitor)


def open_shop(house: House, visitor: Visitor) -> Shop:
    """Make a workspace, in which the visitor's session works from now on."""
    slug = f"shop{uuid4().hex[:10]}"
    page = visitor.open("/workspaces/create/")
    page = visitor.submit(page, "Create workspace", {"name": slug.capitalize()})
    assert page.status == 200, page.text
    return Shop(house, visitor, slug, key_for(slug))


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A connected workspace: fast handsets, a quick pace, webhooks registered."""
    connect(empty_shop)
    return empty_shop


def connect(shop: Shop) -> Shown:
    """Connect on the pages, as a person does who has an account."""
    visitor, key = shop.visitor, shop.api_key
    shop.control("account", report_delay_s=[0.1, 0.3])
    page = visitor.open("/account/connection/connect/")
    keys = {"api_key": key, "signing_key": signing_key_of(key)}
    page = visitor.submit(page, "Check and connect", keys)
    assert page.url.endswith("/account/connection/"), page.text
    return visitor.submit(set_pace(shop, "200"), "Connect webhooks")


def set_pace(shop: Shop, rate_per_s: str) -> Shown:
    """Set how many messages leave in a second, as a person does."""
    page = shop.visitor.open("/account/connection/")
    return shop.visitor.submit(page, "Save pace", {"rate_per_s": rate_per_s})
