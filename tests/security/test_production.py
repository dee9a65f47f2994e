"""What the settings become in production."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from seven_dashboard.env import BASE_DIR

PRODUCTION = {
    "DEBUG": "",
    "SECRET_KEY": "s" * 60,
    "FIELD_KEYS": "f" * 60,
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9",
    "PUBLIC_URL": "https://dash.example.com",
    "BEHIND_PROXY": "1",
}
NAMES = (
    "DEBUG",
    "IS_TRIAL",
    "ALLOWED_HOSTS",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "ALLAUTH_TRUSTED_PROXY_COUNT",
    "SEVEN_BASE_URL",
)


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    code = (
        "import json, django.conf as c; s = c.settings;"
        f"print(json.dumps({{n: getattr(s, n) for n in {NAMES!r}}}))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        **PRODUCTION,
        **changes,
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_of(**changes: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(start(**changes).stdout)
    return values


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_production_does_not_start_without_its_secrets(name: str) -> None:
    assert start(**{name: ""}).returncode != 0


def test_production_is_closed() -> None:
    values = settings_of()
    assert (values["DEBUG"], values["IS_TRIAL"]) == (False, False)
    assert values["ALLOWED_HOSTS"] == ["dash.example.com"]
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["SECURE_SSL_REDIRECT"]


@pytest.mark.parametrize(("wish", "has_details"), [("", False), ("1", True)])
def test_trial_copy_shows_our_error_pages_unless_asked(
    wish: str, has_details: bool
) -> None:
    values = settings_of(DEBUG="1", DEBUG_PAGES=wish)
    assert (values["IS_TRIAL"], values["DEBUG"]) == (True, has_details)


@pytest.mark.parametrize(("is_behind", "proxies"), [("1", 1), ("", 0)])
def test_sign_in_attempts_are_counted_by_the_visitor(
    is_behind: str, proxies: int
) -> None:
    # Without it everybody behind the proxy shares one limit, and one can lock out all.
    values = settings_of(BEHIND_PROXY=is_behind)
    assert values["ALLAUTH_TRUSTED_PROXY_COUNT"] == proxies
