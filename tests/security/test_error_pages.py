"""Error pages hide keys, on a development server too."""

from __future__ import annotations

import sys

import pytest
from django.test import RequestFactory
from django.views.debug import technical_500_response
from pytest_django.fixtures import Settings

# Joined, so that no source line on the page holds it.
KEY = "-".join(("k3y", "0f", "an", "acc0unt"))


def page_of_failure(*, debug_path: str = "/account/connection/connect/") -> str:
    request = RequestFactory().post(debug_path, {"api_key": KEY, "password": KEY})
    api_key, options = KEY, {"signing_key": KEY}
    try:
        raise ValueError(len(api_key) + len(options))
    except ValueError:
        return technical_500_response(request, *sys.exc_info()).content.decode()


@pytest.mark.parametrize("is_debug", [True, False])
def test_error_page_shows_no_key(settings: Settings, *, is_debug: bool) -> None:
    settings.DEBUG = is_debug
    assert KEY not in page_of_failure()
