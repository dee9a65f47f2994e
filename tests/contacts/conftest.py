"""Contacts, groups and imports as the tests of this app need them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Workspace
from contacts.models import Contact, Group, Import
from contacts.services import contacts, groups, imports

Upload = Callable[..., Import]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def contact(workspace: Workspace) -> Contact:
    return contacts.create(
        workspace=workspace,
        actor=None,
        phone="+491711234567",
        firstname="Anna",
        lastname="Schmidt",
        company="Bakery Schmidt",
        email="anna@example.com",
    )


@pytest.fixture
def group(workspace: Workspace) -> Group:
    return groups.create(workspace=workspace, name="Customers", actor=None)


@pytest.fixture
def upload(workspace: Workspace) -> Upload:
    """Return a function that uploads a text (or bytes) as a file."""

    def give(content: str | bytes, **options: Any) -> Import:
        data = content.encode() if isinstance(content, str) else content
        return imports.upload(
            workspace=workspace,
            actor=None,
            chunks=[data],
            filename=options.pop("filename", "contacts.csv"),
            **options,
        )

    return give
