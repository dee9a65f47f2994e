"""A body that is too large is not kept, least of all for a stranger."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from contacts.models import Import
from tests.fixtures import ClientAs

MIB = 1 << 20


def uploaded(user: User | None, size_bytes: int) -> int:
    """Return how many bytes of an upload by somebody are kept."""
    file = SimpleUploadedFile("people.csv", b"x" * size_bytes)
    request = RequestFactory().post("/imports/new/", {"file": file})
    if user is not None:
        request.user = user
    kept = request.FILES["file"]
    assert isinstance(kept, UploadedFile)
    size = int(kept.size or 0)
    request.close()
    return size


def test_no_more_is_kept_than_may_be_imported(owner: User, settings: Settings) -> None:
    settings.IMPORT_MAX_BYTES = MIB
    kept = uploaded(owner, 20 * MIB)
    # One chunk over the limit, so that the form sees that it is too large.
    assert MIB < kept < 1.5 * MIB


def test_small_file_is_kept_whole(owner: User) -> None:
    assert uploaded(owner, 5 * MIB) == 5 * MIB


def test_file_of_a_stranger_is_not_kept(db: None) -> None:
    assert uploaded(None, 5 * MIB) < MIB


def test_large_file_gets_a_sentence(
    owner: User, client_as: ClientAs, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = MIB
    file = SimpleUploadedFile("people.csv", b"phone\n" * MIB)
    answer = client_as(owner).post(reverse("contacts:import_create"), {"file": file})
    assert answer.status_code == 422
    assert not Import.objects.exists()
