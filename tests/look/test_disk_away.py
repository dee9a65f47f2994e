"""What a person sees while files cannot be kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models import User
from contacts.models import Import

# Not even root makes a folder there.
READ_ONLY = "/sys/seven-dashboard"


@pytest.mark.parametrize("is_debug", [True, False])
def test_page_says_that_the_disk_takes_nothing(manager: User, is_debug: bool) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(manager)
    file = SimpleUploadedFile("people.csv", b"Vorname;Handy\nAnna;0171 1234567\n")
    with override_settings(DEBUG=is_debug, MEDIA_ROOT=READ_ONLY):
        response = client.post("/imports/new/", {"file": file})
    assert response.status_code == 503
    assert "The file cannot be kept" in response.content.decode()
    assert not Import.objects.exists()
