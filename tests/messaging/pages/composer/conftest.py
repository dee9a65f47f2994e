"""What a person types into the composer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Connection, User
from contacts.models import Contact, Group
from tests.fixtures import ClientAs

CREATE = "/campaigns/new/"


PREVIEW = "/campaigns/preview/"


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def typed(group: Group, contact: Contact) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "groups": [str(group.pk)],
        "text": "Hi {{ firstname|there }}!",
        "sender": "Bakery",
        "act": "check",
    }
