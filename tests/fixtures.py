"""People by their role, a workspace, its connection, and a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Connection, Membership, Role, User, Workspace
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.sandbox import process
from seven_dashboard.sandbox.accounts import signing_key_of

ClientAs = Callable[[User], Client]


def make_user(email: str) -> User:
    return User.objects.create_user(email)


def add_member(workspace: Workspace, email: str, role: Role) -> User:
    user = make_user(email)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Bakery", slug="bakery")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Garage", slug="garage")


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return add_member(workspace, "owner@bakery.example", Role.OWNER)


@pytest.fixture
def manager(workspace: Workspace) -> User:
    return add_member(workspace, "manager@bakery.example", Role.MANAGER)


@pytest.fixture
def sender_member(workspace: Workspace) -> User:
    return add_member(workspace, "sender@bakery.example", Role.SENDER)


@pytest.fixture
def reader(workspace: Workspace) -> User:
    return add_member(workspace, "reader@bakery.example", Role.READER)


@pytest.fixture
def stranger(other_workspace: Workspace) -> User:
    """Owner of another workspace: may do everything there and nothing here."""
    return add_member(other_workspace, "owner@garage.example", Role.OWNER)


@pytest.fixture
def client_as() -> ClientAs:
    """Return a function that gives a browser in which the person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api_key() -> str:
    """Return a key that opens an account of its own in the sandbox."""
    return f"sandbox-{uuid4().hex}-key"


@pytest.fixture
def connection(workspace: Workspace, api_key: str) -> Connection:
    """Return the workspace's connection, to the account of `sandbox`."""
    return Connection.objects.create(
        workspace=workspace,
        api_key=api_key,
        api_key_last4=api_key[-4:],
        signing_key=signing_key_of(api_key),
        signing_key_last4="-key",
    )


@dataclass(frozen=True)
class SandboxAccount:
    """One account of the running sandbox, fresh for each test."""

    root_url: str
    base_url: str
    api_key: str
    signing_key: str

    def client(self) -> SevenClient:
        return SevenClient(base_url=self.base_url, api_key=self.api_key)

    def ask(self, path: str, **values: object) -> Any:
        """Call the control surface: POST with values, GET without (docs/sandbox.md)."""
        url = f"{self.root_url}/_sandbox/{path}?key={self.api_key}"
        body = json.dumps({"key": self.api_key, **values}).encode() if values else None
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(url, data=body, headers=headers), timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[process.Handle]:
    handle = process.start("--report-delay-s", "0.05:0.1", "--time-scale", "0.05")
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(
    sandbox_process: process.Handle, settings: Settings, api_key: str
) -> SandboxAccount:
    """Point the product at a real sandbox, with an account nobody else has."""
    settings.SEVEN_BASE_URL = sandbox_process.base_url
    settings.SEVEN_OAUTH_URL = sandbox_process.oauth_url
    return SandboxAccount(
        root_url=sandbox_process.root_url,
        base_url=sandbox_process.base_url,
        api_key=api_key,
        signing_key=signing_key_of(api_key),
    )
