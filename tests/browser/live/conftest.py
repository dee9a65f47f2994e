"""Pages of a server in the test's own process, with rows that the test has made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User, Workspace
from contacts.models import Contact, Group, GroupMembership

Open = Callable[[str], Page]


@pytest.fixture
def open_page(page: Page, live_server: LiveServer, owner: User) -> Open:
    """Return a function that opens a path as the signed-in owner."""
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    def open_path(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return open_path


@pytest.fixture
def group(workspace: Workspace) -> Group:
    """Return a group of two people, Anna and Ben."""
    group = Group.objects.create(workspace=workspace, name="Regulars")
    for n, name in enumerate(("Anna", "Ben")):
        contact = Contact.objects.create(
            workspace=workspace,
            phone=f"+4917112345{n:02}",
            country="DE",
            firstname=name,
        )
        GroupMembership.objects.create(group=group, contact=contact)
    return group
