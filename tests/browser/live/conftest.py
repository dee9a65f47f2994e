"""Pages of a server in the test's own process, with rows that the test has made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User, Workspace
from contacts.models import Contact, Group, GroupMembership
from tests.browser.live.server import CountingServer

Open = Callable[[str], Page]


@pytest.fixture(scope="session")
def counting() -> Iterator[None]:
    """Let the live server count who asks it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveServerThread, "server_class", CountingServer)
        yield


@pytest.fixture(scope="session")
def live_server(counting: None, live_server: LiveServer) -> LiveServer:
    """Return the one server of the run, which counts."""
    return live_server


@pytest.fixture(autouse=True)
def emptied_when_left(
    transactional_db: None, live_server: LiveServer
) -> Iterator[None]:
    """Let the tables be emptied after the browser has gone and its last word is done.

    A draft saves itself as its page is left, and writes rows until it is answered.
    """
    yield
    server = live_server.thread.httpd
    assert isinstance(server, CountingServer)
    server.wait_until_left()


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
