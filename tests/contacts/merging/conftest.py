from __future__ import annotations

import pytest

from accounts.models import User, Workspace
from contacts.models import Contact, Duplicate, Merge
from contacts.services import contacts, merges


@pytest.fixture
def twin(workspace: Workspace) -> Contact:
    """Return a second contact, entered after the first."""
    return contacts.create(
        workspace=workspace,
        actor=None,
        phone="+491719999999",
        firstname="Anne",
        city="Berlin",
        custom={"size": "M"},
    )


@pytest.fixture
def merged(contact: Contact, twin: Contact) -> Merge:
    return merges.merge(
        workspace=contact.workspace,
        kept=contact.uuid,
        other=twin.uuid,
        actor=None,
        choices={"phone": "kept", "firstname": "kept"},
    )


@pytest.fixture
def pair(contact: Contact, twin: Contact) -> Duplicate:
    return Duplicate.objects.create(
        workspace=contact.workspace,
        first=contact,
        second=twin,
        reason=Duplicate.Reason.EMAIL,
        found_at=contact.created_at,
    )


def tell_apart(first: Contact, second: Contact, by: User) -> Duplicate:
    """Note that a person has said that two are not the same."""
    return Duplicate.objects.create(
        workspace=first.workspace,
        first=first,
        second=second,
        reason=Duplicate.Reason.EMAIL,
        found_at=first.created_at,
        dismissed_at=first.created_at,
        dismissed_by=by,
    )
