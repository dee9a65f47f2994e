"""Give every test run its own PostgreSQL and Redis, before Django reads its settings.

Loaded with ``-p tests.servers`` (see pyproject.toml). Nothing of the caller's
environment reaches the tests, so that no test can meet a real gateway or a database
that matters; ``TEST_DATABASE_URL`` and ``TEST_REDIS_URL`` name servers on purpose.

Of several processes (``pytest -n 2``) each has servers and a folder of its own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
OWN_PREFIXES = ("SEVEN_", "CELERY_", "EMAIL_", "GATEWAY_", "SENDING_")
OWN_NAMES = (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "DATABASE_URL",
    "DEBUG",
    "DEBUG_PAGES",
    "DEFAULT_FROM_EMAIL",
    "FIELD_KEYS",
    "IMPORT_MAX_MB",
    "LOG_LEVEL",
    "MEDIA_ROOT",
    "METRICS_TOKEN",
    "PORT",
    "PUBLIC_URL",
    "REDIS_URL",
    "SANDBOX_PORT",
    "SECRET_KEY",
    "SSL_REDIRECT",
    "STATIC_ROOT",
    "WEBHOOK_SOURCES",
)
KEPT = ("SEVEN_VAR_DIR",)


def forget_the_caller() -> None:
    """Remove every setting of the product from the environment."""
    for name in list(os.environ):
        bare = name.removesuffix("_FILE")
        is_own = bare in OWN_NAMES or bare.startswith(OWN_PREFIXES)
        if is_own and name not in KEPT:
            del os.environ[name]
    for name in ("DATABASE_URL", "REDIS_URL"):
        if f"TEST_{name}" in os.environ:
            os.environ[name] = os.environ[f"TEST_{name}"]


def own_folder() -> str:
    """Return where this process keeps its servers; workers inherit that of the first.

    Raises UsageError where they would share a Redis, which they empty.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and "TEST_REDIS_URL" in os.environ:
        raise pytest.UsageError("With TEST_REDIS_URL, test in one process: -n 0")
    folder = os.environ.get("SEVEN_VAR_DIR", str(REPOSITORY / "var" / "test"))
    return f"{folder}-{worker}" if worker else folder


def start() -> None:
    """Start what the tests need; the servers stop when this run ends."""
    forget_the_caller()
    os.environ["SEVEN_VAR_DIR"] = own_folder()
    os.environ["SEVEN_EMBEDDED_FAST"] = "1"
    from seven_dashboard import embedded, env, whereabouts

    # WhiteNoise warns of a missing folder, and warnings are errors.
    env.static_root().mkdir(parents=True, exist_ok=True)
    try:
        whereabouts.start_embedded_services()
    except embedded.EmbeddedError as error:
        raise pytest.UsageError(str(error)) from None


start()
